"""Whether policies allow a request: yes, no, or not to be seen in the template."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.policies import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Fields

# What AWS's own policies allow, on every resource:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
_AWS_POLICIES = {
    "AdministratorAccess": ("*",),
    "AmazonECSTaskExecutionRolePolicy": (
        *("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability"),
        *("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),
    ),
}
# Operators that hold when one of the operands fits.
_POSITIVE = {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}


class Answer(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"
    UNSEEN = "unseen"


@dataclass(frozen=True, kw_only=True)
class Request:
    """An action on a resource, which policies may name in several ways, and its context."""

    action: str
    resources: tuple[str, ...]
    # Condition key in lower case to its value.
    context: Mapping[str, str] = field(default_factory=dict[str, str])


def role_may(stack: Stack, role: Resource, request: Request) -> Answer:
    """Ask every policy of a role: inline, attached, managed, and AWS's own.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    votes = [vote for policy in _policies_of(stack, role) for vote in _votes(policy, request, None)]
    votes += [(True, _aws_policy_allows(arn, request)) for arn in _outer_policies(stack, role)]
    if "PermissionsBoundary" in role.fields:
        votes.append((False, Answer.UNSEEN))
    return _decided(votes)


def policy_lets(policy: Fields, request: Request, principals: tuple[str, ...]) -> Answer:
    """Ask the policy of a resource whether one of some principals may make a request."""
    return _decided(_votes(policy, request, principals))


def _decided(votes: Iterable[tuple[bool, Answer]]) -> Answer:
    """Let a denial win, and need something that allows."""
    cast = set(votes)
    if (False, Answer.YES) in cast or not {(True, Answer.YES), (True, Answer.UNSEEN)} & cast:
        return Answer.NO
    unseen = (False, Answer.UNSEEN) in cast or (True, Answer.YES) not in cast
    return Answer.UNSEEN if unseen else Answer.YES


def _votes(
    policy: Fields, request: Request, principals: tuple[str, ...] | None
) -> Iterator[tuple[bool, Answer]]:
    """Tell of each statement whether it allows, and whether it is about a request."""
    written = policy.children("Statement")
    for statement, fields in zip(read_statements(policy), written, strict=True):
        if principals is None or _means(fields, principals):
            yield statement.allows, _is_about(fields, request)


def _means(statement: Fields, principals: tuple[str, ...]) -> bool:
    if statement.get("Principal") == "*":
        return True
    named = statement.child("Principal")
    names = {*named.texts("AWS"), *named.texts("Service")}
    return "*" in names or bool(names & set(principals)) or "NotPrincipal" in statement


def _is_about(statement: Fields, request: Request) -> Answer:
    if {"NotAction", "NotResource", "NotPrincipal"} & set(statement.entries):
        return Answer.UNSEEN
    if not _fits(request.action.lower(), map(str.lower, statement.texts("Action"))):
        return Answer.NO
    patterns = statement.texts("Resource")
    if patterns and not any(_fits(resource, patterns) for resource in request.resources):
        return Answer.NO
    operators = statement.child("Condition")
    answers = {
        _holds(operator, key.lower(), operators.child(operator).texts(key), request)
        for operator in operators.entries
        for key in operators.child(operator).entries
    }
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNSEEN if Answer.UNSEEN in answers else Answer.YES


def _holds(operator: str, key: str, operands: tuple[str, ...], request: Request) -> Answer:
    """Tell whether a condition holds, as far as the context of the request is known."""
    if operator not in _POSITIVE or key not in request.context:
        return Answer.UNSEEN
    return Answer.YES if _fits(request.context[key], operands) else Answer.NO


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _policies_of(stack: Stack, role: Resource) -> Iterator[Fields]:
    """Find the policies of the stack that a role has."""
    for policy in role.fields.children("Policies"):
        yield policy.child("PolicyDocument")
    own = {role.logical_id, role.fields.text("RoleName")} - {""}
    attached = set(role.fields.identities("ManagedPolicyArns"))
    for apart in stack.of_type("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        if own & set(apart.fields.identities("Roles")) or apart.logical_id in attached:
            yield apart.fields.child("PolicyDocument")
    for apart in stack.of_type("AWS::IAM::RolePolicy"):
        if apart.fields.identity("RoleName") in own:
            yield apart.fields.child("PolicyDocument")


def _outer_policies(stack: Stack, role: Resource) -> tuple[str, ...]:
    names = role.fields.identities("ManagedPolicyArns")
    return tuple(name for name in names if name not in stack.resources)


def _aws_policy_allows(arn: str, request: Request) -> Answer:
    actions = _AWS_POLICIES.get(arn.rpartition("/")[2])
    if actions is None or ":iam::aws:policy/" not in arn:
        return Answer.UNSEEN
    return Answer.YES if _fits(request.action, actions) else Answer.NO
