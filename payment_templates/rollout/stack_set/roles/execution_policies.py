"""Decides the permissions of the execution role, which self-managed sets of an account share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation import TemplateError, template_of
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, first_line
from payment_templates.rollout.permissions import (
    MOST_CHARACTERS,
    Condition,
    Place,
    Purpose,
    Scope,
    Statement,
    merged,
    permissions_for,
    policy_documents,
    size_of,
)
from payment_templates.rollout.stack_set.chosen_roles import EXECUTION
from payment_templates.rollout.stack_set.definition import self_managed_sets
from payment_templates.rollout.stack_set.roles.usage import find_usage
from payment_templates.rollout.templates import document_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from boto3 import Session

    from payment_templates.cloudformation import Json, Template

# As the policies of the roles' stack are written: one for every region, partition and account.
ANYWHERE = Place(partition="${AWS::Partition}", account="${AWS::AccountId}")
_IN_ANY_REGION = Place(partition="${Partition}", account="${Account}")
# The default of "Managed policies attached to an IAM role":
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MOST_POLICIES = 10
POLICY = "ExecutionPolicy"


@dataclass(frozen=True, kw_only=True)
class ExecutionPolicies:
    """The documents of the execution role's policies, and the sets that they may not cover."""

    documents: tuple[Json, ...]
    notes: tuple[str, ...] = ()


def execution_policies(
    session: Session, regions: Sequence[str], template: Template, present: Json
) -> ExecutionPolicies:
    """Return policies for a template, the home region's sets and what the role may do at present.

    `present` is the template of the roles' stack. What only that contains is left out when no set
    of the account uses the role: stacks with other templates need it, and so does an update that
    deletes resources. Raises RolloutError for more policies than IAM attaches to a role.
    """
    notes: list[str] = []
    needed = united([*statements_for(template), *_of_sets(session, regions[0], notes)])
    both = united([*needed, *_present(present)])
    if both != needed and find_usage(session, regions).reason:
        needed = both
    return ExecutionPolicies(documents=documents_of(needed), notes=tuple(notes))


def statements_for(template: Template) -> tuple[Statement, ...]:
    """Return what the execution role needs for a template, in every region."""
    found = permissions_for(Purpose.STACK_SET_EXECUTION, template, Scope()).statements
    return tuple(
        replace(one, resources=tuple(map(_IN_ANY_REGION.arn, one.resources))) for one in found
    )


def documents_of(statements: Sequence[Statement]) -> tuple[Json, ...]:
    """Return the documents of policies; raises RolloutError if IAM accepts them for no role."""
    documents = policy_documents(statements, ANYWHERE)
    too_large = any(size_of(one) > MOST_CHARACTERS for one in documents)
    if len(documents) > _MOST_POLICIES or too_large:
        size = (
            f"a policy of more than {MOST_CHARACTERS:,} characters"
            if too_large
            else f"{len(documents)} managed policies, of which IAM attaches {_MOST_POLICIES} to a "
            "role by default"
        )
        raise RolloutError(
            f"the role {EXECUTION} would need {size}, for this template and the other stack sets "
            "of the account; nothing was changed",
            ExitCode.REFUSED,
            hint="delete the stack sets that are no longer used, or create another role with the "
            "policies that payment-stack policy --for stack-set-execution prints, and pass it as "
            "--execution-role-name",
        )
    return documents


def united(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return statements in which each action and condition occurs once, with all its resources."""
    resources: defaultdict[tuple[str, Condition | None], set[str]] = defaultdict(set)
    for one in statements:
        for action in one.actions:
            resources[action, one.condition].update(one.resources)
    return merged(
        Statement(actions=(action,), resources=tuple(sorted(arns)), condition=condition)
        for (action, condition), arns in resources.items()
    )


def _of_sets(session: Session, region: str, notes: list[str]) -> Iterator[Statement]:
    client = clients.cloudformation(session, region)
    seen: list[Json] = []
    for found in self_managed_sets(client):
        if found.roles.execution_role_name:
            continue
        document = document_of(found.template_body)
        if document in seen:
            continue
        seen.append(document)
        try:
            yield from statements_for(template_of(document, name=found.name))
        except (RolloutError, TemplateError) as error:
            notes.append(
                f"the permissions that the stack set {found.name} needs are unknown: "
                f"{first_line(error)}"
            )


def _present(document: Json) -> Iterator[Statement]:
    resources = cast("Mapping[str, Any]", document.get("Resources", {}))
    for name, resource in resources.items():
        if name.startswith(POLICY):
            for one in resource["Properties"]["PolicyDocument"]["Statement"]:
                yield Statement(
                    actions=tuple(_texts(one["Action"])),
                    resources=tuple(_texts(one["Resource"])),
                    condition=_condition(one.get("Condition", {})),
                )


def _condition(written: Mapping[str, Mapping[str, Any]]) -> Condition | None:
    # This program writes one operator with one key.
    for entries in written.values():
        for key, values in entries.items():
            return Condition(key=key, values=tuple(_texts(values)))
    return None


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON of a policy.
    for each in cast("Sequence[Any]", value) if isinstance(value, list) else [value]:
        text = str(cast("Json", each)["Fn::Sub"] if isinstance(each, dict) else each)
        yield text.replace("${AWS::Partition}", "${Partition}").replace(
            "${AWS::AccountId}", "${Account}"
        )
