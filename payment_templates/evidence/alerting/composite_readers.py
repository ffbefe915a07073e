"""Decides which alarms on other alarms act in place of an alarm that has no actions."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_states import healthy, is_in_global_database
from payment_templates.evidence.alerting.composite_rules import (
    MOST_TRIED,
    STATES,
    acts_in,
    below,
    constant,
    every_alarm,
    free_alarms,
    some_states,
    state_in,
)
from payment_templates.evidence.alerting.composite_states import limits, state_of, why_not_evaluated
from payment_templates.evidence.alerting.healthy_states import ALWAYS_ALARM, states_while_healthy
from payment_templates.evidence.topology.alerting.composite_alarms import CompositeAlarm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm, PossibleStates
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarm_rules import State
    from payment_templates.evidence.topology.alerting.alarms import Alarm

_AT_REST: tuple[State, ...] = ("OK", "INSUFFICIENT_DATA")


def speaks_through(topology: Topology, alarm: AnyAlarm) -> tuple[CompositeAlarm, ...]:
    """Return the alarms that act because an alarm goes to ALARM that does nothing itself.

    Raises UnexpectedValueError if only an alarm that is not decided here could act.
    """
    if alarm.acts:
        return ()
    found: list[CompositeAlarm] = []
    undecided: list[UnexpectedValueError] = []
    for other in topology.composite_alarms:
        if other is alarm or not other.acts:
            continue
        try:
            if _speaks_for(topology, other, alarm):
                found.append(other)
        except UnexpectedValueError as error:
            undecided.append(error.with_traceback(None))
    if not found and undecided:
        raise undecided[0]
    return tuple(found)


def why_nothing_acts(topology: Topology, alarm: Alarm) -> str:
    """Return why nothing acts when an alarm goes to ALARM while the others are at rest, or "".

    Raises UnexpectedValueError if something acts only while other alarms are not at rest, which a
    fault may or may not cause.
    """
    if alarm.acts:
        return ""
    found = speaks_through(topology, alarm)
    if not found:
        return "it has no actions, and no other alarm acts because of it"
    for writes in (True, False) if is_in_global_database(topology) else (True,):
        usual = healthy(topology, writes=writes)
        if not any(_acts_at_rest(topology, other, alarm, usual) for other in found):
            raise UnexpectedValueError(
                found[0].logical_id,
                f"whether it acts when {alarm.logical_id} is in ALARM depends on other alarms",
            )
    return ""


def _speaks_for(topology: Topology, other: CompositeAlarm, alarm: AnyAlarm) -> bool:
    """Return whether an alarm can act because another goes to ALARM."""
    if why_not_evaluated(topology, other):
        return False
    names = below(topology, other)
    if alarm.logical_id not in names:
        return False
    if any(
        why_not_evaluated(topology, it)
        for it in topology.composite_alarms
        if it.logical_id in names
    ):
        return False
    _, states = limits(topology, other)
    return _acts_because_of(topology, other, alarm, states)


def _acts_at_rest(
    topology: Topology, other: CompositeAlarm, alarm: Alarm, usual: Situation
) -> bool:
    """Return whether an alarm acts because another goes to ALARM while the rest is healthy."""
    _, states = limits(topology, other)
    names = below(topology, other) - states.keys()
    for it in topology.alarms:
        if it.logical_id in names:
            states[it.logical_id] = _states_at_rest(topology, it, usual)
    return _acts_because_of(topology, other, alarm, states)


def _states_at_rest(topology: Topology, alarm: Alarm, usual: Situation) -> tuple[State, ...]:
    """Return the state of an alarm in a healthy region: ALARM only if it is always in ALARM."""
    try:
        if states_while_healthy(topology, alarm, usual) == ALWAYS_ALARM:
            return ("ALARM",)
        return (state_of(topology, alarm, usual),)
    except UnexpectedValueError:
        return STATES


def _acts_because_of(
    topology: Topology, other: CompositeAlarm, alarm: AnyAlarm, states: PossibleStates
) -> bool:
    """Return whether an alarm acts in some of these states because another goes to ALARM.

    Raises UnexpectedValueError if that depends on an alarm whose state is not decided: one of
    another stack, or one for which `states` has several.
    """
    own, by = alarm.logical_id, other.children.get(other.suppressor) or other.suppressor
    twins = _twins(topology, alarm)
    states = {name: possible for name, possible in states.items() if name not in twins}
    before: tuple[State, ...] = ("OK",) if isinstance(alarm, CompositeAlarm) else _AT_REST

    def with_own(tried: Mapping[str, State], state: State) -> dict[str, State]:
        return {**tried, **dict.fromkeys(twins, state)}

    def acts(tried: Mapping[str, State]) -> bool:
        if state_in(topology, own, tried) != "ALARM":
            return False
        return acts_in(topology, other, with_own(tried, "ALARM"))

    def follows(tried: Mapping[str, State]) -> bool:
        return acts(tried) and any(
            not acts_in(topology, other, with_own(tried, state)) for state in before
        )

    if not some_states(topology, other, follows, states=states, suppressor=by):
        return False
    if not by and constant(topology, other, states | dict.fromkeys(twins, ("ALARM",))):
        # No other alarm can prevent it.
        return True
    here = {it.logical_id for it in every_alarm(topology)}
    undecided = {
        name: states.get(name, STATES)
        for name in free_alarms(topology, other, by)
        if name not in here or len(states.get(name, ())) > 1
    }
    if prod(map(len, undecided.values())) > MOST_TRIED or not all(
        some_states(topology, other, acts, states=states | fixed, suppressor=by)
        for fixed in _each(undecided)
    ):
        raise UnexpectedValueError(
            other.logical_id,
            f"whether it acts when {own} is in ALARM depends on {', '.join(undecided)}, whose "
            "state is not decided",
        )
    return True


def _each(possible: PossibleStates) -> Iterator[dict[str, tuple[State, ...]]]:
    """Yield every combination of possible states, one for each alarm."""
    for states in product(*possible.values()):
        yield {name: (state,) for name, state in zip(possible, states, strict=True)}


def _twins(topology: Topology, alarm: AnyAlarm) -> tuple[str, ...]:
    """Return the alarms that are always in the state of an alarm, with itself as the first."""
    if isinstance(alarm, CompositeAlarm):
        return (alarm.logical_id,)
    alike = [
        it for it in topology.alarms if it is not alarm and _condition(it) == _condition(alarm)
    ]
    return (alarm.logical_id, *(it.logical_id for it in alike))


def _condition(alarm: Alarm) -> Alarm:
    """Return what decides the state of an alarm."""
    return replace(alarm, logical_id="", name="", topics=(), acts=False)
