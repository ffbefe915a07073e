"""Decides what the rule of an alarm on other alarms can be, over all states of these."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, product
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.alerting.alarm_rules import (
    State,
    alarms_in,
    constant_of,
    holds,
)
from payment_templates.evidence.topology.alerting.alarms import Alarm
from payment_templates.evidence.topology.alerting.composite_alarms import CompositeAlarm
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarm_rules import InState

AnyAlarm: TypeAlias = Alarm | CompositeAlarm
STATES: tuple[State, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
# The states in which alarms on metrics can be, by logical ID; without an entry, in any.
PossibleStates: TypeAlias = Mapping[str, tuple[State, ...]]
_ANY: PossibleStates = MappingProxyType({})
# All states of seven alarms, in less than a tenth of a second.
MOST_TRIED = 3**7


def every_alarm(topology: Topology) -> tuple[AnyAlarm, ...]:
    """Return the alarms on metrics and those on other alarms."""
    return (*topology.alarms, *topology.composite_alarms)


def child_of(topology: Topology, alarm: CompositeAlarm, text: str) -> AnyAlarm:
    """Return the alarm that a text of the rule names; raises UnexpectedValueError without one."""
    name = alarm.children[text]
    for found in every_alarm(topology):
        if found.logical_id == name:
            return found
    raise UnexpectedValueError(alarm.logical_id, f"the alarm {text} is not in the stack")


def children_of(alarm: CompositeAlarm) -> Iterator[str]:
    """Yield the logical ID of each alarm of the stack that the rule names."""
    named = {it.alarm for it in alarms_in(alarm.rule)}
    return (name for text, name in alarm.children.items() if name and text in named)


def below(topology: Topology, alarm: CompositeAlarm) -> set[str]:
    """Return the alarms of the stack on which an alarm depends, or its suppressor."""
    found = _below(topology, alarm, set())
    by = alarm.children[alarm.suppressor] if alarm.suppressor else None
    if by:
        suppressor = _readable(topology, by)
        found |= {by, *(_below(topology, suppressor, set()) if suppressor else ())}
    return found


def unreadable(topology: Topology, alarm: CompositeAlarm) -> str:
    """Return why CloudWatch does not evaluate a rule; raises an error if that is not decided."""
    if alarm.undecided:
        raise UnexpectedValueError(alarm.logical_id, alarm.undecided)
    if alarm.unread:
        return alarm.unread
    if alarm.logical_id in _below(topology, alarm, set()):
        # PutCompositeAlarm: "the evaluation of composite alarms stops if CloudWatch detects a cycle
        # in the evaluation path".
        return "its rule depends on itself"
    return ""


def changes(topology: Topology, alarm: AnyAlarm) -> bool:
    """Return whether the state of an alarm can change after its creation.

    Raises UnexpectedValueError if a rule on many alarms has one value in all states that are tried.
    """
    if isinstance(alarm, Alarm):
        return True
    return not unreadable(topology, alarm) and all(
        can_be(topology, alarm, value=value) for value in (True, False)
    )


def can_be(
    topology: Topology,
    alarm: CompositeAlarm,
    *,
    value: bool,
    states: PossibleStates = _ANY,
    suppressor: str = "",
) -> bool:
    """Return whether the rule of an alarm has a value in some state of the alarms that it names.

    An alarm on a metric in `states` is in one of these. With a suppressor, only states count in
    which that alarm is not in ALARM. Raises UnexpectedValueError if a rule on many alarms has the
    other value in all states that are tried.
    """
    always = constant(topology, alarm, states)
    if always is not None and (always is not value or not suppressor):
        return always is value

    def fits(tried: Mapping[str, State]) -> bool:
        if suppressor and state_in(topology, suppressor, tried) == "ALARM":
            return False
        return _holds(topology, alarm, tried) is value

    return some_states(topology, alarm, fits, states=states, suppressor=suppressor)


def acts_in(topology: Topology, alarm: CompositeAlarm, tried: Mapping[str, State]) -> bool:
    """Return whether the rule of an alarm is true in some states, and nothing suppresses it."""
    if not _holds(topology, alarm, tried):
        return False
    by = alarm.children[alarm.suppressor] or alarm.suppressor if alarm.suppressor else ""
    return not by or state_in(topology, by, tried) != "ALARM"


def some_states(
    topology: Topology,
    alarm: CompositeAlarm,
    fits: Callable[[Mapping[str, State]], bool],
    *,
    states: PossibleStates = _ANY,
    suppressor: str = "",
) -> bool:
    """Return whether something is true in some state of the alarms that decide an alarm.

    Raises UnexpectedValueError if it is false in all states of many alarms that are tried.
    """
    alarms = free_alarms(topology, alarm, suppressor)
    choices = [states.get(name, STATES) for name in alarms]
    if any(fits(dict(zip(alarms, tried, strict=True))) for tried in _combinations(choices)):
        return True
    if prod(map(len, choices)) > MOST_TRIED:
        raise UnexpectedValueError(
            alarm.logical_id,
            f"whether its rule on {quantity(len(alarms), 'alarm')} can change is not decided",
        )
    return False


def free_alarms(topology: Topology, alarm: CompositeAlarm, suppressor: str = "") -> tuple[str, ...]:
    """Return the alarms whose states decide an alarm, and its suppressor if it is given.

    Those that are in the stack by logical ID.
    """
    found = _free_alarms(topology, alarm)
    if suppressor:
        below = _readable(topology, suppressor)
        found |= _free_alarms(topology, below) if below else {suppressor: None}
    return tuple(found)


def state_in(topology: Topology, name: str, tried: Mapping[str, State]) -> State:
    """Return the state of an alarm, given those of the alarms that decide it, or its own."""
    below = None if name in tried else _readable(topology, name)
    if below is None:
        return tried[name]
    return "ALARM" if _holds(topology, below, tried) else "OK"


def _combinations(choices: list[tuple[State, ...]]) -> Iterator[tuple[State, ...]]:
    """Yield combinations of states: all of few alarms.

    First those with one state for all, or all but one. They decide most rules on many alarms.
    """
    for wanted in STATES:
        alike: tuple[State, ...] = tuple(wanted if wanted in own else own[0] for own in choices)
        yield alike
        for at, own in enumerate(choices):
            for state in own:
                yield (*alike[:at], state, *alike[at + 1 :])
    yield from islice(product(*choices), MOST_TRIED)


def _free_alarms(topology: Topology, alarm: CompositeAlarm) -> dict[str, None]:
    """Return the alarms whose states decide a rule: not those that follow from other alarms."""
    found: dict[str, None] = {}
    for text in (part.alarm for part in alarms_in(alarm.rule)):
        name = alarm.children[text] or text
        below = _readable(topology, name)
        found |= _free_alarms(topology, below) if below else {name: None}
    return found


def _holds(topology: Topology, alarm: CompositeAlarm, states: Mapping[str, State]) -> bool:
    """Return whether a rule is true, given the states of the alarms that decide it."""

    def of_child(text: str) -> State:
        return state_in(topology, alarm.children[text] or text, states)

    return holds(alarm.rule, of_child)


def _readable(topology: Topology, name: str) -> CompositeAlarm | None:
    """Return an alarm on other alarms that CloudWatch evaluates, by its logical ID."""
    for alarm in topology.composite_alarms:
        if alarm.logical_id == name and not unreadable(topology, alarm):
            return alarm
    return None


def constant(topology: Topology, alarm: CompositeAlarm, states: PossibleStates) -> bool | None:
    """Return the value that follows from constants, in the rule and in those of its alarms."""

    def decided(part: InState) -> bool | None:
        name = alarm.children[part.alarm] or ""
        child = _readable(topology, name)
        if child is None:
            possible = states.get(name, STATES)
            if part.state not in possible:
                return False
            return True if len(possible) == 1 else None
        value = constant(topology, child, states)
        return None if value is None else part.state == ("ALARM" if value else "OK")

    return constant_of(alarm.rule, decided)


def _below(topology: Topology, alarm: CompositeAlarm, seen: set[str]) -> set[str]:
    """Return the logical IDs of all alarms on which the state of an alarm depends."""
    composites = {each.logical_id: each for each in topology.composite_alarms}
    for name in children_of(alarm):
        if name not in seen:
            seen.add(name)
            if name in composites:
                _below(topology, composites[name], seen)
    return seen
