"""Compares the exports of two stacks: CloudFormation refuses some changes while one is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import equal
from payment_templates.report.comparison.change import Effect, ExportChange
from payment_templates.report.comparison.values import references, worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Stack, Value
    from payment_templates.report.comparison.change import ResourceChange


def changed_exports(
    before: Stack, after: Stack, resources: Sequence[ResourceChange]
) -> Iterator[ExportChange]:
    """Yield the exports that are removed or get another value, also from a replaced resource."""
    replaced = {
        change.logical_id
        for change in resources
        if change.effect in {Effect.REPLACED, Effect.MAY_REPLACE}
    }
    new = _exports(after)
    for name, value in _exports(before).items():
        if name not in new:
            yield ExportChange(name=name, before=worded(value), after=None)
        elif equal(value, new[name]) is not True:
            yield ExportChange(name=name, before=worded(value), after=worded(new[name]))
        elif behind := [it.logical_id for it in references(value) if it.logical_id in replaced]:
            after_it = f"of the new {behind[0]}"
            yield ExportChange(name=name, before=worded(value), after=after_it)


def _exports(stack: Stack) -> dict[str, Value]:
    """Return the exported values by the name of the export."""
    return {worded(name): stack.outputs[output] for output, name in stack.exports.items()}
