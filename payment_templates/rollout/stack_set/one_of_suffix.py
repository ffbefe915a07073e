"""Refuses a stack of deploy in a region where a stack set has one of the same suffix.

Both take the same physical names, so the second one cannot be created.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, code_of, is_expired
from payment_templates.rollout.ownership import (
    NOTHING_CHANGED,
    default_name,
    is_of_project,
    stack_set_of,
)
from payment_templates.rollout.stack_set.delegation import SELF
from payment_templates.rollout.stack_set.home_choice import regions_to_give
from payment_templates.rollout.stack_set.homes import find_homes
from payment_templates.rollout.stack_set.instances import list_instances
from payment_templates.rollout.stack_set.stuck_stacks import is_created, read_stacks
from payment_templates.rollout.stack_states import NextStep, StackState, next_step, read_state
from payment_templates.rollout.templates import template_of_stack
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.stack_set.homes import Home
    from payment_templates.rollout.stack_set.instances import Instance

_CREATED = frozenset({NextStep.CREATE, NextStep.RECREATE})


def find_stacks_of_sets(session: Session, region: str, suffix: str) -> Iterator[StackState]:
    """Find the region's stacks that any stack set created with this suffix."""
    client = clients.cloudformation(session, region)
    for page in client.get_paginator("describe_stacks").paginate():
        for shown in page["Stacks"]:
            state = read_state(shown)
            if stack_set_of(state.name) and state.parameters.get(SUFFIX) == suffix:
                yield state


def require_not_in_a_set(
    session: Session, region: str, account: str, suffix: str, own: StackState | None
) -> Iterator[str]:
    """Return what could not be searched; raises RolloutError where a set has the suffix's stack.

    `own` is the stack of deploy: if it exists and works, there is nothing to create.
    """
    if next_step(own) not in _CREATED:
        return
    try:
        homes = find_homes(session, default_name(suffix), suffix, regions=(region,), call_as=SELF)
        gaps = homes.regions_not_searched
        for home in homes.own:
            _require_no_instance(session, home, region, account, own)
    except ClientError as error:
        gaps = (_gap(error),)
    try:
        _require_no_stack(session, region, suffix)
    except ClientError as error:
        gaps = (*gaps, _gap(error))
    for gap in gaps:
        yield f"not searched for a stack set of {suffix}: {gap}"


def require_not_beside(
    session: Session, home: Home | None, deployed: Mapping[str, StackState], account: str
) -> None:
    """Raise RolloutError for a stack of deploy in a region where the set has an instance too."""
    if home is None or not deployed:
        return
    client = clients.cloudformation(session, home.region)
    instances = list_instances(client, home.stack_set.name)
    # An imported stack keeps its name.
    imported = {one.stack_id for one in instances}
    beside = {region: state for region, state in deployed.items() if state.stack_id not in imported}
    found = [one for one in instances if one.region in beside]
    for instance, state in read_stacks(session, found, account).items():
        other = beside[instance.region]
        raise RolloutError(
            f"{other.name} in {instance.region} was created by deploy, and {home} has an instance "
            f"there too: both take the same names; {NOTHING_CHANGED}",
            ExitCode.REFUSED,
            hint=f"{_removal(home, instance, state, other)}; then run the same command again",
        )


def _removal(home: Home, instance: Instance, state: StackState | None, other: StackState) -> str:
    if is_created(other):
        return f"delete {other.name}, which failed: {_deletion(other, instance.region)}"
    if is_created(state):
        return (
            "remove the instance, which has no working stack: aws cloudformation "
            f"delete-stack-instances --stack-set-name {home.stack_set.name} --accounts "
            f"{instance.account} --regions {instance.region} --no-retain-stacks "
            f"--region {home.region}"
        )
    return "find out which of the two serves, and delete the other one"


def _require_no_instance(
    session: Session, home: Home, region: str, account: str, own: StackState | None
) -> None:
    client = clients.cloudformation(session, home.region)
    for instance in list_instances(client, home.stack_set.name):
        if (instance.account, instance.region) == (account, region) and (
            own is None or instance.stack_id != own.stack_id
        ):
            first = f"{_deletion(own, region)}, then " if own and _is_left(own) else ""
            raise _second(
                f"{home} has an instance in {region}",
                f"{first}use rollout {regions_to_give(session, home, [region])}",
            )


def _require_no_stack(session: Session, region: str, suffix: str) -> None:
    client = clients.cloudformation(session, region)
    for state in find_stacks_of_sets(session, region, suffix):
        named = stack_set_of(state.name) == default_name(suffix)
        template = template_of_stack(client, state.stack_id)
        if named if template is None else is_of_project(template, named=named):
            raise _second(
                f"{state.name} in {region}, a stack of a stack set, has this suffix",
                _way_to_the_set(session, region, suffix, state),
            )


def _way_to_the_set(session: Session, region: str, suffix: str, state: StackState) -> str:
    """Return how to change the stack of a set, and its deletion only if no set has it."""
    name = stack_set_of(state.name)
    given = "" if name == default_name(suffix) else f"--stack-set-name {name} "
    elsewhere = f"use rollout in the account that manages the stack set {name}"
    try:
        homes = find_homes(session, name, suffix, regions=(region,), call_as=SELF)
        for home in homes.own:
            if _has(session, home, state):
                return f"use rollout {given}{regions_to_give(session, home, [region])}"
        for home in homes.of_other_caller:
            return f"use rollout {given}--call-as {home.call_as}"
        hidden = homes.regions_not_searched or any(_has(session, it, state) for it in homes.foreign)
    except ClientError as error:
        _gap(error)
        return elsewhere
    if hidden:
        return elsewhere
    return f"{elsewhere}; if it was removed from its set, delete it: {_deletion(state, region)}"


def _has(session: Session, home: Home, state: StackState) -> bool:
    """Return whether an instance of the set has this stack."""
    client = clients.cloudformation(session, home.region)
    return any(
        one.stack_id == state.stack_id for one in list_instances(client, home.stack_set.name)
    )


def _gap(error: ClientError) -> str:
    """Return what could not be searched; raises the error of expired credentials."""
    if is_expired(error):
        raise error
    return f"{error.operation_name} returns {code_of(error)}"


def _second(found: str, hint: str) -> RolloutError:
    return RolloutError(
        f"{found}: a second stack would take the same names; {NOTHING_CHANGED}",
        ExitCode.REFUSED,
        hint=hint,
    )


def _is_left(own: StackState) -> bool:
    return next_step(own) is NextStep.RECREATE


def _deletion(state: StackState, region: str) -> str:
    return f"aws cloudformation delete-stack --stack-name {state.stack_id} --region {region}"
