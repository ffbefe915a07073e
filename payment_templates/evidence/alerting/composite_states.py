"""Decides the state of any alarm, also of one on other alarms, and whether it alerts."""

from __future__ import annotations

from itertools import chain, islice, product, repeat
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_firing import why_never_fires
from payment_templates.evidence.alerting.alarm_states import is_alarming
from payment_templates.evidence.topology.alerting.alarm_rules import alarms_in, constant_of, holds
from payment_templates.evidence.topology.alerting.alarms import Alarm
from payment_templates.evidence.topology.alerting.composite_alarms import CompositeAlarm
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarm_rules import InState, State

AnyAlarm: TypeAlias = Alarm | CompositeAlarm
_STATES: tuple[State, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
# All states of seven alarms, in less than a tenth of a second.
_MOST_TRIED = 3**7


def state_of(topology: Topology, alarm: AnyAlarm, situation: Situation) -> State:
    """Return the state of an alarm if a situation lasts.

    Raises UnexpectedValueError if the template does not decide it.
    """
    if isinstance(alarm, Alarm):
        return _state(alarm, situation)
    if problem := _unreadable(topology, alarm):
        raise UnexpectedValueError(alarm.logical_id, problem)

    def of_child(text: str) -> State:
        return state_of(topology, _child(topology, alarm, text), situation)

    # "This initial time after creation is the only time that the alarm can be in INSUFFICIENT_DATA
    # state": botocore cloudwatch, PutCompositeAlarm.
    return "ALARM" if holds(alarm.rule, of_child) else "OK"


def alerts(topology: Topology, alarm: AnyAlarm, situation: Situation) -> bool:
    """Return whether an alarm is in ALARM if a situation lasts, and no other one suppresses it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
    """
    if state_of(topology, alarm, situation) != "ALARM":
        return False
    if isinstance(alarm, Alarm) or not alarm.suppressor:
        return True
    suppressor = _child(topology, alarm, alarm.suppressor)
    return state_of(topology, suppressor, situation) != "ALARM"


def why_never_alerts(topology: Topology, alarm: AnyAlarm) -> str:
    """Return why an alarm can never fire, or ""."""
    if isinstance(alarm, Alarm):
        return why_never_fires(topology, alarm)
    twins = [it.logical_id for it in every_alarm(topology) if alarm.name and it.name == alarm.name]
    if len(twins) > 1:
        return f"{' and '.join(twins)} have the same name {alarm.name}"
    if problem := _unreadable(topology, alarm):
        return problem
    if _constant_of(topology, alarm) is False:
        return "its rule is always false"
    for text in alarm.children:
        child = _child(topology, alarm, text)
        if problem := why_never_alerts(topology, child):
            return f"{child.logical_id} never fires: {problem}"
    return ""


def every_alarm(topology: Topology) -> tuple[AnyAlarm, ...]:
    """Return the alarms on metrics and those on other alarms."""
    return (*topology.alarms, *topology.composite_alarms)


def changes(topology: Topology, alarm: AnyAlarm) -> bool:
    """Return whether the state of an alarm can change after its creation."""
    if isinstance(alarm, Alarm):
        return True
    return not _unreadable(topology, alarm) and _constant_of(topology, alarm) is None


def leaves_of(topology: Topology, alarm: AnyAlarm) -> tuple[Alarm, ...]:
    """Return the alarms on metrics that decide the state of an alarm.

    Those that its rule names and that are in the stack; of an alarm on a metric, itself.
    """
    if isinstance(alarm, Alarm):
        return (alarm,)
    if _unreadable(topology, alarm):
        return ()
    named = dict.fromkeys(_children(alarm))
    below = [it for it in every_alarm(topology) if it.logical_id in named]
    found = [leaf for child in below for leaf in leaves_of(topology, child)]
    return tuple({leaf.logical_id: leaf for leaf in found}.values())


def speaks_through(topology: Topology, alarm: AnyAlarm) -> tuple[CompositeAlarm, ...]:
    """Return the alarms whose rules read an alarm that does nothing itself.

    Raises UnexpectedValueError if only a rule that is not decided here could read it.
    """
    if alarm.acts:
        return ()
    others = [other for other in topology.composite_alarms if other is not alarm]
    found = tuple(other for other in others if alarm.logical_id in _children(other))
    if not found and (undecided := [other for other in others if other.undecided]):
        raise UnexpectedValueError(undecided[0].logical_id, undecided[0].undecided)
    return found


def _child(topology: Topology, alarm: CompositeAlarm, text: str) -> AnyAlarm:
    name = alarm.children[text]
    for found in every_alarm(topology):
        if found.logical_id == name:
            return found
    raise UnexpectedValueError(alarm.logical_id, f"the alarm {text} is not in the stack")


def _constant_of(topology: Topology, alarm: CompositeAlarm) -> bool | None:
    """Return the value that the rule of an alarm always has, or None if it can change.

    Raises UnexpectedValueError if a rule on many alarms has one value in all states that are tried.
    """
    written = _constant_as_written(topology, alarm)
    if written is not None:
        return written
    alarms = [*_free_alarms(topology, alarm)]
    # All in the same state first: that is enough for a rule without contradictions.
    tried = chain(
        zip(*repeat(_STATES, len(alarms)), strict=True), product(_STATES, repeat=len(alarms))
    )
    found: set[bool] = set()
    for states in islice(tried, _MOST_TRIED):
        found.add(_holds(topology, alarm, dict(zip(alarms, states, strict=True))))
        if len(found) > 1:
            return None
    if len(_STATES) ** len(alarms) > _MOST_TRIED:
        raise UnexpectedValueError(
            alarm.logical_id,
            f"whether its rule on {quantity(len(alarms), 'alarm')} can change is not decided",
        )
    return found.pop()


def _free_alarms(topology: Topology, alarm: CompositeAlarm) -> dict[str, None]:
    """Return the alarms whose states decide a rule: not those that follow from other alarms."""
    found: dict[str, None] = {}
    for text in (part.alarm for part in alarms_in(alarm.rule)):
        below = _readable(topology, alarm.children[text])
        found |= _free_alarms(topology, below) if below else {alarm.children[text] or text: None}
    return found


def _holds(topology: Topology, alarm: CompositeAlarm, states: Mapping[str, State]) -> bool:
    """Return whether a rule is true, given the states of the alarms that decide it."""

    def of_child(text: str) -> State:
        below = _readable(topology, alarm.children[text])
        if below is None:
            return states[alarm.children[text] or text]
        return "ALARM" if _holds(topology, below, states) else "OK"

    return holds(alarm.rule, of_child)


def _readable(topology: Topology, name: str | None) -> CompositeAlarm | None:
    """Return an alarm on other alarms that CloudWatch evaluates, by its logical ID."""
    for alarm in topology.composite_alarms:
        if alarm.logical_id == name and not _unreadable(topology, alarm):
            return alarm
    return None


def _constant_as_written(topology: Topology, alarm: CompositeAlarm) -> bool | None:
    """Return the value that follows from constants in the rule, and in those of its alarms."""
    composites = {each.logical_id: each for each in topology.composite_alarms}

    def decided(part: InState) -> bool | None:
        child = composites.get(alarm.children[part.alarm] or "")
        if child is None or _unreadable(topology, child):
            return None
        value = _constant_as_written(topology, child)
        return None if value is None else part.state == ("ALARM" if value else "OK")

    return constant_of(alarm.rule, decided)


def _unreadable(topology: Topology, alarm: CompositeAlarm) -> str:
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


def _below(topology: Topology, alarm: CompositeAlarm, seen: set[str]) -> set[str]:
    """Return the logical IDs of all alarms on which the state of an alarm depends."""
    composites = {each.logical_id: each for each in topology.composite_alarms}
    for name in _children(alarm):
        if name not in seen:
            seen.add(name)
            if name in composites:
                _below(topology, composites[name], seen)
    return seen


def _children(alarm: CompositeAlarm) -> Iterator[str]:
    named = {it.alarm for it in alarms_in(alarm.rule)}
    return (name for text, name in alarm.children.items() if name and text in named)


def _state(alarm: Alarm, situation: Situation) -> State:
    if alarm.unread:
        raise UnexpectedValueError(alarm.logical_id, alarm.unread)
    if is_alarming(alarm, situation):
        return "ALARM"
    value = alarm.value({name: situation(series) for name, series in alarm.series.items()})
    if value is not None or alarm.missing_data == "notBreaching":
        return "OK"
    if alarm.missing_data == "ignore":
        raise UnexpectedValueError(alarm.logical_id, "without data it keeps the state before")
    # PutMetricAlarm, TreatMissingData; a metric that never had data gives none either:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    return "INSUFFICIENT_DATA"
