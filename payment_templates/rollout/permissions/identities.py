"""Narrows the permissions on IAM: they can grant any other permission, so "*" is too wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError, UnknownValueError
from payment_templates.cloudformation.authorization import arn_formats
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.permissions.narrowing import of_kinds
from payment_templates.rollout.permissions.resource_arns import texts_of
from payment_templates.rollout.permissions.statement import Condition, Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from payment_templates.cloudformation import Stack, StackResource

_PASSING = "iam:PassRole"
_LINKED = "iam:CreateServiceLinkedRole"
_LINKED_ROLES = "arn:${Partition}:iam::${Account}:role/aws-service-role/*"
_ROLE = "AWS::IAM::Role"
_NAME_PROPERTIES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    _ROLE: "RoleName",
    "AWS::IAM::User": "UserName",
}


def identity_statements(
    stack: Stack, actions: Collection[str], arns: Mapping[str, tuple[str, ...]]
) -> Iterator[Statement]:
    """Yield the permissions on the template's roles, policies, users and groups.

    An action on a kind of identity that the template does not have is left out: the schema of a
    managed policy names those on users and groups. Raises RolloutError for an identity without a
    name.
    """
    identities = stack.of_type(*_NAME_PROPERTIES)
    for resource in identities:
        _require_name(resource, arns)
    own = [arn for resource in identities for arn in arns[resource.logical_id]]
    for action in sorted({*actions} - {_PASSING, _LINKED}):
        resources = of_kinds(action, own) if arn_formats(action) else ("*",)
        if resources:
            yield Statement(actions=(action,), resources=resources)
    if _PASSING in actions:
        yield from _pass_statements(stack, arns)
    if _LINKED in actions:
        yield Statement(actions=(_LINKED,), resources=(_LINKED_ROLES,))


def _pass_statements(stack: Stack, arns: Mapping[str, tuple[str, ...]]) -> Iterator[Statement]:
    roles: dict[tuple[str, ...], list[str]] = {}
    for role in stack.of_type(_ROLE):
        services = tuple(sorted({*_services_trusted(role)}))
        if services:
            roles.setdefault(services, []).extend(arns[role.logical_id])
    for services, names in roles.items():
        yield Statement(
            actions=(_PASSING,),
            resources=tuple(names),
            condition=Condition(key="iam:PassedToService", values=services),
        )


def _services_trusted(role: StackResource) -> Iterator[str]:
    trust = role.properties.child("AssumeRolePolicyDocument")
    try:
        for statement in trust.children("Statement"):
            for service in statement.child("Principal").values("Service"):
                yield from texts_of(service)
    except (UnexpectedValueError, UnknownValueError):
        # A service that only a parameter names.
        yield "*"


def _require_name(resource: StackResource, arns: Mapping[str, tuple[str, ...]]) -> None:
    named = arns[resource.logical_id]
    if not named or any(arn.rpartition("/")[2].startswith("*") for arn in named):
        raise wrong_use(
            f"{resource.logical_id} has no {_NAME_PROPERTIES[resource.type]} with a fixed prefix, "
            f"so the policy would cover every {resource.type} of the account",
            "add one, or write the policy yourself",
        )
