"""Manages stacks through ministack's own CloudFormation handlers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import parse_template
from payment_templates.rehearsal.stack_sets.model.stack_set import DriftStatus, Target
from payment_templates.rehearsal.stack_sets.model.stacks import (
    Role,
    Stack,
    StackDrift,
    StackRefusedError,
    StackRequest,
    Template,
    TemplateParameter,
)
from payment_templates.rehearsal.wire import validation_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.rehearsal.stack_sets.ministack.client import MinistackClient
    from payment_templates.rehearsal.stack_sets.ministack.names import Ministack

_POLL_SECONDS = 0.01


class MinistackStacks:
    """The stacks of every account and region of one ministack."""

    def __init__(self, ministack: Ministack, client: MinistackClient) -> None:
        self._ministack = ministack
        self._client = client

    def inspect(self, template_body: str) -> Template:
        """Read a template as CreateStack does; raises ServiceError if it is invalid."""
        try:
            template = self._ministack.parse_template(template_body)
            declared = parse_template(template_body).parameters.values()
        except Exception as error:
            raise validation_error(f"Template format error: {error}") from error
        capabilities, _ = self._ministack.required_capabilities(template, strict=True)
        return Template(
            parameters={
                one.name: TemplateParameter(default=one.default, concealed=one.no_echo)
                for one in declared
            },
            required_capabilities=tuple(capabilities),
        )

    def download(self, template_url: str) -> str:
        """Fetch a template from the embedded S3; raises ServiceError if it does not exist."""
        body, _ = self._ministack.resolve_template({"TemplateURL": [template_url]})
        if body is None:
            raise validation_error(
                f"S3 has no template of at most 1 MB at TemplateURL {template_url}"
            )
        return body

    def role(self, account: str, name: str) -> Role | None:
        """Look up an IAM role in an account."""
        with self._ministack.scope(account, self._ministack.region()):
            record = self._ministack.roles.get(name)
        if record is None:
            return None
        return Role(arn=record["Arn"], trusted=_trusted(record["AssumeRolePolicyDocument"]))

    def is_opt_in(self, region: str) -> bool:
        """Return whether DescribeRegions says that the region is disabled by default."""
        return self._ministack.regions.get(region, "opt-in-not-required") != "opt-in-not-required"

    def create(self, target: Target, name: str, request: StackRequest) -> str:
        """Call CreateStack in the target."""
        answer = self._client.call(target, "CreateStack", StackName=name, **_arguments(request))
        return str(answer["StackId"])

    def update(self, target: Target, stack_id: str, request: StackRequest) -> bool:
        """Call UpdateStack in the target; returns False if no updates are to be performed."""
        try:
            self._client.call(target, "UpdateStack", StackName=stack_id, **_arguments(request))
        except StackRefusedError as rejection:
            if "No updates are to be performed" in str(rejection):
                return False
            raise
        return True

    def delete(self, target: Target, stack_id: str) -> None:
        """Call DeleteStack in the target."""
        self._client.call(target, "DeleteStack", StackName=stack_id)

    def describe(self, target: Target, stack_id: str) -> Stack | None:
        """Call DescribeStacks and GetTemplate in the target."""
        stack = self._describe(target, stack_id)
        if stack is None:
            return None
        template = self._client.call(target, "GetTemplate", StackName=stack_id)
        return Stack(
            stack_id=stack["StackId"],
            status=stack["StackStatus"],
            template_body=template["TemplateBody"],
            parameters={
                entry["ParameterKey"]: entry["ParameterValue"]
                for entry in stack.get("Parameters", ())
            },
        )

    def _events(self, target: Target, stack_id: str) -> Iterator[Mapping[str, Any]]:
        token: dict[str, str] = {}
        while True:
            page = self._client.call(target, "DescribeStackEvents", StackName=stack_id, **token)
            yield from page["StackEvents"]
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def failure(self, target: Target, stack_id: str) -> str:
        """Return the first failure of the last stack operation, worded as in StackSets."""
        first = None
        for event in self._events(target, stack_id):
            of_stack = event.get("PhysicalResourceId") == stack_id
            status = event["ResourceStatus"]
            if of_stack and status in {
                "CREATE_IN_PROGRESS",
                "UPDATE_IN_PROGRESS",
                "DELETE_IN_PROGRESS",
            }:
                break
            if status.endswith("_FAILED") and not (of_stack and first):
                first = event
        if first is None:
            stack = self._describe(target, stack_id) or {}
            return str(
                stack.get("StackStatusReason")
                or stack.get("StackStatus", "The stack does not exist")
            )
        return (
            f"ResourceLogicalId:{first['LogicalResourceId']}, "
            f"ResourceType:{first['ResourceType']}, "
            f"ResourceStatusReason:{first.get('ResourceStatusReason', '')}."
        )

    async def wait(self, target: Target, stack_id: str) -> Stack | None:
        """Poll a stack until no operation is in progress."""
        while True:
            # Sleep first: a deletion is visible only after one turn of the event loop.
            await asyncio.sleep(_POLL_SECONDS)
            stack = self._describe(target, stack_id)
            if stack is None:
                return None
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                return self.describe(target, stack_id)

    def detect_drift(self, target: Target, stack_id: str) -> StackDrift:
        """Call DetectStackDrift in the target, which ministack completes at once."""
        started = self._client.call(target, "DetectStackDrift", StackName=stack_id)
        found = self._client.call(
            target,
            "DescribeStackDriftDetectionStatus",
            StackDriftDetectionId=started["StackDriftDetectionId"],
        )
        resources: list[Mapping[str, object]] = []
        page: dict[str, str] = {}
        while True:
            answer = self._client.call(
                target, "DescribeStackResourceDrifts", StackName=stack_id, **page
            )
            resources.extend(answer["StackResourceDrifts"])
            if "NextToken" not in answer:
                break
            page = {"NextToken": answer["NextToken"]}
        return StackDrift(
            status=DriftStatus(found["StackDriftStatus"]),
            checked_at=found["Timestamp"],
            failure=found.get("DetectionStatusReason"),
            resources=tuple(resources),
        )

    def _describe(self, target: Target, stack_id: str) -> Mapping[str, Any] | None:
        try:
            answer = self._client.call(target, "DescribeStacks", StackName=stack_id)
        except StackRefusedError:
            return None
        stack: Mapping[str, Any] = answer["Stacks"][0]
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _arguments(request: StackRequest) -> dict[str, object]:
    return {
        "TemplateBody": request.template_body,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in request.parameters.items()
        ],
        "Capabilities": list(request.capabilities),
        "Tags": [{"Key": key, "Value": value} for key, value in request.tags.items()],
    }


def _trusted(policy: str | Mapping[str, Any]) -> frozenset[str]:
    document: Mapping[str, Any] = json.loads(policy) if isinstance(policy, str) else policy
    principals: set[str] = set()
    for statement in _listed(document.get("Statement", [])):
        if statement.get("Effect") != "Allow":
            continue
        principal = statement.get("Principal", {})
        kinds = {"AWS": principal} if isinstance(principal, str) else principal
        for names in kinds.values():
            principals.update(_listed(names))
    return frozenset(principals)


def _listed(value: list[Any] | Mapping[str, Any] | str) -> list[Any]:
    return value if isinstance(value, list) else [value]
