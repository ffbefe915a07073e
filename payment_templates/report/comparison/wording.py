"""Says in one line what changes about a resource, a parameter, a policy, an export or a promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.report.comparison.change import (
        ExportChange,
        ParameterChange,
        PolicyChange,
        PropertyChange,
        ResourceChange,
    )
    from payment_templates.report.comparison.comparison import Comparison
    from payment_templates.report.comparison.promises import PromiseChange

_ENDS = {"DeletionPolicy": "removed", "UpdateReplacePolicy": "replaced"}
# "You can't delete a stack if one of its exports is imported", nor change or remove the export:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
_IMPORTED = "CloudFormation refuses it while another stack imports the export"
# A longer value is cut in the middle of a line; JSON has all of it.
_MOST_CHARACTERS = 80
# The characters that two long values have in common before the part in which they differ.
_CONTEXT = 20
# How JSON starts; other texts say in words why a value is unknown.
_LITERAL = ('"', "[", "{")


def nothing(found: Comparison) -> str:
    """Say between which templates nothing changes."""
    before, after = found.templates
    return f"nothing changes from {before} to {after}"


def resource(change: ResourceChange) -> str:
    """Name a resource, its type and when it changes."""
    when = f", if {change.when}" if change.when else ""
    return f"{change.logical_id} ({change.type}){when}"


def details(change: ResourceChange) -> Iterator[str]:
    """Yield why a change has its effect, what stays, and its properties."""
    if change.why:
        yield change.why
    if change.retained:
        yield change.retained
    for it in change.properties:
        effect = f"  [{it.effect}]" if it.effect is not Effect.IN_PLACE else ""
        yield f"{_property(it)}{effect}"


def _property(change: PropertyChange) -> str:
    """Say how a property changes; an entry of a list is added (+) or removed (-)."""
    if change.path.endswith("]") and change.before is None:
        return f"+ {change.path}: {_short(change.after)}"
    if change.path.endswith("]") and change.after is None:
        return f"- {change.path}: {_short(change.before)}"
    if change.follows:
        return f"{change.path}: {_short(change.before)} → {change.after}"
    before, after = _both(change.before, change.after)
    if change.reordered:
        return f"{change.path}: the same entries in another order: {before} → {after}"
    return f"{change.path}: {before} → {after}"


def parameter(change: ParameterChange) -> str:
    """Say what changes about a parameter."""
    default = "no default" if change.after is None else f"default {change.after!r}"
    if change.needs_value:
        return "added, no default: the update needs a value"
    if change.added:
        return f"added, {default}"
    if change.removed:
        return "removed"
    parts = [
        f"{_short(it)} (CloudFormation refuses a value that does not fit)" for it in change.narrowed
    ]
    if change.before != change.after:
        before = "no default" if change.before is None else f"default {change.before!r}"
        parts.append(
            f"{before} → {default}; a stack keeps its value unless the update sets another"
        )
    return "; ".join(parts)


def policy(change: PolicyChange) -> str:
    """Say what a policy no longer retains, and what that puts at risk."""
    when = f", if {change.when}" if change.when else ""
    return (
        f"{change.policy} of {change.logical_id} ({change.type}){when}: {change.before} → "
        f"{change.after}; if it is {_ENDS[change.policy]}, {change.at_risk}"
    )


def export(change: ExportChange) -> str:
    """Say how an export changes."""
    when = f", if {change.when}" if change.when else ""
    if change.after is None:
        return f"removed{when}; {_IMPORTED}"
    return f"{_short(change.before)} → {_short(change.after)}{when}; {_IMPORTED}"


def cost(found: Comparison) -> str:
    """Say how the monthly cost changes, "" if it does not."""
    before, after = found.costs
    if found.newly_known:
        before = f"{_rest(before)} without {', '.join(found.newly_known)}"
    if found.newly_unknown:
        after = f"no longer known: {', '.join(found.newly_unknown)}; the rest {_rest(after)}"
    return "" if before == after else f"{before} → {after} USD a month in the region"


def _rest(total: str) -> str:
    return total.removeprefix("at least ")


def unknown(found: Comparison) -> Iterator[str]:
    """Yield what is not compared, and of which resources not all combinations are examined."""
    if found.unexpanded:
        names = ", ".join(found.unexpanded)
        yield f"resources unknown: only CloudFormation expands {names}"
    if found.hidden:
        yield f"resources unknown: those of {', '.join(found.hidden)} are not compared"
    if found.unexamined:
        names = ", ".join(found.unexamined)
        yield f"not examined: too many combinations of conditions decide {names}"


def is_shown(promise: PromiseChange) -> bool:
    """Return whether text shows a promise: another verdict, or better or worse figures."""
    return promise.worse or promise.better or promise.before != promise.after


def other_reasons(found: Comparison) -> str:
    """Say how many promises have only another reason, "" if none."""
    count = sum(not is_shown(it) for it in found.promises)
    if not count:
        return ""
    promises = "promise has" if count == 1 else "promises have"
    return f"{count} {promises} the same verdict for another reason (--json shows them)"


def mark(promise: PromiseChange) -> tuple[str, str | None]:
    """Return whether a promise is better or worse, and its color."""
    if promise.worse:
        return "worse", "red"
    return ("better", "green") if promise.better else ("other", None)


def turn(promise: PromiseChange) -> str:
    """Say the verdicts on a promise, and why."""
    before, after = promise.before or "not examined", promise.after or "not examined"
    verdicts = after if before == after else f"{before} → {after}"
    when = f", if {promise.when}" if promise.when else ""
    return f"{verdicts}{when}: {promise.after_why or promise.before_why}"


def _both(before: str | None, after: str | None) -> tuple[str, str]:
    """Return two texts; of long ones the part in which they differ."""
    if before is None or after is None or max(len(before), len(after)) <= _MOST_CHARACTERS:
        return _short(before), _short(after)
    pairs = enumerate(zip(before, after, strict=False))
    shared = next((place for place, (one, other) in pairs if one != other), 0)
    start = max(0, shared - _CONTEXT)
    if start == 0 or not before.startswith(_LITERAL) or not after.startswith(_LITERAL):
        return _short(before), _short(after)
    return _part(before, start), _part(after, start)


def _part(text: str, start: int) -> str:
    rest = text[start:]
    return f"…{rest}" if len(rest) <= _MOST_CHARACTERS else f"…{rest[:_MOST_CHARACTERS]}…"


def _short(text: str | None) -> str:
    if text is None:
        return "none"
    half = _MOST_CHARACTERS // 2
    if not text.startswith(_LITERAL):
        # A number, or why the value is unknown.
        return text
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:half]}…{text[-half:]}"
