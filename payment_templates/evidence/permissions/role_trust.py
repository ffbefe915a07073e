"""Decides whether a service may assume the role that the template gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import Answer, Request, policy_lets
from payment_templates.evidence.permissions.policies import read_statements
from payment_templates.facts.service_roles import SERVICE_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource

_ROLE = "AWS::IAM::Role"
_POLICY = "AssumeRolePolicyDocument"


@dataclass(frozen=True, kw_only=True)
class RoleUse:
    """A resource that names a role, and whether its service may assume it."""

    user: str
    # The logical ID of the role, or else what names it.
    role: str
    principal: str
    answer: Answer
    # Whether the role also trusts its account: any principal there with the IAM permission.
    by_account: bool = False


def role_uses(stack: Stack) -> Iterator[RoleUse]:
    """Yield each use of a role by a service, for the properties in SERVICE_ROLES."""
    for use in SERVICE_ROLES:
        for resource in stack.of_type(use.resource_type):
            above, _, name = use.property.rpartition(".")
            for fields in resource.properties.below(above):
                for value in fields.values(name):
                    role = stack.find(value, _ROLE)
                    yield RoleUse(
                        user=f"{resource.logical_id}.{use.property}",
                        role=role.logical_id if role else str(value),
                        principal=use.principal,
                        answer=may_assume(stack, role, use.principal) if role else Answer.UNSEEN,
                        by_account=role is not None and _trusts_account(role),
                    )


def may_assume(stack: Stack, role: StackResource, principal: str) -> Answer:
    """Return whether a service may assume a role: some regions add their suffix to its name.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    context = {"aws:sourceaccount": ACCOUNT}
    service = principal.removesuffix(".amazonaws.com")
    if service == "ecs-tasks":
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
        arn = f"arn:{stack.partition}:ecs:{stack.region}:{ACCOUNT}:task/cluster/task"
        context["aws:sourcearn"] = arn
    if service == "vpc-flow-logs":
        # https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
        arn = f"arn:{stack.partition}:ec2:{stack.region}:{ACCOUNT}:vpc-flow-log/fl-1"
        context["aws:sourcearn"] = arn
    if service == "monitoring.rds":
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html#USER_Monitoring.OS.confused-deputy
        context["aws:sourcearn"] = f"arn:{stack.partition}:rds:{stack.region}:{ACCOUNT}:db:instance"
    request = Request(action="sts:AssumeRole", resources=(), context=context)
    suffixes = ("amazonaws.com", f"{stack.region}.amazonaws.com", "amazonaws.com.cn")
    names = tuple(f"{service}.{suffix}" for suffix in suffixes)
    return policy_lets(role.properties.child(_POLICY), request, names)


def _trusts_account(role: StackResource) -> bool:
    """Return whether a trust policy delegates to the IAM policies of the account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
    """
    return any(
        statement.allows and ACCOUNT in statement.accounts
        for statement in read_statements(role.properties.child(_POLICY))
    )
