"""Finds the conditions that decide parts of a template, and the parameters behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.read_tracking import OUTPUTS
from payment_templates.cloudformation.references import conditions_in, references_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from payment_templates.cloudformation.template import Resource, Template


def conditions_of(template: Template, parts: Collection[str]) -> frozenset[str]:
    """Return the conditions that parts of the template depend on, also indirectly.

    A part is a type, a logical ID, a property of a type (see `part_of`), or the outputs.
    """
    found: set[str] = set()
    for resource in template.resources.values():
        expressions = resource.asked(parts)
        if expressions is not None:
            found.update(_named_by(resource, expressions))
    if OUTPUTS in parts:
        for output in template.outputs.values():
            found.update(conditions_in([output.value, output.export]))
            found.add(output.condition or "")
    return with_named(template, found)


def conditions_by_resource(template: Template) -> frozenset[frozenset[str]]:
    """Return the conditions of each resource, with those that decide whether its neighbours exist.

    Neighbours are the resources that it refers to. Without sets that are part of another one.
    """
    found: set[frozenset[str]] = set()
    for resource in template.resources.values():
        referred = (*references_in(list(resource.expressions)), *resource.depends_on)
        neighbours = [template.resources[it] for it in referred if it in template.resources]
        named = {neighbour.condition or "" for neighbour in neighbours}
        named.update(_named_by(resource, resource.expressions))
        found.add(with_named(template, named))
    return frozenset(one for one in found if not any(one < other for other in found))


def _named_by(resource: Resource, expressions: Collection[object]) -> Iterator[str]:
    yield from conditions_in(list(expressions))
    yield resource.condition or ""


def decided_by(template: Template, conditions: Iterable[str]) -> frozenset[str]:
    """Return the parameters and pseudo parameters that conditions depend on, also indirectly."""
    expressions = [template.conditions[it].expression for it in with_named(template, conditions)]
    return frozenset(references_in(expressions))


def parameters_of(template: Template, conditions: Iterable[str]) -> frozenset[str]:
    """Return the parameters that conditions depend on, also indirectly."""
    return decided_by(template, conditions) & template.parameters.keys()


def with_named(template: Template, conditions: Iterable[str]) -> frozenset[str]:
    """Return the conditions that the template has, with those that they name, also indirectly."""
    found: set[str] = set()
    pending = [name for name in conditions if name in template.conditions]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            further = conditions_in(template.conditions[name].expression)
            pending += [other for other in further if other in template.conditions]
    return frozenset(found)
