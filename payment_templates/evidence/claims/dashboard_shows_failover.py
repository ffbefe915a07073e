"""Checks that a dashboard shows database connections, running tasks and unhealthy targets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_firing import (
    dimension_problem,
    is_outside,
    series_problem,
)
from payment_templates.evidence.alerting.dashboard_widgets import pairs_of, widgets_in
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.dashboard_widgets import Line, Widget
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The namespace of each metric, and the dimensions of which it must have one.
_METRICS = {
    "DatabaseConnections": ("AWS/RDS", "DBClusterIdentifier", "DBInstanceIdentifier"),
    "RunningTaskCount": ("ECS/ContainerInsights", "ServiceName"),
    "UnHealthyHostCount": ("AWS/ApplicationELB", "TargetGroup"),
}
_MOST_SECONDS = 60
# An alarm by its ARN, or by its name at the end of one.
_ALARM = re.compile(r"\$\{(\w+)\.Arn\}|.*:alarm:\$\{(\w+)\}")
_ALARM_TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


@claim("A dashboard shows the metrics of a failover", "Requirement 9", "Success metric 6")
def dashboard_shows_failover(topology: Topology) -> Finding:
    """Check that the widgets show each failover metric with a period of at most 60 s.

    Metrics of the readers alone do not show a failover. A dimension that names a resource of the
    wrong type, or no role, has no data. Neither has a set of dimensions that AWS does not publish.
    A widget of another region shows nothing of this region, and an alarm widget shows no metrics.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    boards = topology.stack.of_type("AWS::CloudWatch::Dashboard")
    if not boards:
        return absent("there is no dashboard")
    bodies = [board.properties.text("DashboardBody") for board in boards]
    widgets = [widget for body in bodies for widget in widgets_in(body)]
    if problem := next(_problems(topology, widgets), ""):
        return broken(problem)
    lines = [f"{board.logical_id}: {', '.join(_METRICS)}" for board in boards]
    if outside := list(dict.fromkeys(_outside(topology, widgets))):
        return conditional(f"if {', '.join(outside)} is of this stack", *lines)
    slowest = max((it for widget in widgets for it in widget.periods), default=_MOST_SECONDS)
    return kept(f"{quantity(len(widgets), 'widget')}, a point every {slowest} s", *lines)


def _problems(topology: Topology, widgets: list[Widget]) -> Iterator[str]:
    if not widgets:
        yield "the dashboard's body is not JSON with widgets"
    yield from (problem for widget in widgets for problem in _widget_problems(topology, widget))
    here = [widget for widget in widgets if widget.region in {"", topology.stack.region}]
    shown = [line for widget in here for line in widget.lines]
    missing = [metric for metric in _METRICS if not any(_shows(line, metric) for line in shown)]
    if missing:
        yield f"it does not show {', '.join(missing)} of {topology.stack.region}"
    slow = [period for widget in widgets for period in widget.periods if period > _MOST_SECONDS]
    if slow:
        yield f"a widget has only one data point every {max(slow)} s"


def _widget_problems(topology: Topology, widget: Widget) -> Iterator[str]:
    """Yield what of a widget has no data, or is no alarm."""
    for dimension, value in widget.dimensions:
        if problem := dimension_problem(topology, dimension, value):
            yield f"a widget stays empty: {problem}"
    for line in widget.lines:
        namespace, metric, *_ = [*(it for it in line if isinstance(it, str)), "", ""]
        if problem := series_problem(namespace, metric, dict(pairs_of(line))):
            yield f"a widget stays empty: {problem}"
    for alarm in widget.alarms:
        if "${" in alarm and not _is_alarm(topology, alarm):
            yield f"a widget shows {alarm} as an alarm, which it is not"


def _outside(topology: Topology, widgets: list[Widget]) -> Iterator[str]:
    """Yield the accounts, dimensions and alarms that the template does not show."""
    for widget in widgets:
        yield from (f"the account {each}" for each in widget.accounts if each != ACCOUNT)
        yield from (value for it, value in widget.dimensions if is_outside(topology, it, value))
        yield from (alarm for alarm in widget.alarms if not _is_alarm(topology, alarm))


def _is_alarm(topology: Topology, alarm: str) -> bool:
    found = _ALARM.fullmatch(alarm)
    if found:
        return topology.stack.of(found[1] or found[2], *_ALARM_TYPES) is not None
    name = alarm.rpartition(":alarm:")[2]
    alarms = topology.stack.of_type(*_ALARM_TYPES)
    return any(name == it.properties.text("AlarmName") for it in alarms)


def _shows(line: Line, metric: str) -> bool:
    namespace, *dimensions = _METRICS[metric]
    words = set(re.findall(r"[\w/]+", json.dumps(line)))
    role = dict(pairs_of(line)).get("Role", "WRITER")
    return {namespace, metric} <= words and bool(words & set(dimensions)) and role == "WRITER"
