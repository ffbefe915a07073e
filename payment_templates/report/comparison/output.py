"""Writes a comparison as text for a terminal, as Markdown for a pull request, or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from payment_templates.report.comparison import wording
from payment_templates.report.comparison.change import Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from payment_templates.report.comparison.change import ResourceChange
    from payment_templates.report.comparison.comparison import Comparison

    # Adds terminal codes to a text: click.style.
    Style: TypeAlias = Callable[..., str]

# Raised whenever a key changes its meaning or is removed.
JSON_VERSION = 2
_COLORS = {
    Effect.ADDED: "green",
    Effect.IN_PLACE: "yellow",
    Effect.INTERRUPTION: "yellow",
    Effect.UNKNOWN: "magenta",
    Effect.MAY_REPLACE: "red",
    Effect.REPLACED: "red",
    Effect.REMOVED: "red",
    Effect.UNDONE: "red",
    Effect.REFUSED: "red",
}


def to_text(found: Comparison, style: Style) -> Iterator[str]:
    """Yield the lines for a terminal."""
    if found.is_empty:
        yield wording.nothing(found)
        return
    yield from _resource_lines(found, style)
    yield from _interface_lines(found, style)
    if found.promises:
        yield style("Promises", bold=True)
    for promise in filter(wording.is_shown, found.promises):
        mark, color = wording.mark(promise)
        yield f"  {style(mark, fg=color)}  {promise.title}: {wording.turn(promise)}"
    if others := wording.other_reasons(found):
        yield f"  {others}"
    if found.recoveries:
        yield style("Recovery", bold=True)
    for it in found.recoveries:
        yield f"  {it.disruption}: {it.what} {it.before or 'none'} → {it.after or 'none'}"
    if cost := wording.cost(found):
        yield style("Cost", bold=True)
        yield f"  {cost}"


def _resource_lines(found: Comparison, style: Style) -> Iterator[str]:
    yield from (style(line, fg="red", bold=True) for line in wording.unknown(found))
    if found.resources:
        yield style(f"Resources: {counts(found.resources)}", bold=True)
    for change in _by_severity(found.resources):
        yield f"  {style(change.effect, fg=_COLORS[change.effect])}  {wording.resource(change)}"
        yield from (f"      {line}" for line in wording.details(change))
        if change.lost:
            yield "      " + style(f"data loss: {change.lost}", fg="red", bold=True)
    if found.policies:
        yield style("Policies", bold=True)
    for weaker in found.policies:
        yield f"  {style('weaker', fg='red')}  {wording.policy(weaker)}"


def _interface_lines(found: Comparison, style: Style) -> Iterator[str]:
    if found.exports:
        yield style("Exports", bold=True)
    yield from (f"  {it.name}: {wording.export(it)}" for it in found.exports)
    if found.parameters:
        yield style("Parameters", bold=True)
    yield from (f"  {it.name}: {wording.parameter(it)}" for it in found.parameters)


def to_markdown(found: Comparison, *, fails: bool) -> str:
    """Return the comparison as a comment for a pull request."""
    if found.is_empty:
        return f"### Template: {wording.nothing(found)}"
    lines = [f"### Template: {_headline(found, fails=fails)}"]
    lines += [*_warnings(found), *_tables(found)]
    lines += _promise_lines(found)
    if found.recoveries:
        lines += ["", "| disruption | | before | after |", "|---|---|---|---|"]
    lines += [
        f"| {_cell(it.disruption)} | {it.what} | {_cell(it.before or '')} "
        f"| {_cell(it.after or '')} |"
        for it in found.recoveries
    ]
    if cost := wording.cost(found):
        lines += ["", f"Cost: {cost}"]
    return "\n".join(lines)


def _promise_lines(found: Comparison) -> list[str]:
    shown = [*filter(wording.is_shown, found.promises)]
    lines = ["", "| | promise | verdict |", "|---|---|---|"] if shown else []
    for promise in shown:
        mark, _ = wording.mark(promise)
        lines.append(f"| {mark} | {_cell(promise.title)} | {_cell(wording.turn(promise))} |")
    others = wording.other_reasons(found)
    return [*lines, "", f"Promises: {others}"] if others else lines


def _warnings(found: Comparison) -> list[str]:
    lines: list[str] = []
    for loss in found.losses:
        lines += ["", f"> [!CAUTION]\n> **{loss.logical_id}** is {loss.effect}: {loss.lost}"]
    lines += [
        line for it in found.policies for line in ("", f"> [!CAUTION]\n> {wording.policy(it)}")
    ]
    for line in wording.unknown(found):
        lines += ["", f"> [!WARNING]\n> {line}"]
    return lines


def _tables(found: Comparison) -> list[str]:
    lines: list[str] = []
    if found.resources:
        lines += ["", "| resource | effect | changes |", "|---|---|---|"]
    for change in _by_severity(found.resources):
        details = "<br>".join(_cell(line) for line in wording.details(change))
        lines.append(f"| {_cell(wording.resource(change))} | {change.effect} | {details} |")
    if found.exports:
        lines += ["", "| export | change |", "|---|---|"]
    lines += [f"| {_cell(it.name)} | {_cell(wording.export(it))} |" for it in found.exports]
    if found.parameters:
        lines += ["", "| parameter | change |", "|---|---|"]
    lines += [f"| {it.name} | {_cell(wording.parameter(it))} |" for it in found.parameters]
    return lines


def to_json(found: Comparison, *, fails: bool) -> str:
    """Return everything as JSON."""
    # Only for the sentence: the totals already say "at least".
    entries = {name: it for name, it in asdict(found).items() if not name.startswith("newly_")}
    document = {
        "version": JSON_VERSION,
        "fails": fails,
        **entries,
        "resources": [{**asdict(it), "may_fail": it.may_fail} for it in found.resources],
        "templates": _pair(found.templates),
        "costs": _pair(found.costs),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _pair(values: tuple[str, str]) -> dict[str, str]:
    before, after = values
    return {"before": before, "after": after}


def counts(resources: Sequence[ResourceChange]) -> str:
    """Return the number of resources by effect, the most severe first."""
    found = Counter(change.effect for change in resources)
    return ", ".join(f"{found[it]} {it}" for it in reversed(Effect) if found[it])


def _headline(found: Comparison, *, fails: bool) -> str:
    parts = [counts(found.resources)] if found.resources else []
    if found.regressions:
        count = len(found.regressions)
        parts.append(f"{count} {'promise gets' if count == 1 else 'promises get'} a worse verdict")
    if found.policies:
        count = len(found.policies)
        parts.append(f"{count} weaker {'policy' if count == 1 else 'policies'}")
    return ("❌ " if fails else "") + (", ".join(parts) or "no resource changes")


def _by_severity(resources: Sequence[ResourceChange]) -> list[ResourceChange]:
    return sorted(resources, key=lambda it: (not it.lost, -it.effect.rank))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
