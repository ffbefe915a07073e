"""Switches termination protection of a set's stacks; prints the command for other accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.deletion_protection import ON, PARAMETER, has_switch
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_states import StackState, find_stack
from payment_templates.rollout.termination_protection import (
    command_for,
    set_termination_protection,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.stack_set.instances import Instance
    from payment_templates.rollout.stack_set.request import Rollout


# Stacks of other accounts beyond this number are only counted.
_NAMED_STACKS = 4


@dataclass(frozen=True, kw_only=True)
class _Switch:
    instance: Instance
    state: StackState
    on: bool


def protect_stacks(
    session: Session,
    rollout: Rollout,
    instances: Sequence[Instance],
    conversation: Conversation,
    *,
    confirmed: bool,
) -> tuple[Instance, ...]:
    """Switch termination protection on or off, according to DeletionProtection.

    Returns the instances whose DeletionProtection differs. Raises RolloutError if the operator
    refuses a change that was not confirmed before.
    """
    if not has_switch(rollout.definition.template):
        return ()
    targeted = [
        one for one in instances if one.stack_id and rollout.definition.targets.include(one)
    ]
    _name_the_others(rollout, targeted, conversation)
    checked = [*_switches(session, rollout, targeted)]
    switches = [one for one in checked if one.on != one.state.termination_protection]
    ready = [one for one in switches if _setting(one.state) == one.on]
    if ready and not confirmed:
        names = ", ".join(one.instance.region for one in ready)
        if not conversation.agree(f"Switch stack termination protection in {names}?"):
            raise RolloutError("not confirmed; nothing was changed")
    for one in ready:
        client = clients.cloudformation(session, one.instance.region)
        set_termination_protection(client, one.state.stack_id, on=one.on)
        conversation.tell(
            f"{one.instance}: stack termination protection is {'on' if one.on else 'off'}"
        )
    return tuple(one.instance for one in checked if _setting(one.state) != one.on)


def find_switches(
    session: Session, rollout: Rollout, instances: Sequence[Instance]
) -> tuple[Instance, ...]:
    """Return the account's instances whose termination protection a rollout would switch."""
    if not has_switch(rollout.definition.template):
        return ()
    targeted = [
        one for one in instances if one.stack_id and rollout.definition.targets.include(one)
    ]
    return tuple(
        one.instance
        for one in _switches(session, rollout, targeted)
        if one.on != one.state.termination_protection
    )


def _switches(
    session: Session, rollout: Rollout, targeted: Sequence[Instance]
) -> Iterator[_Switch]:
    for instance in targeted:
        if instance.account == rollout.account:
            client = clients.cloudformation(session, instance.region)
            state = find_stack(client, instance.stack_id)
            if state is not None:
                yield _Switch(instance=instance, state=state, on=_is_wanted(rollout, instance))


def _name_the_others(
    rollout: Rollout, targeted: Sequence[Instance], conversation: Conversation
) -> None:
    others = [instance for instance in targeted if instance.account != rollout.account]
    for instance in others[:_NAMED_STACKS]:
        on = _is_wanted(rollout, instance)
        conversation.tell(
            f"{instance}: stack termination protection cannot be switched from here; with "
            f"credentials of {instance.account}: "
            + command_for(instance.stack_id, instance.region, on=on)
        )
    if len(others) > _NAMED_STACKS:
        conversation.tell(
            f"and {quantity(len(others) - _NAMED_STACKS, 'more stack')} in other accounts: "
            "status --json shows the IDs"
        )


def _is_wanted(rollout: Rollout, instance: Instance) -> bool:
    own = rollout.overrides.get(instance.region, {})
    return {**rollout.definition.final_values.open, **own}[PARAMETER] == ON


def _setting(state: StackState) -> bool:
    return state.parameters.get(PARAMETER) == ON
