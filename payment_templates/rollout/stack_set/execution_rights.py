"""What the execution role may do: make this template's resources, and little else.

What stays possible: whoever acts with the role can make a role under one of the template's names
with any inline policy, and hand it to a service of the template. A permissions boundary would end
that only if the template's own roles had the same boundary, and then `deploy`, which goes without
these roles, would depend on a policy that only `rollout --create-roles` makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.rollout.template import Template

Statement = dict[str, Any]

# The service of a resource type is the prefix of its actions, but for these.
_ACTION_PREFIXES = {
    "applicationautoscaling": "application-autoscaling",
    "elasticloadbalancingv2": "elasticloadbalancing",
}
# What the services of this stack do in turn with the rights of the one who creates them: encrypt,
# keep a secret, tag.
_BESIDES = ("kms", "secretsmanager", "tag")
# Stacks that a set makes, and those that deploy made and --import takes over.
_STACK_NAMES = ("StackSet-*", "payment-*")
_NAMED_BY = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
}
# IAM lists have no resource level, and neither has the check of a template; the rest only reads.
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
# IAM's operations on a role and on a managed policy, but for those on permissions boundaries and
# instance profiles, which no template here has.
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
    """Allow what the resources of a template need; raises RolloutError for a role without name."""
    types = {str(entry.get("Type", "")) for entry in template.resources.values()}
    services = ({_action_prefix(kind) for kind in types} - {"iam"}) | {*_BESIDES}
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
    # Rights on IAM are rights on everything: only on the names that the template gives.
    for kind, actions in _IDENTITY_ACTIONS.items():
        arns = [_arn("iam:", f"{kind}/{prefix}*") for prefix in _name_prefixes(template, kind)]
        if arns:
            yield _allow([f"iam:{action}" for action in actions], arns)
    roles = [_arn("iam:", f"role/{prefix}*") for prefix in _name_prefixes(template, "role")]
    receivers = sorted(set(_services_trusted(template)))
    if roles and receivers:
        passing = _allow("iam:PassRole", roles)
        yield {**passing, "Condition": {"StringEquals": {"iam:PassedToService": receivers}}}


def _name_prefixes(template: Template, kind: str) -> list[str]:
    found: set[str] = set()
    for logical_id, entry in template.resources.items():
        member = _NAMED_BY.get(str(entry.get("Type", "")), ("", ""))
        if member[0] == kind:
            prefix = _text(entry.get("Properties", {}).get(member[1], "")).partition("$")[0]
            if not prefix:
                raise wrong_use(
                    f"{logical_id} has no {member[1]} that begins with letters of its own, so the "
                    f"execution role would get every {kind} of the account; give it one, or make "
                    "the roles of StackSets by hand"
                )
            found.add(prefix)
    return sorted(found)


def _services_trusted(template: Template) -> Iterator[str]:
    for entry in template.resources.values():
        if entry.get("Type") == "AWS::IAM::Role":
            trust: Mapping[str, Any] = entry.get("Properties", {}).get(
                "AssumeRolePolicyDocument", {}
            )
            for statement in trust.get("Statement", ()):
                services = statement.get("Principal", {}).get("Service", ())
                yield from [services] if isinstance(services, str) else services


def _text(name: Any) -> str:  # noqa: ANN401 - a text, or an intrinsic of any shape
    if isinstance(name, str):
        return name
    inner: Any = name.get("Fn::Sub", "")
    return inner if isinstance(inner, str) else str(inner[0])


def _action_prefix(resource_type: str) -> str:
    service = resource_type.split("::")[1].lower()
    return _ACTION_PREFIXES.get(service, service)


def _arn(service: str, resource: str) -> dict[str, str]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::AccountId}}:{resource}"}


def _allow(actions: str | list[str], resources: str | dict[str, str] | list[Any]) -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}
