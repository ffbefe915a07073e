"""Describes metric alarms: their metrics, when an alarm fires, and why it cannot be evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.alerting.metric_math import Point, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Series:
    """A metric that an alarm reads."""

    namespace: str
    metric: str
    dimensions: dict[str, str]
    statistic: str
    unit: str
    period_seconds: float
    # The account of the metric, as the alarm states it; empty for that of the stack.
    account: str = ""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A metric alarm: its metric, its evaluation, and the topics that it notifies.

    Namespace, metric, dimensions, statistic and unit are empty if it joins several metrics, or if
    its metric math is not evaluated here.
    """

    logical_id: str
    # Why CloudWatch cannot evaluate the alarm, with the property; empty if it can.
    unread: str
    name: str
    namespace: str
    metric: str
    dimensions: dict[str, str]
    statistic: str
    unit: str
    comparison: str
    threshold: float
    period_seconds: float
    evaluation_periods: int
    # How many of the evaluated periods must breach.
    datapoints: int
    missing_data: str
    # Whether its metric math replaces missing data points, as FILL does.
    filled: bool
    topics: tuple[str, ...]
    # Whether it does anything in ALARM, also elsewhere: another topic, a function.
    acts: bool
    # Every metric that it reads, by the ID that expressions use.
    series: dict[str, Series] = field(default_factory=dict[str, Series])
    # Its expressions by ID, and the ID of the one that it watches; empty for a plain metric.
    expressions: dict[str, str] = field(default_factory=dict[str, str])
    watched: str = ""
    # Why its state is not decided here although CloudWatch may evaluate it; empty if it is.
    undecided: str = ""
    # The metrics that metric math which is not evaluated here names; empty if it may read any.
    named_metrics: frozenset[str] = frozenset()

    @property
    def is_evaluated(self) -> bool:
        """Whether its state follows from its metrics."""
        return not (self.unread or self.undecided)

    @property
    def joins_metrics(self) -> bool:
        """Whether it watches an expression over several metrics."""
        return len(self.series) > 1

    def value(self, points: Mapping[str, float | None]) -> float | None:
        """Return the value that it watches, given that of each metric; None is missing data.

        Raises UnexpectedValueError for metric math that is not evaluated here.
        """
        if self.watched not in self.expressions:
            return next(iter(points.values()), None)
        series = {name: Point(value=value) for name, value in points.items()}
        for _ in self.expressions:
            series |= {
                name: value_of(expression, series)
                for name, expression in self.expressions.items()
                if name not in series and _names_in(expression) <= series.keys()
            }
        if self.watched not in series:
            raise UnexpectedValueError(self.logical_id, "its expression names an unknown metric")
        return series[self.watched].value

    def may_read(self, metric: str) -> bool:
        """Return whether metric math that is not evaluated here may read a metric."""
        return bool(self.undecided) and (not self.named_metrics or metric in self.named_metrics)

    def fires_with(self, values: Mapping[str, float]) -> bool:
        """Return whether it goes to ALARM if its metrics have these values, by metric name.

        Raises UnexpectedValueError if it also reads another metric.
        """
        if unknown := {it.metric for it in self.series.values()} - values.keys():
            raise UnexpectedValueError(self.logical_id, f"it also reads {', '.join(unknown)}")
        found = self.value({name: values[it.metric] for name, it in self.series.items()})
        return self.missing_data == "breaching" if found is None else self.breaches(found)

    def breaches(self, value: float) -> bool:
        """Return whether a data point with this value breaches the threshold."""
        match self.comparison:
            case "GreaterThanThreshold":
                return value > self.threshold
            case "GreaterThanOrEqualToThreshold":
                return value >= self.threshold
            case "LessThanThreshold":
                return value < self.threshold
            case "LessThanOrEqualToThreshold":
                return value <= self.threshold
            case _:
                return False


def _names_in(expression: str) -> set[str]:
    """Return the IDs in an expression: they start with a lowercase letter, functions do not."""
    return set(re.findall(r"\b[a-z]\w*", expression))
