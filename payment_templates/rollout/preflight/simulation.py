"""Runs IAM's policy simulator for a list of policy statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation.authorization import actions_named
from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from boto3 import Session
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef, EvaluationResultTypeDef

    from payment_templates.rollout.permissions import Place, Statement

# As many as the simulator answers in one page: SimulatePrincipalPolicy, MaxItems.
_ACTIONS_PER_CALL = 100


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What a principal may not do, by the policies that the simulator knows."""

    # The number of actions that were asked for.
    count: int
    denied: frozenset[str]
    # Actions that a policy allows or denies by keys that only a real request has.
    undecided: frozenset[str]
    keys: frozenset[str]


def simulate(
    session: Session, principal: str, statements: Iterable[Statement], place: Place
) -> Simulation:
    """Ask for every action of the statements on their resources; raises botocore's errors."""
    asked: set[str] = set()
    denied: set[str] = set()
    undecided: set[str] = set()
    keys: set[str] = set()
    for statement in statements:
        asked.update(statement.actions)
        names = _without_wildcards(statement.actions)
        for actions in _batches([*names]):
            for result in _results(session, principal, actions, statement, place):
                if result["EvalDecision"] == "allowed":
                    continue
                missing = _missing_keys(result)
                name = result["EvalActionName"]
                (undecided if missing else denied).add(names.get(name, name))
                keys |= missing
    return Simulation(
        count=len(asked),
        denied=frozenset(denied),
        undecided=frozenset(undecided - denied),
        keys=frozenset(keys),
    )


def _without_wildcards(actions: Iterable[str]) -> Mapping[str, str]:
    """Return each action to ask for, with the action of the statement that it belongs to.

    SimulateCustomPolicy, ActionNames: "This operation does not support using wildcards (*) in an
    action name."
    """
    return {
        name: action
        for action in actions
        for name in (actions_named(action) if "*" in action else (action,))
    }


def _results(
    session: Session,
    principal: str,
    actions: Sequence[str],
    statement: Statement,
    place: Place,
) -> Iterator[EvaluationResultTypeDef]:
    pages = (
        clients.iam(session, place.region)
        .get_paginator("simulate_principal_policy")
        .paginate(
            PolicySourceArn=principal,
            ActionNames=[*actions],
            ResourceArns=[place.arn(one) for one in statement.resources],
            ContextEntries=[*_context(statement, place)],
        )
    )
    for page in pages:
        yield from page.get("EvaluationResults", ())


def _context(statement: Statement, place: Place) -> Iterator[ContextEntryTypeDef]:
    if statement.condition is not None:
        yield {
            "ContextKeyName": statement.condition.key,
            "ContextKeyValues": [
                value.replace("*", f"{place.region}.amazonaws.com")
                for value in statement.condition.values
            ],
            "ContextKeyType": "string",
        }


def _missing_keys(result: EvaluationResultTypeDef) -> set[str]:
    # Keys of the principal's policies that the simulation has no value for: a real request may be
    # allowed. They are named for each resource where resources are given.
    found = {*result.get("MissingContextValues", ())}
    for one in result.get("ResourceSpecificResults", ()):
        found.update(one.get("MissingContextValues", ()))
    return found


def _batches(actions: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(actions), _ACTIONS_PER_CALL):
        yield actions[start : start + _ACTIONS_PER_CALL]
