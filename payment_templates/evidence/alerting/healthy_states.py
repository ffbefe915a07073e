"""Decides in which states an alarm can be while a stack is healthy."""

from __future__ import annotations

import re
from itertools import product
from math import inf, prod
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_states import has_assumed_value
from payment_templates.evidence.alerting.composite_states import leaves_of, state_of
from payment_templates.evidence.alerting.healthy_values import healthy_values
from payment_templates.facts.metrics import COMPLETED_BACKUPS
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.alerting.healthy_values import HealthyValues
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarm_rules import State
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series

# Beyond any threshold.
_ENDLESS = 1e15
# All values of a metric that are tried are near the numbers of an alarm.
_NEAR = 0.001
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
# The combinations of values that are tried, in less than a tenth of a second.
_MOST_TRIED = 3000


ALWAYS_ALARM: frozenset[State] = frozenset({"ALARM"})


def states_while_healthy(topology: Topology, alarm: AnyAlarm, usual: Situation) -> frozenset[State]:
    """Return the states in which an alarm can be in a healthy region, of which `usual` is one.

    Metrics of which no value is assumed have values from a range, of which the limits and those
    next to the numbers of the alarm are tried. Raises UnexpectedValueError if the template does not
    decide a state, or if too many metrics have a range.
    """
    leaves = leaves_of(topology, alarm)
    ranges = {
        id(series): (series, healthy_values(topology, series))
        for leaf in leaves
        for series in leaf.series.values()
        if _is_open(series, usual)
    }
    # Metrics with the same value have the same key.
    keys = {name: _key(series, values) for name, (series, values) in ranges.items()}
    tried = {keys[name]: [*_tried(values, leaves)] for name, (_, values) in ranges.items()}
    if prod(map(len, tried.values())) > _MOST_TRIED:
        raise UnexpectedValueError(
            alarm.logical_id,
            f"it depends on {quantity(len(tried), 'metric')} without a known value",
        )

    def state(values: dict[str, float | None]) -> State:
        return state_of(
            topology, alarm, lambda it: values[keys[id(it)]] if id(it) in keys else usual(it)
        )

    return frozenset(
        state(dict(zip(tried, values, strict=True))) for values in product(*tried.values())
    )


def open_metrics(topology: Topology, alarm: AnyAlarm, usual: Situation) -> tuple[str, ...]:
    """Return the metrics of an alarm whose values in a healthy region are not known."""
    series = (it for leaf in leaves_of(topology, alarm) for it in leaf.series.values())
    return tuple(dict.fromkeys(it.metric for it in series if _is_open(it, usual)))


def _is_open(series: Series, usual: Situation) -> bool:
    """Return whether a metric has a range of values; backups have rules of their own."""
    is_single = has_assumed_value(series) or series.metric == COMPLETED_BACKUPS
    return not is_single and usual(series) is not None


def _key(series: Series, values: HealthyValues) -> str:
    return (
        values.tasks_of
        or f"{series.namespace} {series.metric} {series.dimensions} {series.statistic}"
    )


def _tried(values: HealthyValues, leaves: tuple[Alarm, ...]) -> Iterator[float | None]:
    """Yield the values that are tried: the limits, and those near the numbers of the alarms."""
    # An alarm that ignores missing data keeps its state.
    if values.may_be_absent and not any(leaf.missing_data == "ignore" for leaf in leaves):
        yield None
    numbers = {leaf.threshold for leaf in leaves}
    for leaf in leaves:
        for expression in leaf.expressions.values():
            numbers |= {float(text) for text in _NUMBER.findall(expression)}
    near = {number + step for number in numbers for step in (-_NEAR, 0, _NEAR)}
    limits = {values.lowest, values.highest}
    found = {limit if abs(limit) < inf else _ENDLESS * (1 if limit > 0 else -1) for limit in limits}
    yield from found | {value for value in near if values.lowest < value < values.highest}
