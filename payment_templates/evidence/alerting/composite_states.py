"""Decides the state of any alarm, also of one on other alarms, and whether it alerts."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_firing import (
    is_outside,
    why_never_fires,
    why_no_data,
)
from payment_templates.evidence.alerting.alarm_states import is_alarming
from payment_templates.evidence.alerting.composite_rules import (
    MOST_TRIED,
    STATES,
    can_be,
    child_of,
    children_of,
    every_alarm,
    unreadable,
)
from payment_templates.evidence.topology.alerting.alarm_rules import holds
from payment_templates.evidence.topology.alerting.alarms import Alarm
from payment_templates.facts.metrics import METRICS, OWNED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm, PossibleStates
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarm_rules import State
    from payment_templates.evidence.topology.alerting.composite_alarms import CompositeAlarm

# PutMetricAlarm, TreatMissingData; "ignore" keeps the state before, which may have been any.
_WITHOUT_DATA: dict[str, tuple[State, ...]] = {
    "breaching": ("ALARM",),
    "missing": ("INSUFFICIENT_DATA",),
    "notBreaching": ("OK",),
}


def state_of(topology: Topology, alarm: AnyAlarm, situation: Situation) -> State:
    """Return the state of an alarm if a situation lasts.

    Raises UnexpectedValueError if the template does not decide it.
    """
    if isinstance(alarm, Alarm):
        return _state(alarm, situation)
    if problem := unreadable(topology, alarm):
        raise UnexpectedValueError(alarm.logical_id, problem)

    def of_child(text: str) -> State:
        return state_of(topology, child_of(topology, alarm, text), situation)

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
    suppressor = child_of(topology, alarm, alarm.suppressor)
    return state_of(topology, suppressor, situation) != "ALARM"


def why_never_alerts(topology: Topology, alarm: AnyAlarm) -> str:
    """Return why an alarm can never fire, or "".

    Raises UnexpectedValueError if the template does not decide it.
    """
    if isinstance(alarm, Alarm):
        return why_never_fires(topology, alarm)
    if problem := why_not_evaluated(topology, alarm):
        return problem
    if not can_be(topology, alarm, value=True):
        return "its rule is always false"
    return _why_children_prevent(topology, alarm)


def why_not_evaluated(topology: Topology, alarm: CompositeAlarm) -> str:
    """Return why CloudWatch does not evaluate an alarm, or ""; raises if that is not decided."""
    twins = [it.logical_id for it in every_alarm(topology) if alarm.name and it.name == alarm.name]
    if len(twins) > 1:
        return f"{' and '.join(twins)} have the same name {alarm.name}"
    return unreadable(topology, alarm)


def _why_children_prevent(topology: Topology, alarm: CompositeAlarm) -> str:
    """Return which alarms never fire that the rule needs, or suppress it whenever it is true."""
    for child in (child_of(topology, alarm, text) for text in alarm.children):
        if not isinstance(child, Alarm) and (problem := why_not_evaluated(topology, child)):
            return f"{child.logical_id} never fires: {problem}"
    problems, states = limits(topology, alarm)
    if prevented := _why_prevented(topology, alarm, problems, states):
        return prevented
    undecided = [name for name, possible in states.items() if possible == STATES]
    if len(STATES) ** len(undecided) > MOST_TRIED:
        raise UnexpectedValueError(
            alarm.logical_id, f"the states of {', '.join(undecided)} are not decided"
        )
    for tried in product(STATES, repeat=len(undecided)):
        fixed = dict(states)
        fixed.update({name: (state,) for name, state in zip(undecided, tried, strict=True)})
        if _why_prevented(topology, alarm, problems, fixed):
            raise UnexpectedValueError(
                undecided[0], f"its state is not decided: {problems[undecided[0]]}"
            )
    return ""


def limits(
    topology: Topology, alarm: CompositeAlarm
) -> tuple[dict[str, str], dict[str, tuple[State, ...]]]:
    """Return why alarms below an alarm or its suppressor never fire, and their possible states."""
    by = child_of(topology, alarm, alarm.suppressor) if alarm.suppressor else None
    leaves = (*leaves_of(topology, alarm), *(leaves_of(topology, by) if by else ()))
    problems = {
        leaf.logical_id: (leaf, problem)
        for leaf in leaves
        if (problem := _why_leaf_never_fires(topology, leaf)) and not _may_fire(topology, leaf)
    }
    return (
        {name: problem for name, (_, problem) in problems.items()},
        {name: _possible_states(topology, leaf) for name, (leaf, _) in problems.items()},
    )


def _why_leaf_never_fires(topology: Topology, alarm: Alarm) -> str:
    """Return why an alarm never fires, or why its state is not decided."""
    return alarm.undecided or why_never_fires(topology, alarm)


def _possible_states(topology: Topology, alarm: Alarm) -> tuple[State, ...]:
    """Return the states in which an alarm that never fires can be; all if that is not decided."""
    missing = alarm.missing_data
    plain = not (alarm.filled or alarm.expressions) and alarm.is_evaluated
    if plain and any(why_no_data(topology, series) for series in alarm.series.values()):
        return _WITHOUT_DATA.get(missing, STATES)
    # With data, it is not in ALARM; whether there is any is not in the template.
    is_open = missing == "breaching" or not alarm.is_evaluated
    return STATES if is_open else ("OK", "INSUFFICIENT_DATA")


def _may_fire(topology: Topology, alarm: Alarm) -> bool:
    """Return whether an alarm that reports no fault of the stack may fire for another reason.

    It watches a metric that is not known here, a resource of another stack, or a statistic that
    does not show the fault. One for which missing data is breaching may be in ALARM all the time.
    """
    if alarm.missing_data == "breaching":
        return False
    for series in alarm.series.values():
        metric = METRICS.get((series.namespace, series.metric))
        if metric is None and series.metric not in OWNED:
            return True
        if metric and not metric.reports(series.statistic):
            return True
        outside = any(is_outside(topology, *each) for each in series.dimensions.items())
        if outside and not why_no_data(topology, series):
            return True
    return False


def _why_prevented(
    topology: Topology,
    alarm: CompositeAlarm,
    problems: Mapping[str, str],
    states: PossibleStates,
) -> str:
    if problems and not can_be(topology, alarm, value=True, states=states):
        return "; ".join(
            f"{name} {'is always in ALARM' if states[name] == ('ALARM',) else 'never fires'}: "
            f"{problem}"
            for name, problem in problems.items()
        )
    if not alarm.suppressor:
        return ""
    by = child_of(topology, alarm, alarm.suppressor).logical_id
    if can_be(topology, alarm, value=True, states=states, suppressor=by):
        return ""
    return f"{by} suppresses it whenever its rule is true"


def leaves_of(topology: Topology, alarm: AnyAlarm) -> tuple[Alarm, ...]:
    """Return the alarms on metrics that decide the state of an alarm.

    Those that its rule names and that are in the stack; of an alarm on a metric, itself.
    """
    if isinstance(alarm, Alarm):
        return (alarm,)
    if unreadable(topology, alarm):
        return ()
    named = dict.fromkeys(children_of(alarm))
    below = [it for it in every_alarm(topology) if it.logical_id in named]
    found = [leaf for child in below for leaf in leaves_of(topology, child)]
    return tuple({leaf.logical_id: leaf for leaf in found}.values())


def _state(alarm: Alarm, situation: Situation) -> State:
    if not alarm.is_evaluated:
        raise UnexpectedValueError(alarm.logical_id, alarm.unread or alarm.undecided)
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
