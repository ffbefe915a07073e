"""Builds the policy of the execution role: permission for this template's resources only.

Known limit: a user of the role can create a role under one of the template's names with any inline
policy, and pass it to a service of the template. A permissions boundary would prevent that only if
the template's own roles had the same boundary. Then `deploy`, which does not need these roles,
would depend on a policy that only `rollout --create-roles` creates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import Text, Unknown, evaluate
from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, Template, Value

Statement = dict[str, Any]

# The service of a resource type is the prefix of its actions, except for these.
_ACTION_PREFIXES = {
    "applicationautoscaling": "application-autoscaling",
    "elasticloadbalancingv2": "elasticloadbalancing",
}
# Services that this stack's services call with the caller's permissions: to encrypt, to store a
# secret and to tag.
_INDIRECT_SERVICES = ("kms", "secretsmanager", "tag")
# Stacks created by a set, and stacks created by deploy, which --import imports.
_STACK_NAMES = ("StackSet-*", "payment-*")
_NAMED_BY = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
}
# IAM lists and template validation have no resource-level permissions; the others only read.
_READ = (
    "cloudformation:Describe*",
    "cloudformation:Get*",
    "cloudformation:List*",
    "cloudformation:ValidateTemplate",
    "iam:ListPolicies",
    "iam:ListRoles",
    # The template of a set comes from a bucket.
    "s3:GetObject",
)
# IAM's operations on a role and on a managed policy, except those on permissions boundaries and
# instance profiles, which the templates do not use.
_IDENTITY_ACTIONS = {
    "role": (
        "AttachRolePolicy",
        "CreateRole",
        "DeleteRole",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListInstanceProfilesForRole",
        "ListRolePolicies",
        "ListRoleTags",
        "PutRolePolicy",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    ),
    "policy": (
        "CreatePolicy",
        "CreatePolicyVersion",
        "DeletePolicy",
        "DeletePolicyVersion",
        "GetPolicy",
        "GetPolicyVersion",
        "ListEntitiesForPolicy",
        "ListPolicyTags",
        "ListPolicyVersions",
        "SetDefaultPolicyVersion",
        "TagPolicy",
        "UntagPolicy",
    ),
}


def execution_statements(template: Template) -> tuple[Statement, ...]:
    """Return the policy statements for a template; raises RolloutError for an unnamed role."""
    types = {resource.type for resource in template.resources.values()}
    services = ({_action_prefix(kind) for kind in types} - {"iam"}) | {*_INDIRECT_SERVICES}
    return (
        _allow([f"{service}:*" for service in sorted(services)], "*"),
        _allow(
            "cloudformation:*",
            [_arn("cloudformation:*", f"stack/{name}/*") for name in _STACK_NAMES],
        ),
        _allow([*_READ], "*"),
        *_identity_statements(template),
        _allow("iam:CreateServiceLinkedRole", _arn("iam:", "role/aws-service-role/*")),
    )


def _identity_statements(template: Template) -> Iterator[Statement]:
    # IAM permissions can grant any other: restricted to the names in the template.
    for kind, actions in _IDENTITY_ACTIONS.items():
        arns = [_arn("iam:", f"{kind}/{prefix}*") for prefix in _name_prefixes(template, kind)]
        if arns:
            yield _allow([f"iam:{action}" for action in actions], arns)
    roles = [_arn("iam:", f"role/{prefix}*") for prefix in _name_prefixes(template, "role")]
    services = sorted(set(_services_trusted(template)))
    if roles and services:
        pass_role = _allow("iam:PassRole", roles)
        yield {**pass_role, "Condition": {"StringEquals": {"iam:PassedToService": services}}}


def _name_prefixes(template: Template, kind: str) -> list[str]:
    found: set[str] = set()
    for resource in _unplaced(template).of_type(*_NAMED_BY):
        member, property_name = _NAMED_BY[resource.type]
        if member != kind:
            continue
        prefix = _prefix(resource.properties.get(property_name))
        if not prefix:
            raise wrong_use(
                f"{resource.logical_id} has no {property_name} with a fixed prefix, so the "
                f"execution role would get access to every {kind} of the account",
                "add one, or create the roles of StackSets yourself",
            )
        found.add(prefix)
    return sorted(found)


def _services_trusted(template: Template) -> Iterator[str]:
    for role in _unplaced(template).of_type("AWS::IAM::Role"):
        trust = role.properties.child("AssumeRolePolicyDocument")
        for statement in trust.children("Statement"):
            yield from statement.child("Principal").texts("Service")


def _unplaced(template: Template) -> Stack:
    """Evaluate a template for every value of its parameters, and every region."""
    stack = evaluate(template, region="us-east-1")
    names = (*template.parameters, "AWS::Region", "AWS::AccountId", "AWS::Partition")
    return stack.with_values({name: Unknown(reason=f"any {name}") for name in names})


def _prefix(name: Value) -> str:
    first = name.parts[0] if isinstance(name, Text) else name
    return first if isinstance(first, str) else ""


def _action_prefix(resource_type: str) -> str:
    service = resource_type.split("::")[1].lower()
    return _ACTION_PREFIXES.get(service, service)


def _arn(service: str, resource: str) -> dict[str, str]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::AccountId}}:{resource}"}


def _allow(actions: str | list[str], resources: str | dict[str, str] | list[Any]) -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}
