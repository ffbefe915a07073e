"""A dashboard shows connections, tasks and targets as they change."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_METRICS = ("DatabaseConnections", "RunningTaskCount", "UnHealthyHostCount")
_MOST_SECONDS = 60


@claim("A dashboard shows the metrics of a failover", "Requirement 9", "Success metric 6")
def dashboard_shows_failover(topology: Topology) -> Finding:
    """Read the dashboard's body as JSON and look for the three metrics, at 60 s or less."""
    boards = topology.stack.of_type("AWS::CloudWatch::Dashboard")
    if not boards:
        return broken("there is no dashboard")
    bodies = [board.fields.text("DashboardBody") for board in boards]
    widgets = [widget for body in bodies for widget in _widgets(body)]
    if not widgets:
        return broken("the dashboard's body is no JSON with widgets")
    shown = json.dumps(widgets)
    missing = [metric for metric in _METRICS if metric not in shown]
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
