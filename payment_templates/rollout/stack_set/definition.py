"""Reads a stack set, creates it, and compares it with the requested definition."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from payment_templates.rollout.deletion_protection import final_values
from payment_templates.rollout.stack.request import written_tags
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, EXECUTION, ChosenRoles
from payment_templates.rollout.stack_set.ownership import description_of
from payment_templates.rollout.templates import document_of
from payment_templates.rollout.values import CONCEALED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.stack_set.targets import Targets
    from payment_templates.rollout.template_upload import Body
    from payment_templates.rollout.values import Values


@dataclass(frozen=True, kw_only=True)
class StackSet:
    """The current state of a set."""

    name: str
    stack_set_id: str
    description: str
    template_body: str
    parameters: Mapping[str, str]
    service_managed: bool
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    # Without the default roles, which may stay unnamed.
    roles: ChosenRoles = field(default_factory=ChosenRoles)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The requested template, values, targets, tags and roles of a set."""

    name: str
    suffix: str
    template: Template
    body: Body
    values: Values
    targets: Targets
    # Added to the existing tags.
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: ChosenRoles = field(default_factory=ChosenRoles)

    def over(self, current: StackSet) -> Definition:
        """Return the definition with the tags and roles that the set keeps."""
        # UpdateStackSet, Tags: those given replace all others, and without any nothing changes.
        tags = {**current.tags, **self.tags} if self.tags else {}
        # UpdateStackSet, AdministrationRoleARN: a custom role must be given in every update.
        return replace(self, tags=tags, roles=self.roles.over(current.roles))

    @property
    def final_values(self) -> Values:
        """Return the values with the template's default deletion protection, unless given."""
        return final_values(self.template, self.values)

    def arguments(self, former: Mapping[str, str]) -> dict[str, Any]:
        """Return the arguments of CreateStackSet and UpdateStackSet."""
        return {
            "StackSetName": self.name,
            "Description": description_of(self.suffix),
            "Parameters": self.final_values.request(self.template, former),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            **self.body.arguments(),
            **_permissions(self.targets, self.roles),
            **written_tags(self.tags),
        }

    def differs(self, current: StackSet) -> bool:
        """Return whether the set must be updated; always true with secrets, which AWS hides."""
        if self.values.secret or document_of(current.template_body) != self.template.document:
            return True
        if self.roles.over(current.roles).names != current.roles.names:
            return True
        if any(current.tags.get(key) != value for key, value in self.tags.items()):
            return True
        return any(
            current.parameters.get(name) not in {value, CONCEALED}
            for name, value in self.final_values.open.items()
        )


def find_stack_set(
    client: CloudFormationClient, name: str, *, call_as: str | None = None
) -> StackSet | None:
    """Read a set, with another CallAs than the session's if one is given; None if it is absent."""
    caller: dict[str, Any] = {"CallAs": call_as} if call_as else {}
    try:
        shown = client.describe_stack_set(StackSetName=name, **caller)["StackSet"]
    except client.exceptions.StackSetNotFoundException:
        return None
    if shown.get("Status") == "DELETED":
        return None
    administration = shown.get("AdministrationRoleARN", "")
    execution = shown.get("ExecutionRoleName", "")
    return StackSet(
        name=name,
        stack_set_id=shown.get("StackSetId", ""),
        description=shown.get("Description", ""),
        template_body=shown.get("TemplateBody", ""),
        parameters={
            entry.get("ParameterKey", ""): entry.get("ParameterValue", "")
            for entry in shown.get("Parameters", ())
        },
        service_managed=shown.get("PermissionModel") == "SERVICE_MANAGED",
        tags={tag["Key"]: tag["Value"] for tag in shown.get("Tags", ())},
        roles=ChosenRoles(
            administration_role_arn=""
            if administration.endswith(f":role/{ADMINISTRATION}")
            else administration,
            execution_role_name="" if execution == EXECUTION else execution,
        ),
    )


def self_managed_sets(client: CloudFormationClient) -> Iterator[StackSet]:
    """Return the region's sets with self-managed permissions."""
    for page in client.get_paginator("list_stack_sets").paginate(Status="ACTIVE"):
        for shown in page["Summaries"]:
            if shown.get("PermissionModel") != "SERVICE_MANAGED":
                # Only the description has the roles; None if the set was deleted meanwhile.
                found = find_stack_set(client, shown.get("StackSetName", ""))
                if found is not None:
                    yield found


def create_stack_set(client: CloudFormationClient, definition: Definition) -> None:
    """Create a set without instances; idempotent."""
    try:
        client.create_stack_set(
            ClientRequestToken=f"payment-rollout-{uuid4()}", **definition.arguments({})
        )
    except client.exceptions.NameAlreadyExistsException:
        # The response to an earlier attempt was lost, or another run has just created it.
        if find_stack_set(client, definition.name) is None:
            raise


def _permissions(targets: Targets, roles: ChosenRoles) -> dict[str, Any]:
    if not targets.service_managed:
        given = {
            "AdministrationRoleARN": roles.administration_role_arn,
            "ExecutionRoleName": roles.execution_role_name,
        }
        return {
            "PermissionModel": "SELF_MANAGED",
            **{name: value for name, value in given.items() if value},
        }
    return {
        "PermissionModel": "SERVICE_MANAGED",
        # Required with SERVICE_MANAGED; off, so that no account gets a stack automatically.
        "AutoDeployment": {"Enabled": False},
    }
