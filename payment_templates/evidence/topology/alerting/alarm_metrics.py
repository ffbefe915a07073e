"""Reads metric alarms, from their own properties or from their metric math."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.topology.alerting.alarms import Alarm, Series
from payment_templates.evidence.topology.alerting.topic_policies import topics_named
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

# FILL(m1, 0): the metric, with a number in place of missing data points.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
_FILL = re.compile(r"\s*FILL\(\s*(\w+)\s*,\s*(-?[\d.]+)\s*\)\s*")
# A PromQL query in place of a metric and its evaluation: botocore cloudwatch, PutMetricAlarm.
_PROMQL = "EvaluationCriteria"


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
    if metric is None and (evaluated := _on_expression(stack, resource)):
        return evaluated
    periods = fields.whole("EvaluationPeriods")
    alarm = Alarm(
        logical_id=resource.logical_id,
        unread=_why_unread(fields, metric),
        undecided=_why_undecided(fields, metric),
        named_metrics=_named_metrics(fields) if metric is None else frozenset(),
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
    if _PROMQL in fields:
        return ""
    if not fields.number("EvaluationPeriods"):
        return f"{fields.place} has no EvaluationPeriods"
    if metric is None:
        return _why_refused(fields)
    return "" if metric.period_seconds else f"{fields.place} has no Period"


def _why_refused(fields: Properties) -> str:
    """Return why CloudWatch creates no alarm on metric math, or "".

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-search-expressions.html
    """
    queries = fields.children("Metrics")
    # botocore cloudwatch, PutMetricAlarm, Metrics: one of them returns the data.
    returned = [query for query in queries if query.text("ReturnData") != "false"]
    # An alarm on an anomaly returns the band of the metric too: PutMetricAlarm, ThresholdMetricId.
    if len(returned) != 1 and "ThresholdMetricId" not in fields:
        counted = quantity(len(returned), "metric")
        return f"{fields.place}.Metrics returns the data of {counted}, not of one"
    if any("SEARCH(" in query.text("Expression") for query in queries):
        return f"{fields.place}.Metrics has a search expression, and CloudWatch has no alarm on one"
    return ""


def _why_undecided(fields: Properties, metric: _Metric | None) -> str:
    if _PROMQL in fields:
        return f"{fields.place}.{_PROMQL} has a query that is not evaluated here"
    if metric is None:
        return f"{fields.place}.Metrics uses metric math that is not evaluated here"
    return ""


def _named_metrics(fields: Properties) -> frozenset[str]:
    """Return the metrics of metric math; none if a query, which is a text, may read any metric."""
    queries = fields.children("Metrics")
    if any(re.search(r"\bSELECT\b", query.text("Expression")) for query in queries):
        return frozenset()
    return frozenset(_stat(query).metric for query in queries if "MetricStat" in query)


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


def _on_expression(stack: Stack, resource: StackResource) -> Alarm | None:
    """Read an alarm on an expression over metrics; None if it is not evaluated here."""
    fields = resource.properties
    queries = fields.children("Metrics")
    returned = [query for query in queries if query.text("ReturnData") != "false"]
    periods = fields.whole("EvaluationPeriods")
    if len(returned) != 1 or not periods:
        return None
    series = {query.text("Id"): _stat(query) for query in queries if "MetricStat" in query}
    only = next(iter(series.values())) if len(series) == 1 else None
    alarm = Alarm(
        logical_id=resource.logical_id,
        unread="",
        name=fields.text("AlarmName"),
        namespace=only.namespace if only else "",
        metric=only.metric if only else "",
        dimensions=only.dimensions if only else {},
        statistic=only.statistic if only else "",
        unit=only.unit if only else "",
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
    return _with_missing_data(alarm) if alarm.period_seconds else None


def _with_missing_data(alarm: Alarm) -> Alarm:
    """Return an alarm on one metric with what its expression makes of missing data."""
    if alarm.joins_metrics:
        return alarm
    try:
        value = alarm.value(dict.fromkeys(alarm.series))
    except UnexpectedValueError:
        return alarm
    if value is None:
        return alarm
    treated = "breaching" if alarm.breaches(value) else "notBreaching"
    return replace(alarm, missing_data=treated, filled=True)


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
