"""A policy says * only where AWS leaves no other way."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.permissions.policies import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.permissions.policies import Condition, Statement
    from payment_templates.evidence.topology import Topology

# Actions that AWS gives no resource to:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
_WITHOUT_RESOURCE = {"ecr:getauthorizationtoken"}
_POLICIES = ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "ResourcePolicy")
# Policies of AWS for one purpose, that say * where AWS has no other way:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-awsmanpol.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-security-iam-awsmanpol.html
_NARROW = (
    ":aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    ":aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
)
# arn:partition:service:region:account:resource
_ARN_PARTS = 6
_WILD = re.compile("[*?]")


@claim("Every wildcard in a policy has a documented reason", "Ideal response: least privilege")
def wildcards_have_a_reason(topology: Topology) -> Finding:
    """Read every statement, and the policies of AWS; a key's policy covers the key alone."""
    lines: list[str] = []
    for resource in topology.stack.resources.values():
        for arn in _managed(resource):
            if arn.startswith("arn:") and not arn.endswith(_NARROW):
                return broken(f"{resource.logical_id}: {arn} is wider than its purpose")
            lines.append(f"{resource.logical_id}: {arn}")
        for statement in _statements(resource):
            if problem := next(_problems(statement, is_key="KeyPolicy" in statement.place), ""):
                return broken(f"{resource.logical_id}: {problem}", statement.place)
            lines.append(f"{statement.place}: {', '.join(statement.actions)}")
    if not lines:
        return absent("there is no policy to judge")
    return kept(f"{len(lines)} statements", *lines)


def _managed(resource: StackResource) -> tuple[str, ...]:
    return (
        resource.properties.texts("ManagedPolicyArns") if resource.type == "AWS::IAM::Role" else ()
    )


@cache
def _statements(resource: StackResource) -> tuple[Statement, ...]:
    policies = [resource.properties.child(name) for name in _POLICIES]
    policies += [
        policy.child("PolicyDocument")
        for policy in resource.properties.children("Policies")
        if "PolicyDocument" in policy
    ]
    return tuple(statement for policy in policies for statement in read_statements(policy))


def _problems(statement: Statement, *, is_key: bool) -> Iterator[str]:
    if not statement.allows:
        return
    if statement.but_principals or statement.but_actions or statement.but_resources:
        yield "it allows all but what it names"
    if statement.anyone and not any(_names_someone(each) for each in statement.conditions):
        yield "anyone is let in"
    # The policy that AWS gives a key hands every action on it to the account's own policies:
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    is_default = is_key and bool(statement.accounts) and not statement.anyone
    for action in statement.actions:
        name = action.partition(":")[2]
        if not name.strip("*?") and not (is_default and action.lower() == "kms:*"):
            yield f"every action is allowed: {action}"
        if _WILD.search(action) and not is_key:
            yield f"{action} is more than one action"
    if is_key:
        return
    actions = [each for each in statement.actions if each.lower() not in _WITHOUT_RESOURCE]
    for resource in statement.resources if actions else ():
        if _is_wide(resource):
            yield f"{', '.join(actions)} on {resource}"


def _names_someone(condition: Condition) -> bool:
    """Return whether a condition lets in none but some account, organization or resource."""
    known = ("aws:source", "aws:principal", "kms:calleraccount", "aws:arn")
    return (
        condition.key.startswith(known)
        and not condition.operator.startswith(("ForAllValues", "Null"))
        and "Not" not in condition.operator
        and not condition.operator.endswith("IfExists")
        and not any(value.strip("*?") == "" for value in condition.values)
    )


def _is_wide(resource: str) -> bool:
    """Return whether a resource is every one of its service, or of a kind."""
    parts = resource.split(":", _ARN_PARTS - 1)
    if len(parts) < _ARN_PARTS:
        return bool(_WILD.search(resource)) or not resource
    service, name = parts[2], parts[-1]
    if _WILD.search(service) or not name.strip("*?"):
        return True
    # role/*, secret:*, table/*: every one of a kind; what is below a name, as all objects of a
    # bucket do, is one's own.
    return service != "s3" and re.fullmatch(r"[a-z-]+[:/][*?]+", name) is not None
