"""A policy says * only where AWS leaves no other way."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.evidence.topology.policies import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.resolve.stack import Resource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.policies import Statement

# Actions that AWS gives no resource to:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
_WITHOUT_RESOURCE = {"ecr:GetAuthorizationToken"}
_POLICIES = ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument")


@claim("No wildcard without its reason", "Ideal response: least privilege")
def wildcards_have_a_reason(topology: Topology) -> Finding:
    """Read every statement; in a key's policy the resource * is the key itself."""
    lines: list[str] = []
    for resource in topology.stack.resources.values():
        for statement in _statements(resource):
            if problem := next(_problems(statement, is_key="KeyPolicy" in statement.place), ""):
                return broken(f"{resource.logical_id}: {problem}", statement.place)
            lines.append(f"{statement.place}: {', '.join(statement.actions)}")
    if not lines:
        return broken("there is no policy to judge")
    return kept(f"{len(lines)} statements", *lines)


@cache
def _statements(resource: Resource) -> tuple[Statement, ...]:
    policies = [resource.fields.child(name) for name in _POLICIES]
    policies += [policy.child("PolicyDocument") for policy in resource.fields.children("Policies")]
    return tuple(statement for policy in policies for statement in read_statements(policy))


def _problems(statement: Statement, *, is_key: bool) -> Iterator[str]:
    if not statement.allows:
        return
    if statement.anyone and not statement.conditions:
        yield "anyone is let in"
    for action in statement.actions:
        if action == "*" or action.endswith(":*"):
            yield f"every action is allowed: {action}"
        if "*" in action and not is_key:
            yield f"{action} is more than one action"
    actions = [action for action in statement.actions if action not in _WITHOUT_RESOURCE]
    if "*" in statement.resources and actions and not is_key:
        yield f"{', '.join(actions)} on every resource"
