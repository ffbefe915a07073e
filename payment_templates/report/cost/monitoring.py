"""Calculates what alarms, dashboards, metrics and logs cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.prices import (
    ALARM,
    COMPOSITE_ALARM,
    CUSTOM_METRIC,
    DASHBOARD,
    FAST_ALARM,
    INSIGHTS_METRICS,
    LOG_INGESTION,
    LOG_STORAGE,
)
from payment_templates.facts.timings import METRIC_SECONDS
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import MONITORING, Line, priced, unpriced
from payment_templates.report.cost.usage import DAYS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence import Topology
    from payment_templates.report.cost.usage import Usage

# Application Auto Scaling creates an alarm for scaling out and one for scaling in:
# https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
_ALARMS_OF_TRACKING = 2


def monitoring_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the lines of alarms, dashboards, Container Insights and logs."""
    yield from _alarms(topology)
    stack = topology.stack
    dashboards = [it.logical_id for it in stack.of_type("AWS::CloudWatch::Dashboard")]
    if dashboards:
        yield priced(
            *(MONITORING, "dashboards", *dashboards),
            price=DASHBOARD,
            region=stack.region,
            quantity=len(dashboards),
            how=f"{quantity(len(dashboards), 'dashboard')}; the first 3 of an account are free",
        )
    yield from _insights(topology)
    yield from _logs(topology, usage)


def _alarms(topology: Topology) -> Iterator[Line]:
    stack = topology.stack
    standard: dict[str, int] = {}
    fast: dict[str, int] = {}
    for alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        found = fast if _period(alarm) < METRIC_SECONDS else standard
        # An alarm on a metric math expression is charged for each of its metrics.
        metrics = sum("MetricStat" in it for it in alarm.properties.children("Metrics"))
        found[alarm.logical_id] = metrics or 1
    scaling = {
        policy.logical_id: _ALARMS_OF_TRACKING
        for policy in stack.of_type("AWS::ApplicationAutoScaling::ScalingPolicy")
        if policy.properties.text("PolicyType") == "TargetTrackingScaling"
    }
    composite = {it.logical_id: 1 for it in stack.of_type("AWS::CloudWatch::CompositeAlarm")}
    of_scaling = f", {sum(scaling.values())} of them for scaling" if scaling else ""
    kinds = (
        ("alarms", {**standard, **scaling}, ALARM, "metric", of_scaling),
        ("high-resolution alarms", fast, FAST_ALARM, "metric", ""),
        ("composite alarms", composite, COMPOSITE_ALARM, "composite alarm", ""),
    )
    for what, counts, price, counted, note in kinds:
        if counts:
            total = sum(counts.values())
            yield priced(
                *(MONITORING, what, *counts),
                price=price,
                region=stack.region,
                quantity=total,
                how=f"{quantity(total, counted)}{note}",
            )


def _period(alarm: StackResource) -> float:
    stats = (it.child("MetricStat") for it in alarm.properties.children("Metrics"))
    periods = [it.number("Period", METRIC_SECONDS) for it in stats if "Period" in it]
    return min((*periods, alarm.properties.number("Period", METRIC_SECONDS)))


def _insights(topology: Topology) -> Iterator[Line]:
    """Yield the metrics of Container Insights; those of the tasks and containers have no count."""
    stack = topology.stack
    for cluster in stack.of_type("AWS::ECS::Cluster"):
        settings = cluster.properties.children("ClusterSettings")
        values = {it.text("Name"): it.text("Value") for it in settings}
        mode = values.get("containerInsights", "disabled")
        if mode == "enhanced":
            problem = "the number of metrics depends on the tasks and containers"
            yield unpriced(MONITORING, "Container Insights", cluster.logical_id, problem=problem)
        if mode != "enabled":
            continue
        services = len(topology.services)
        families = len({service.definition for service in topology.services})
        counts = {"cluster": 1, "service": services, "family": families}
        yield priced(
            *(MONITORING, "Container Insights metrics", cluster.logical_id),
            price=CUSTOM_METRIC,
            region=stack.region,
            quantity=sum(INSIGHTS_METRICS[name] * count for name, count in counts.items()),
            how=" + ".join(
                f"{INSIGHTS_METRICS[name]} x {count} {name}" for name, count in counts.items()
            ),
        )


def _logs(topology: Topology, usage: Usage) -> Iterator[Line]:
    stack = topology.stack
    named = {name for service in topology.services for name in service.log_groups}
    groups = [it for it in stack.of_type("AWS::Logs::LogGroup") if it.logical_id in named]
    if not groups:
        return
    gigabytes = usage.gigabytes(usage.log_kb)
    names = tuple(group.logical_id for group in groups)
    how = f"{usage.million_requests:g} million requests x {usage.log_kb:g} KB"
    yield priced(
        *(MONITORING, "logs received", *names),
        price=LOG_INGESTION,
        region=stack.region,
        quantity=gigabytes,
        how=how,
        by_usage=True,
    )
    days = max(group.properties.number("RetentionInDays") for group in groups)
    if not days:
        problem = "logs that never expire cost more every month"
        yield unpriced(MONITORING, "logs stored", *names, problem=problem)
        return
    yield priced(
        *(MONITORING, "logs stored", *names),
        price=LOG_STORAGE,
        region=stack.region,
        quantity=gigabytes * days / DAYS_PER_MONTH,
        how=f"{how} x {days:g} days of retention / {DAYS_PER_MONTH:.1f} days, uncompressed",
        by_usage=True,
    )
