"""Finds the conditions that decide parts of a template, and the parameters behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.evaluation.read_tracking import OUTPUTS
from payment_templates.cloudformation.evaluation.resource_names import NAMINGS
from payment_templates.cloudformation.evaluation.stack_resource import mentioned_in
from payment_templates.cloudformation.references import conditions_in, names_in, references_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from payment_templates.cloudformation.template import Json, Resource, Template


def conditions_of(template: Template, parts: Collection[str]) -> frozenset[str]:
    """Return the conditions that parts of the template depend on, also indirectly.

    A part is a type, a logical ID, a property of a type (see `part_of`), a condition, or the
    outputs.
    """
    found = {name for name in parts if name in template.conditions}
    for resource in template.resources.values():
        expressions = resource.asked(parts)
        if expressions is not None:
            found.update(_decide(template, resource, expressions))
    if OUTPUTS in parts:
        found.update(*_of_outputs(template))
    return with_named(template, found)


def conditions_by_resource(template: Template) -> frozenset[frozenset[str]]:
    """Return the conditions of each resource and output, without sets that are part of another.

    With those that decide whether the neighbours of a resource exist, to which it refers.
    """
    found: set[frozenset[str]] = set()
    for resource in template.resources.values():
        referred = (*references_in(list(resource.expressions)), *resource.depends_on)
        neighbours = [template.resources[it] for it in referred if it in template.resources]
        named = {neighbour.condition or "" for neighbour in neighbours}
        named.update(_decide(template, resource, resource.expressions))
        found.add(with_named(template, named))
    found.update(with_named(template, named) for named in _of_outputs(template))
    return frozenset(one for one in found if not any(one < other for other in found))


def _of_outputs(template: Template) -> Iterator[set[str]]:
    """Yield the conditions of each output."""
    for output in template.outputs.values():
        expressions = (output.value, output.export)
        named = mentioned_in(template, expressions, "conditions of an output", output.name)
        yield {output.condition or "", *named}


def _decide(
    template: Template, resource: Resource, expressions: tuple[object, ...]
) -> frozenset[str]:
    """Return the conditions behind expressions of a resource, its existence and its name."""
    # By identity: the expressions are parts of the template.
    numbers = (str(id(expression)) for expression in expressions)
    key = ("conditions of a resource", resource.logical_id, *numbers)
    if key not in template.memo:
        names = mentioned_in(template, expressions, *key)
        template.memo[key] = frozenset(
            {resource.condition or "", *names, *_names_of(template, resource, set())}
            & template.conditions.keys()
        )
    return cast("frozenset[str]", template.memo[key])


def _names_of(template: Template, resource: Resource, seen: set[str]) -> set[str]:
    """Return the names behind the physical name of a resource, also through other resources."""
    seen.add(resource.logical_id)
    naming = NAMINGS.get(resource.type)
    is_object = isinstance(resource.properties, dict)
    if not naming or not is_object:
        return set()
    written = cast("Json", resource.properties)
    names = names_in([written.get(naming.name), written.get("Path")])
    for name in {*names} & template.resources.keys() - seen:
        names |= _names_of(template, template.resources[name], seen)
    return names


def decided_by(template: Template, conditions: Iterable[str]) -> frozenset[str]:
    """Return the parameters and pseudo parameters that conditions depend on, also indirectly."""
    expressions = [template.conditions[it].expression for it in with_named(template, conditions)]
    return frozenset(references_in(expressions))


def parameters_of(template: Template, conditions: Iterable[str]) -> frozenset[str]:
    """Return the parameters that conditions depend on, also indirectly."""
    return decided_by(template, conditions) & template.parameters.keys()


def named_by_rules(template: Template) -> Mapping[str, frozenset[str]]:
    """Return what each rule refers to, and the parameters that decide the conditions in it."""
    return template.derived(_named_by_rules)


def _named_by_rules(template: Template) -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(references_in(rule.expressions))
        | parameters_of(template, conditions_in(rule.expressions))
        for name, rule in template.rules.items()
    }


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
