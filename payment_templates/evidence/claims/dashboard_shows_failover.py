"""A dashboard shows connections, tasks and targets as they change."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The namespace of each metric, and a dimension that names what it is of.
_METRICS = {
    "DatabaseConnections": ("AWS/RDS", "DBClusterIdentifier", "DBInstanceIdentifier"),
    "RunningTaskCount": ("ECS/ContainerInsights", "ServiceName"),
    "UnHealthyHostCount": ("AWS/ApplicationELB", "TargetGroup"),
}
_MOST_SECONDS = 60


@claim("A dashboard shows the metrics of a failover", "Requirement 9", "Success metric 6")
def dashboard_shows_failover(topology: Topology) -> Finding:
    """Read the metrics of its widgets, by namespace and dimension, each at 60 s or less.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    boards = topology.stack.of_type("AWS::CloudWatch::Dashboard")
    if not boards:
        return absent("there is no dashboard")
    bodies = [board.properties.text("DashboardBody") for board in boards]
    widgets = [widget for body in bodies for widget in _widgets(body)]
    if not widgets:
        return broken("the dashboard's body is not JSON with widgets")
    shown = json.dumps(widgets)
    lines_shown = [line for widget in widgets for line in _metrics(widget)]
    missing = [
        metric for metric in _METRICS if not any(_shows(line, metric) for line in lines_shown)
    ]
    if missing:
        return broken(f"it does not show {', '.join(missing)}")
    periods = [int(period) for period in re.findall(r'"period": (\d+)', shown)]
    if max(periods, default=0) > _MOST_SECONDS:
        return broken(f"a widget has a point in {max(periods)} s")
    lines = [f"{board.logical_id}: {', '.join(_METRICS)}" for board in boards]
    return kept(f"{len(widgets)} widgets, a point every {max(periods, default=60)} s", *lines)


def _widgets(body: str) -> list[object]:
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return []
    match document:
        case {"widgets": list()}:
            return cast("dict[str, list[object]]", document)["widgets"]
        case _:
            return []


def _metrics(widget: object) -> list[str]:
    """Return each metric of a widget as text; "..." and "." repeat what the one before has.

    An expression stays as it is: a search names namespace, metric and dimensions too.
    """
    match widget:
        case {"type": "metric", "properties": {"metrics": list()}}:
            lines = cast("dict[str, dict[str, list[object]]]", widget)
        case _:
            return []
    found: list[str] = []
    before: list[object] = []
    for line in lines["properties"]["metrics"]:
        before = _spelt_out(cast("list[object]", line if isinstance(line, list) else []), before)
        found.append(json.dumps(before))
    return found


def _spelt_out(line: list[object], before: list[object]) -> list[object]:
    if line[:1] == ["..."]:
        kept_before = before[: len(before) - len(line) + 1]
        return [*kept_before, *line[1:]]
    return [
        before[index] if entry == "." and index < len(before) else entry
        for index, entry in enumerate(line)
    ]


def _shows(line: str, metric: str) -> bool:
    namespace, *dimensions = _METRICS[metric]
    words = set(re.findall(r"[\w/]+", line))
    return {namespace, metric} <= words and bool(words & set(dimensions))
