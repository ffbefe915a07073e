"""A dashboard shows connections, tasks and targets as they change."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.alerting.alarm_firing import dimension_problem, is_outside
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The namespace of each metric, and a dimension that names what it is of.
_METRICS = {
    "DatabaseConnections": ("AWS/RDS", "DBClusterIdentifier", "DBInstanceIdentifier"),
    "RunningTaskCount": ("ECS/ContainerInsights", "ServiceName"),
    "UnHealthyHostCount": ("AWS/ApplicationELB", "TargetGroup"),
}
_MOST_SECONDS = 60
# TargetGroup=\"…\" in the expression of a search, as JSON.
_SEARCHED = re.compile(r'(\w+)=\\"([^"\\]+)\\"')


@claim("A dashboard shows the metrics of a failover", "Requirement 9", "Success metric 6")
def dashboard_shows_failover(topology: Topology) -> Finding:
    """Read the metrics of its widgets, by namespace and dimension, each at 60 s or less.

    A dimension that names a resource of another type, or no role, has no data; a widget of another
    region shows nothing of this one.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    boards = topology.stack.of_type("AWS::CloudWatch::Dashboard")
    if not boards:
        return absent("there is no dashboard")
    bodies = [board.properties.text("DashboardBody") for board in boards]
    widgets = [widget for body in bodies for widget in _widgets(body)]
    if problem := next(_problems(topology, widgets), ""):
        return broken(problem)
    lines = [f"{board.logical_id}: {', '.join(_METRICS)}" for board in boards]
    outside = [value for it, value in _dimensions(widgets) if is_outside(topology, it, value)]
    if outside:
        return conditional(f"if {', '.join(dict.fromkeys(outside))} is of this stack", *lines)
    slowest = max(_periods(widgets), default=_MOST_SECONDS)
    return kept(f"{len(widgets)} widgets, a point every {slowest} s", *lines)


def _problems(topology: Topology, widgets: list[object]) -> Iterator[str]:
    if not widgets:
        yield "the dashboard's body is not JSON with widgets"
    for dimension, value in _dimensions(widgets):
        if problem := dimension_problem(topology, dimension, value):
            yield f"a widget stays empty: {problem}"
    here = [widget for widget in widgets if _region(widget) in {"", topology.stack.region}]
    shown = [json.dumps(line) for widget in here for line in _lines(widget)]
    missing = [metric for metric in _METRICS if not any(_shows(line, metric) for line in shown)]
    if missing:
        yield f"it does not show {', '.join(missing)} of {topology.stack.region}"
    slow = [period for period in _periods(widgets) if period > _MOST_SECONDS]
    if slow:
        yield f"a widget has a point in {max(slow)} s"


def _periods(widgets: list[object]) -> list[int]:
    return [int(period) for period in re.findall(r'"period": (\d+)', json.dumps(widgets))]


def _dimensions(widgets: list[object]) -> list[tuple[str, str]]:
    return [pair for widget in widgets for line in _lines(widget) for pair in _pairs(line)]


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


def _region(widget: object) -> str:
    match widget:
        case {"properties": {"region": str(region)}}:
            return region
        case _:
            return ""


def _lines(widget: object) -> list[list[object]]:
    """Return each metric of a widget; "..." and "." repeat what the one before has.

    An expression stays as it is: a search names namespace, metric and dimensions too.
    """
    match widget:
        case {"type": "metric", "properties": {"metrics": list()}}:
            lines = cast("dict[str, dict[str, list[object]]]", widget)
        case _:
            return []
    found: list[list[object]] = []
    before: list[object] = []
    for line in lines["properties"]["metrics"]:
        before = _spelt_out(cast("list[object]", line if isinstance(line, list) else []), before)
        found.append(before)
    return found


def _pairs(line: list[object]) -> list[tuple[str, str]]:
    """Return the dimensions of a metric, or those that a search names."""
    texts = [entry for entry in line if isinstance(entry, str)]
    pairs = list(zip(texts[2::2], texts[3::2], strict=False))
    searched = [json.dumps(entry) for entry in line if not isinstance(entry, str)]
    return pairs + [pair for text in searched for pair in _SEARCHED.findall(text)]


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
