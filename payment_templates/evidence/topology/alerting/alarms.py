"""Reads metric alarms: their metrics, when an alarm fires, and why it cannot be evaluated."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.topology.alerting.metric_math import Point, value_of
from payment_templates.evidence.topology.alerting.topic_policies import topics_named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Properties, Stack, StackResource

# FILL(m1, 0): the metric, with a number in place of missing data points.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
_FILL = re.compile(r"\s*FILL\(\s*(\w+)\s*,\s*(-?[\d.]+)\s*\)\s*")


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

    Namespace, metric, dimensions, statistic and unit are empty if it joins several metrics.
    """

    logical_id: str
    # Why the alarm cannot be evaluated, with the property; empty if it can.
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
    # Whether FILL replaces missing data points.
    filled: bool
    topics: tuple[str, ...]
    # Whether it does anything in ALARM, also elsewhere: another topic, a function.
    acts: bool
    # Every metric that it reads, by the ID that expressions use.
    series: dict[str, Series] = field(default_factory=dict[str, Series])
    # Its expressions by ID, and the ID of the one that it watches; empty for a plain metric.
    expressions: dict[str, str] = field(default_factory=dict[str, str])
    watched: str = ""

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


@dataclass(frozen=True, kw_only=True)
class _Metric:
    """The metric of an alarm, from its own properties or from its only MetricStat."""

    properties: Properties
    statistic: str
    unit: str
    period_seconds: float
    # The number by which FILL replaces missing data points.
    fill: float | None = None
    account: str = ""


def read_alarms(stack: Stack) -> tuple[Alarm, ...]:
    """Read every metric alarm."""
    return tuple(_alarm(stack, alarm) for alarm in stack.of_type("AWS::CloudWatch::Alarm"))


def topics_of_actions(stack: Stack, fields: Properties) -> tuple[str, ...]:
    """Return the topics of the stack that an alarm notifies; none if its actions are off."""
    if not fields.flag("ActionsEnabled"):
        return ()
    return tuple(name for name in topics_named(stack, fields.get("AlarmActions")) if name)


def has_actions(fields: Properties) -> bool:
    """Return whether an alarm does anything when it goes to ALARM."""
    return fields.flag("ActionsEnabled") and bool(fields.values("AlarmActions"))


def _alarm(stack: Stack, resource: StackResource) -> Alarm:
    fields = resource.properties
    metric = _plain(fields) if "Metrics" not in fields else _from_math(fields)
    if metric is None and (joined := _joined(stack, resource)):
        return joined
    periods = fields.whole("EvaluationPeriods")
    alarm = Alarm(
        logical_id=resource.logical_id,
        unread=_why_unread(fields, metric),
        name=fields.text("AlarmName"),
        namespace=metric.properties.text("Namespace") if metric else "",
        metric=metric.properties.text("MetricName") if metric else "",
        dimensions=metric.properties.pairs("Dimensions", key="Name") if metric else {},
        statistic=metric.statistic if metric else "",
        unit=metric.unit if metric else "",
        comparison=fields.text("ComparisonOperator"),
        threshold=fields.number("Threshold"),
        period_seconds=metric.period_seconds if metric else 0,
        evaluation_periods=periods,
        # PutMetricAlarm, DatapointsToAlarm: EvaluationPeriods if it is absent.
        datapoints=fields.whole("DatapointsToAlarm") if "DatapointsToAlarm" in fields else periods,
        missing_data=fields.text("TreatMissingData"),
        filled=metric is not None and metric.fill is not None,
        topics=topics_of_actions(stack, fields),
        acts=has_actions(fields),
    )
    alarm = replace(alarm, series={"": _series(alarm, metric)} if metric else {})
    if metric is None or metric.fill is None:
        return alarm
    return replace(
        alarm, missing_data="breaching" if alarm.breaches(metric.fill) else "notBreaching"
    )


def _why_unread(fields: Properties, metric: _Metric | None) -> str:
    if metric is None:
        return f"{fields.place}.Metrics uses unsupported metric math"
    if not fields.number("EvaluationPeriods"):
        return f"{fields.place} has no EvaluationPeriods"
    return "" if metric.period_seconds else f"{fields.place} has no Period"


def _plain(fields: Properties) -> _Metric:
    return _Metric(
        properties=fields,
        statistic=fields.text("Statistic") or fields.text("ExtendedStatistic"),
        unit=fields.text("Unit"),
        period_seconds=fields.number("Period"),
    )


def _from_math(fields: Properties) -> _Metric | None:
    """Read a single metric, with or without FILL; None for any other metric math."""
    queries = fields.children("Metrics")
    stats = [query for query in queries if "MetricStat" in query]
    returned = [query for query in queries if query.text("ReturnData") != "false"]
    if len(stats) != 1 or len(returned) != 1 or len(queries) > 2:  # noqa: PLR2004
        return None
    filled = _FILL.fullmatch(returned[0].text("Expression"))
    if returned[0] is not stats[0] and not (filled and filled[1] == stats[0].text("Id")):
        return None
    stat = stats[0].child("MetricStat")
    return _Metric(
        properties=stat.child("Metric"),
        statistic=stat.text("Stat"),
        unit=stat.text("Unit"),
        period_seconds=stat.number("Period"),
        fill=float(filled[2]) if filled else None,
        account=_account(stats[0]),
    )


def _account(query: Properties) -> str:
    """Return the account of a metric if it is stated and not that of the stack."""
    stated = query.text("AccountId")
    return "" if stated == ACCOUNT else stated


def _series(alarm: Alarm, metric: _Metric) -> Series:
    return Series(
        namespace=alarm.namespace,
        metric=alarm.metric,
        dimensions=alarm.dimensions,
        statistic=alarm.statistic,
        unit=alarm.unit,
        period_seconds=alarm.period_seconds,
        account=metric.account,
    )


def _joined(stack: Stack, resource: StackResource) -> Alarm | None:
    """Read an alarm on an expression over several metrics; None if it is not evaluated here."""
    fields = resource.properties
    queries = fields.children("Metrics")
    returned = [query for query in queries if query.text("ReturnData") != "false"]
    periods = fields.whole("EvaluationPeriods")
    if len(returned) != 1 or not periods:
        return None
    series = {query.text("Id"): _stat(query) for query in queries if "MetricStat" in query}
    alarm = Alarm(
        logical_id=resource.logical_id,
        unread="",
        name=fields.text("AlarmName"),
        **dict.fromkeys(("namespace", "metric", "statistic", "unit"), ""),
        dimensions={},
        comparison=fields.text("ComparisonOperator"),
        threshold=fields.number("Threshold"),
        period_seconds=max((each.period_seconds for each in series.values()), default=0),
        evaluation_periods=periods,
        datapoints=fields.whole("DatapointsToAlarm") if "DatapointsToAlarm" in fields else periods,
        missing_data=fields.text("TreatMissingData"),
        filled=False,
        topics=topics_of_actions(stack, fields),
        acts=has_actions(fields),
        series=series,
        expressions={
            query.text("Id"): query.text("Expression") for query in queries if "Expression" in query
        },
        watched=returned[0].text("Id"),
    )
    try:
        alarm.value(dict.fromkeys(series, 1.0))
    except UnexpectedValueError:
        return None
    return alarm if alarm.joins_metrics and alarm.period_seconds else None


def _stat(query: Properties) -> Series:
    stat = query.child("MetricStat")
    metric = stat.child("Metric")
    return Series(
        namespace=metric.text("Namespace"),
        metric=metric.text("MetricName"),
        dimensions=metric.pairs("Dimensions", key="Name"),
        statistic=stat.text("Stat"),
        unit=stat.text("Unit"),
        period_seconds=stat.number("Period"),
        account=_account(query),
    )


def _names_in(expression: str) -> set[str]:
    """Return the IDs in an expression: they start with a lowercase letter, functions do not."""
    return set(re.findall(r"\b[a-z]\w*", expression))
