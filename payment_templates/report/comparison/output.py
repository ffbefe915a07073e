"""Writes a comparison as text for a terminal, as Markdown for a pull request, or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from payment_templates.report.comparison.change import ParameterChange, ResourceChange
    from payment_templates.report.comparison.comparison import Comparison
    from payment_templates.report.comparison.promises import PromiseChange

    # Adds terminal codes to a text: click.style.
    Style: TypeAlias = Callable[..., str]

# Raised whenever a key changes its meaning or is removed.
JSON_VERSION = 1
_NOTHING = "nothing changes"
# A longer value is cut in the middle of a line; JSON has all of it.
_MOST_CHARACTERS = 80
_COLORS = {
    Effect.ADDED: "green",
    Effect.IN_PLACE: "yellow",
    Effect.INTERRUPTION: "yellow",
    Effect.UNKNOWN: "magenta",
    Effect.MAY_REPLACE: "red",
    Effect.REPLACED: "red",
    Effect.REMOVED: "red",
    Effect.REFUSED: "red",
}


def to_text(found: Comparison, style: Style) -> Iterator[str]:
    """Yield the lines for a terminal."""
    if found.is_empty:
        yield _NOTHING
        return
    yield from _resource_lines(found, style)
    if found.parameters:
        yield style("Parameters", bold=True)
    yield from (f"  {it.name}: {_parameter(it)}" for it in found.parameters)
    if found.promises:
        yield style("Promises", bold=True)
    for promise in found.promises:
        mark, color = _mark(promise)
        yield f"  {style(mark, fg=color)}  {promise.title}: {_turn(promise)}"
    if found.recoveries:
        yield style("Recovery", bold=True)
    for it in found.recoveries:
        yield f"  {it.disruption}: {it.what} {it.before or 'none'} → {it.after or 'none'}"


def _resource_lines(found: Comparison, style: Style) -> Iterator[str]:
    if found.resources:
        yield style(f"Resources: {counts(found.resources)}", bold=True)
    for change in _by_severity(found.resources):
        yield f"  {style(change.effect, fg=_COLORS[change.effect])}  {_resource(change)}"
        yield from (f"      {line}" for line in _details(change))
        if change.lost:
            yield "      " + style(f"data loss: {change.lost}", fg="red", bold=True)


def to_markdown(found: Comparison, *, fails: bool) -> str:
    """Return the comparison as a comment for a pull request."""
    if found.is_empty:
        return f"### Template: {_NOTHING}"
    lines = [f"### Template: {_headline(found, fails=fails)}"]
    for loss in found.losses:
        lines += ["", f"> [!CAUTION]\n> **{loss.logical_id}** is {loss.effect}: {loss.lost}"]
    if found.resources:
        lines += ["", "| resource | effect | changes |", "|---|---|---|"]
    for change in _by_severity(found.resources):
        details = "<br>".join(_cell(line) for line in _details(change))
        lines.append(f"| {_cell(_resource(change))} | {change.effect} | {details} |")
    if found.parameters:
        lines += ["", "| parameter | default |", "|---|---|"]
    lines += [f"| {it.name} | {_cell(_parameter(it))} |" for it in found.parameters]
    if found.promises:
        lines += ["", "| | promise | verdict |", "|---|---|---|"]
    for promise in found.promises:
        lines.append(f"| {_mark(promise)[0]} | {_cell(promise.title)} | {_cell(_turn(promise))} |")
    if found.recoveries:
        lines += ["", "| disruption | | before | after |", "|---|---|---|---|"]
    lines += [
        f"| {_cell(it.disruption)} | {it.what} | {_cell(it.before or '')} "
        f"| {_cell(it.after or '')} |"
        for it in found.recoveries
    ]
    return "\n".join(lines)


def to_json(found: Comparison, *, fails: bool) -> str:
    """Return everything as JSON."""
    document = {"version": JSON_VERSION, "fails": fails, **asdict(found)}
    return json.dumps(document, indent=2, ensure_ascii=False)


def counts(resources: Sequence[ResourceChange]) -> str:
    """Return the number of resources by effect, the most severe first."""
    found = Counter(change.effect for change in resources)
    return ", ".join(f"{found[it]} {it}" for it in reversed(Effect) if found[it])


def _headline(found: Comparison, *, fails: bool) -> str:
    parts = [counts(found.resources)] if found.resources else []
    if found.regressions:
        count = len(found.regressions)
        parts.append(f"{count} {'promise gets' if count == 1 else 'promises get'} a worse verdict")
    return ("❌ " if fails else "") + (", ".join(parts) or "no resource changes")


def _by_severity(resources: Sequence[ResourceChange]) -> list[ResourceChange]:
    return sorted(resources, key=lambda it: (not it.lost, -it.effect.rank))


def _resource(change: ResourceChange) -> str:
    when = f", if {change.when}" if change.when else ""
    return f"{change.logical_id} ({change.type}){when}"


def _details(change: ResourceChange) -> Iterator[str]:
    if change.why:
        yield change.why
    for it in change.properties:
        effect = f"  [{it.effect}]" if it.effect is not Effect.IN_PLACE else ""
        before, after = _short(it.before), it.after if it.follows else _short(it.after)
        yield f"{it.path}: {before} → {after}{effect}"


def _short(text: str | None) -> str:
    if text is None:
        return "none"
    half = _MOST_CHARACTERS // 2
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:half]}…{text[-half:]}"


def _parameter(change: ParameterChange) -> str:
    default = "no default" if change.after is None else f"default {change.after!r}"
    if change.added:
        return f"added, {default}"
    if change.removed:
        return "removed"
    before = "no default" if change.before is None else f"default {change.before!r}"
    return f"{before} → {default}; a stack keeps its value unless the update sets another"


def _mark(promise: PromiseChange) -> tuple[str, str | None]:
    if promise.worse:
        return "worse", "red"
    return ("better", "green") if promise.better else ("other", None)


def _turn(promise: PromiseChange) -> str:
    before, after = promise.before or "not examined", promise.after or "not examined"
    verdicts = after if before == after else f"{before} → {after}"
    return f"{verdicts}: {promise.after_why or promise.before_why}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
