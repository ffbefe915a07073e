"""Decides whether a role's or a resource's policies allow a request: yes, no or unseen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.policies import (
    is_action,
    is_like,
    may_be_like,
    read_statements,
    with_any_variable,
)
from payment_templates.evidence.permissions.requests import holds
from payment_templates.evidence.permissions.role_names import account_names, role_context
from payment_templates.evidence.reuse import reused
from payment_templates.facts.aws_policies import (
    ALLOWED_ACTIONS,
    AWS_POLICY,
    DENY_ALL,
    may_deny,
    misplaced,
    only_denies,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence.permissions.policies import Condition, Statement

_SESSION = re.compile(r"arn:[^:]+:sts::[^:]*:assumed-role/([^/]+)/.+")
_MANAGED = "AWS::IAM::ManagedPolicy"


class Answer(StrEnum):
    """Whether a request is allowed; UNSEEN if the template does not show it."""

    YES = "yes"
    NO = "no"
    UNSEEN = "unseen"


@dataclass(frozen=True, kw_only=True)
class Request:
    """An action on a resource, with every form of its name that a policy may use."""

    action: str
    resources: tuple[str, ...]
    # The known condition keys, in lower case, with their value, or with every form of it.
    context: Mapping[str, str | tuple[str, ...]] = field(
        default_factory=dict[str, "str | tuple[str, ...]"]
    )


def as_role(stack: Stack, role: StackResource, request: Request) -> Request:
    """Return the request with the condition keys that each request of a role has."""
    return with_keys(request, role_context(stack, role))


def with_keys(request: Request, known: Mapping[str, str | tuple[str, ...]]) -> Request:
    """Return the request with further condition keys."""
    return replace(request, context={**known, **request.context})


def role_may(stack: Stack, role: StackResource, request: Request) -> Answer:
    """Return whether the policies of a role allow a request: inline, attached and AWS managed.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    decisive = (role, request.action, request.resources, *request.context.items())
    return reused(stack, lambda: _role_may(stack, role, request), *decisive)


def _role_may(stack: Stack, role: StackResource, request: Request) -> Answer:
    return _decided(_role_votes(stack, role, request))


def role_may_with_policy(
    stack: Stack,
    role: StackResource,
    request: Request,
    policy: Properties,
    names: tuple[str, ...],
    *,
    resources: tuple[str, ...] = (),
) -> Answer:
    """Return whether a role may act on a resource whose policy must allow it too, such as a key.

    That policy must allow one of the names of the role, or the account: then the policies of the
    role decide. An explicit deny in any of them wins. `resources` are the names that this policy
    may use, if the resource is in the stack of another region.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    account = account_names(stack)
    asked = replace(as_role(stack, role, request), resources=resources or request.resources)
    role_votes = _role_votes(stack, role, request)
    denials = [vote for vote in role_votes if not vote[0]]
    denials += [vote for vote in _votes(policy, asked, (*names, *account)) if not vote[0]]
    itself = _allowed(_votes(policy, asked, names))
    by_account = both(_allowed(_votes(policy, asked, account)), _allowed(role_votes))
    return _decided([(True, itself), (True, by_account), *denials])


def both(first: Answer, second: Answer) -> Answer:
    """Return whether both of two policies allow a request."""
    if Answer.NO in {first, second}:
        return Answer.NO
    return Answer.UNSEEN if Answer.UNSEEN in {first, second} else Answer.YES


def _role_votes(
    stack: Stack, role: StackResource, request: Request
) -> tuple[tuple[bool, Answer], ...]:
    asked = as_role(stack, role, request)
    votes = [vote for policy in _policies_of(stack, role) for vote in _votes(policy, asked, None)]
    for arn in _outer_policies(stack, role):
        votes += _outer_votes(stack, arn, request)
    if "PermissionsBoundary" in role.properties:
        votes.append((False, Answer.UNSEEN))
    return tuple(votes)


def _allowed(votes: Iterable[tuple[bool, Answer]]) -> Answer:
    """Return whether a statement allows the request, whatever others deny."""
    return _decided(vote for vote in votes if vote[0])


def policy_lets(
    policy: Properties,
    request: Request,
    principals: tuple[str, ...],
    *,
    perhaps: tuple[str, ...] = (),
) -> Answer:
    """Return whether the policy of a resource allows a request to one of the principals.

    Whether a statement for one of `perhaps` applies is not known.
    """
    return _decided(_votes(policy, request, principals, perhaps))


def role_denies(stack: Stack, role: StackResource, request: Request) -> Answer:
    """Return whether the policies of a role deny a request, whatever another policy allows."""
    return _denied(_role_votes(stack, role, request))


def policy_denies(policy: Properties, request: Request, principals: tuple[str, ...]) -> Answer:
    """Return whether the policy of a resource denies a request of one of the principals."""
    return _denied(_votes(policy, request, principals))


def _denied(votes: Iterable[tuple[bool, Answer]]) -> Answer:
    answers = {answer for allows, answer in votes if not allows}
    if Answer.YES in answers:
        return Answer.YES
    return Answer.UNSEEN if Answer.UNSEEN in answers else Answer.NO


def _decided(votes: Iterable[tuple[bool, Answer]]) -> Answer:
    """Decide as IAM does: an explicit deny wins, and without an allow the request is denied."""
    cast = set(votes)
    if (False, Answer.YES) in cast or not {(True, Answer.YES), (True, Answer.UNSEEN)} & cast:
        return Answer.NO
    unseen = (False, Answer.UNSEEN) in cast or (True, Answer.YES) not in cast
    return Answer.UNSEEN if unseen else Answer.YES


def _votes(
    policy: Properties,
    request: Request,
    principals: tuple[str, ...] | None,
    perhaps: tuple[str, ...] = (),
) -> Iterator[tuple[bool, Answer]]:
    """Yield for each statement whether its effect is Allow, and whether it applies."""
    written = policy.children("Statement")
    for statement, fields in zip(read_statements(policy), written, strict=True):
        if principals is None or _means(fields, principals):
            yield statement.allows, _is_about(statement, fields, request)
        elif _means(fields, perhaps) or (not statement.allows and _may_mean(fields, principals)):
            yield statement.allows, both(_is_about(statement, fields, request), Answer.UNSEEN)


def _means(statement: Properties, principals: tuple[str, ...]) -> bool:
    if statement.get("Principal") == "*":
        return True
    named = statement.child("Principal")
    names = {*named.texts("AWS"), *named.texts("Service")}
    return "*" in names or bool(names & set(principals)) or "NotPrincipal" in statement


def _may_mean(statement: Properties, principals: tuple[str, ...]) -> bool:
    """Return whether a statement names a session of a role: ECS chooses the name of the session.

    arn:aws:sts::111122223333:assumed-role/role/session, without the path of the role:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session
    """
    roles = {name.rpartition("/")[2] for name in principals if ":role/" in name}
    named = (_SESSION.fullmatch(name) for name in statement.child("Principal").texts("AWS"))
    return any(found[1] in roles for found in named if found)


def _is_about(statement: Statement, fields: Properties, request: Request) -> Answer:
    if {"NotAction", "NotResource", "NotPrincipal"} & set(fields.entries):
        return Answer.UNSEEN
    if not any(is_action(pattern, request.action) for pattern in statement.actions):
        return Answer.NO
    answers = {_holds(condition, request) for condition in statement.conditions}
    answers.add(_names(statement.resources, request))
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNSEEN if Answer.UNSEEN in answers else Answer.YES


def _holds(condition: Condition, request: Request) -> Answer:
    """Return whether a condition holds; UNSEEN if the value of its key is not known."""
    value = request.context.get(condition.key)
    found = holds(condition, (value,) if isinstance(value, str) else value)
    if found is None:
        return Answer.UNSEEN
    return Answer.YES if found else Answer.NO


def _names(patterns: tuple[str, ...], request: Request) -> Answer:
    """Return whether a statement is about a resource.

    UNSEEN if a policy variable, or a name that CloudFormation generates, decides it.
    """
    # A trust policy has no Resource.
    answer = Answer.NO if patterns else Answer.YES
    for pattern in patterns:
        if any(is_like(pattern, name) for name in request.resources):
            return Answer.YES
        wide = with_any_variable(pattern)
        if any(is_like(wide, name) or may_be_like(wide, name) for name in request.resources):
            answer = Answer.UNSEEN
    return answer


def _policies_of(stack: Stack, role: StackResource) -> Iterator[Properties]:
    """Yield the policies of a role that are in the stack."""
    for policy in role.properties.children("Policies"):
        yield policy.child("PolicyDocument")
    own = {role.logical_id, role.properties.text("RoleName")} - {""}
    attached = [
        stack.find(value, _MANAGED) for value in role.properties.values("ManagedPolicyArns")
    ]
    for apart in stack.of_type("AWS::IAM::Policy", _MANAGED):
        if own & set(apart.properties.identities("Roles")) or apart in attached:
            yield apart.properties.child("PolicyDocument")
    for apart in stack.of_type("AWS::IAM::RolePolicy"):
        if apart.properties.identity("RoleName") in own:
            yield apart.properties.child("PolicyDocument")


def _outer_policies(stack: Stack, role: StackResource) -> tuple[str, ...]:
    values = role.properties.values("ManagedPolicyArns")
    return tuple(str(value) for value in values if not stack.find(value, _MANAGED))


def _outer_votes(stack: Stack, arn: str, request: Request) -> Iterator[tuple[bool, Answer]]:
    """Yield what an AWS managed policy, or a policy outside the template, allows and denies."""
    prefix = f"arn:{stack.partition}:iam::aws:policy/"
    if not AWS_POLICY.match(arn):
        yield True, Answer.UNSEEN
        yield False, Answer.UNSEEN
        return
    name = arn.removeprefix(prefix)
    if misplaced(arn) or name == arn:
        # There is no such policy.
        return
    if may_deny(name):
        yield False, Answer.YES if name == DENY_ALL else Answer.UNSEEN
    actions = () if only_denies(name) else ALLOWED_ACTIONS.get(name)
    if actions is None:
        yield True, Answer.UNSEEN
    elif any(is_action(pattern, request.action) for pattern in actions):
        yield True, Answer.YES
