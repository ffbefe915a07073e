"""One stack in one region of the embedded AWS: created, watched and deleted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from payment_templates.rehearsal import EmbeddedAws

STACK = "payment-processing-dev"
CAPABILITIES = ("CAPABILITY_NAMED_IAM",)
POLL_SECONDS = 0.05
LONGEST_REASON = 400


class DeploymentError(RuntimeError):
    """A stack did not become what it should: the first resource that failed, and why."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A stack that stands."""

    region: str
    name: str
    resources: int


def create_stack(
    aws: EmbeddedAws,
    region: str,
    template: str,
    parameters: Mapping[str, str],
    tell: Callable[[str], None],
) -> Deployed:
    """Create the stack as the specification's call does, and wait until it stands.

    Raises DeploymentError when it does not.
    """
    client = aws.client("cloudformation", region)
    try:
        client.create_stack(
            StackName=STACK,
            TemplateBody=template,
            Parameters=as_parameters(parameters),
            Capabilities=list(CAPABILITIES),
        )
    except (BotoCoreError, ClientError) as error:
        raise DeploymentError(f"refused in {region}: {_one_line(error)}") from None
    _wait(client, STACK, "CREATE_COMPLETE", tell)
    return deployed(aws, region, STACK)


def delete_stack(aws: EmbeddedAws, stack: Deployed, tell: Callable[[str], None]) -> None:
    """Delete a stack and wait until it is gone.

    Raises DeploymentError when something in it stays.
    """
    client = aws.client("cloudformation", stack.region)
    # Once it is gone, a stack is found by its ID alone.
    stack_id: str = client.describe_stacks(StackName=stack.name)["Stacks"][0]["StackId"]
    client.delete_stack(StackName=stack_id)
    _wait(client, stack_id, "DELETE_COMPLETE", tell)


def deployed(aws: EmbeddedAws, region: str, name: str) -> Deployed:
    """Look at a stack that stands."""
    client = aws.client("cloudformation", region)
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = sum(len(page["StackResourceSummaries"]) for page in pages)
    return Deployed(region=region, name=name, resources=resources)


def as_parameters(parameters: Mapping[str, str]) -> list[dict[str, str]]:
    """Write parameters as CloudFormation's API takes them."""
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def first_failure(events: Iterator[dict[str, Any]]) -> str:
    """Name the resource that failed first, and the reason that AWS gave for it."""
    failed = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    # AWS lists the newest event first; what failed first made the others fail.
    return failed[-1] if failed else "no resource says why"


def _one_line(error: Exception) -> str:
    # Of a template that is too long, AWS's answer holds the whole.
    line = " ".join(str(error).split())
    return (
        line
        if len(line) <= LONGEST_REASON
        else f"{line[: LONGEST_REASON // 2]} … {line[-LONGEST_REASON // 2 :]}"
    )


def _wait(client: Any, stack: str, wanted: str, tell: Callable[[str], None]) -> None:  # noqa: ANN401 - boto3 makes it at run time.
    settled = wanted.replace("_COMPLETE", "_IN_PROGRESS")
    while (
        status := client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    ) == settled:
        done = sum(event["ResourceStatus"] == wanted for event in _events(client, stack))
        tell(f"{done} resources")
        time.sleep(POLL_SECONDS)
    while status.endswith("_IN_PROGRESS"):
        time.sleep(POLL_SECONDS)
        status = client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    if status != wanted:
        raise DeploymentError(f"{status}: {first_failure(_events(client, stack))}")


def _events(client: Any, stack: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - boto3 makes it at run time.
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack):
        yield from page["StackEvents"]
