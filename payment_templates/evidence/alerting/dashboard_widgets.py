"""Reads the widgets of a dashboard: their metrics, dimensions, alarms, periods and regions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, cast

# TargetGroup=\"…\" in the expression of a search, as JSON.
_SEARCHED = re.compile(r'(\w+)=\\"([^"\\]+)\\"')
Line: TypeAlias = list[object]


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A widget of a dashboard."""

    # Empty for the region of the dashboard.
    region: str
    # The metrics, and expressions unchanged: a search names namespace, metric and dimensions.
    lines: tuple[Line, ...]
    # The ARNs of the alarms that it shows.
    alarms: tuple[str, ...]
    periods: tuple[int, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that its metrics name: their options, accountId."""
        entries = (entry for line in self.lines for entry in line)
        return tuple(filter(None, map(_account_in, entries)))

    @property
    def dimensions(self) -> tuple[tuple[str, str], ...]:
        """The dimensions of all metrics, and those that a search names."""
        return tuple(pair for line in self.lines for pair in (*pairs_of(line), *_searched(line)))


@cache
def widgets_in(body: str) -> tuple[Widget, ...]:
    """Read the widgets of a dashboard; empty if its body is not JSON with widgets.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    match document:
        case {"widgets": list()}:
            widgets = cast("dict[str, list[object]]", document)["widgets"]
            return tuple(map(_widget, widgets))
        case _:
            return ()


def pairs_of(line: Line) -> tuple[tuple[str, str], ...]:
    """Return the dimensions of a metric: namespace and name come first."""
    texts = [entry for entry in line if isinstance(entry, str)]
    return tuple(zip(texts[2::2], texts[3::2], strict=False))


def _account_in(entry: object) -> str:
    match entry:
        case {"accountId": str(account)}:
            return account
        case _:
            return ""


def _widget(widget: object) -> Widget:
    fields: dict[str, object] = {}
    match widget:
        case {"properties": dict()}:
            fields = cast("dict[str, dict[str, object]]", widget)["properties"]
        case _:
            pass
    region = fields.get("region")
    periods = re.findall(r'"period": (\d+)', json.dumps(widget))
    return Widget(
        region=region if isinstance(region, str) else "",
        lines=tuple(_lines(fields.get("metrics"))),
        alarms=_alarms(fields),
        periods=tuple(map(int, periods)),
    )


def _alarms(fields: dict[str, object]) -> tuple[str, ...]:
    """Return the alarms of an alarm widget, and that of a graph."""
    found = _listed(fields.get("alarms"))
    match fields.get("annotations"):
        case {"alarms": list()} as annotations:
            found += _listed(cast("dict[str, object]", annotations)["alarms"])
        case _:
            pass
    return tuple(alarm for alarm in found if isinstance(alarm, str))


def _listed(value: object) -> list[object]:
    return [*cast("list[object]", value)] if isinstance(value, list) else []


def _lines(metrics: object) -> list[Line]:
    """Return each metric; "..." and "." repeat values of the previous one."""
    found: list[Line] = []
    before: Line = []
    for line in _listed(metrics):
        before = _spelt_out(_listed(line), before)
        found.append(before)
    return found


def _spelt_out(line: Line, before: Line) -> Line:
    if line[:1] == ["..."]:
        kept_before = before[: len(before) - len(line) + 1]
        return [*kept_before, *line[1:]]
    return [
        before[index] if entry == "." and index < len(before) else entry
        for index, entry in enumerate(line)
    ]


def _searched(line: Line) -> list[tuple[str, str]]:
    expressions = [json.dumps(entry) for entry in line if not isinstance(entry, str)]
    return [pair for text in expressions for pair in _SEARCHED.findall(text)]
