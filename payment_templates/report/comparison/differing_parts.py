"""Finds the parts of two templates that differ, and the conditions that decide each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import conditions_in
from payment_templates.cloudformation.references import calls_in, names_in
from payment_templates.facts.custom_names import CUSTOM_NAMES
from payment_templates.report.comparison.renamed_conditions import definition
from payment_templates.report.comparison.slot_matching import slots_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Json, Output, Resource, Template
    from payment_templates.facts.slots import Slot

# What identifies a record; the other types have custom names and slots.
_RECORD = ("HostedZoneId", "HostedZoneName", "Name", "SetIdentifier", "Type")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a resource or output, with the conditions of each template that decide it."""

    name: str
    old: frozenset[str]
    new: frozenset[str]
    # The parameters in it, also of its conditions.
    parameters: frozenset[str] = field(default_factory=frozenset[str])


def differing_parts(
    before: Template, after: Template, region: str, taken: Collection[str]
) -> Iterator[Part]:
    """Yield each property, resource or output that may differ.

    `taken` are the parameters with a new default, which the update may take.
    """
    changed = _Changed(before, after, frozenset(taken))
    resources: list[Part] = []
    for name in dict.fromkeys((*before.resources, *after.resources)):
        found = [*_of_resource(name, before, after, changed)]
        resources += found[:1]
        yield from found
    yield from _pairs(resources, before, after, region)
    for name in dict.fromkeys((*before.outputs, *after.outputs)):
        sides = [_of_output(it.outputs.get(name)) for it in (before, after)]
        if changed.differ(*sides):
            yield changed.part(name, sides[0], sides[1])


def referring_parts(before: Template, after: Template) -> dict[str, list[Part]]:
    """Return for each resource what refers to it in the new template."""
    found: dict[str, list[Part]] = {}
    for resource in after.resources.values():
        referred: dict[str, set[str]] = {}
        for node in _nodes(resource.properties):
            for name in names_in(node) & after.resources.keys():
                referred.setdefault(name, set()).update(_conditions(node))
        old = _conditions(_existence(before.resources.get(resource.logical_id)))
        own = _conditions(_existence(resource))
        for name, conditions in referred.items():
            if name != resource.logical_id:
                part = Part(name=resource.logical_id, old=old, new=own | conditions)
                found.setdefault(name, []).append(part)
    return found


def _of_resource(name: str, before: Template, after: Template, changed: _Changed) -> Iterator[Part]:
    """Yield whether a resource exists, if it may differ at all, and each property that may."""
    old, new = before.resources.get(name), after.resources.get(name)
    sides = (_existence(old), _existence(new))
    pairs = [(old.properties, new.properties), (old.metadata, new.metadata)] if old and new else []
    leaves = [leaf for pair in pairs for leaf in changed.leaves(*pair)]
    if leaves or changed.differ(*sides) or not old or not new:
        yield changed.part(name, *sides)
    for one, other in leaves:
        yield changed.part(name, [sides[0], one], [sides[1], other])


def _existence(resource: Resource | None) -> object:
    """Return what decides whether a resource exists, and how it is replaced."""
    if resource is None:
        return None
    own = [resource.deletion_policy, resource.update_replace_policy, resource.update_policy]
    return [resource.type, {"Condition": resource.condition or ""}, *own]


def _of_output(output: Output | None) -> object:
    if output is None or output.export is None:
        return None
    return [{"Condition": output.condition or ""}, output.value, output.export]


def _pairs(
    parts: Collection[Part], before: Template, after: Template, region: str
) -> Iterator[Part]:
    """Yield two resources of one type that may have the same name or place."""
    olds: dict[str, dict[str, frozenset[str]]] = {}
    for old in before.resources.values():
        olds.setdefault(old.type, {})[old.logical_id] = _naming(old, region)
    news = {name: _naming(new, region) for name, new in after.resources.items()}
    for part in parts:
        new = after.resources.get(part.name)
        if new is not None and new.type in olds:
            own = part.new | news[part.name]
            for name, conditions in olds[new.type].items():
                both = own | news[name] if name in news else own
                if name != part.name and (part.old or conditions or both):
                    yield Part(name=part.name, old=part.old | conditions, new=both)


def _naming(resource: Resource, region: str) -> frozenset[str]:
    """Return the conditions that decide whether a resource exists, its name and its place."""
    properties = resource.properties
    placed: object = properties
    if _is_plain(properties):
        names = [it for slot in slots_of(resource.type, region) for it in _properties(slot)]
        names += (CUSTOM_NAMES.get(resource.type, ""), *_RECORD)
        placed = [cast("Json", properties).get(name) for name in names]
    return _conditions([_existence(resource), placed])


def _properties(slot: Slot) -> tuple[str, ...]:
    return (*slot.properties, *slot.optional)


class _Changed:
    """What the two templates define differently under the same name."""

    def __init__(self, before: Template, after: Template, taken: frozenset[str]) -> None:
        self._templates = (before, after)
        self._taken = taken
        self._maps = before.mappings != after.mappings
        # What decides whether each resource exists.
        self._existence = [
            {name: _conditions(_existence(it)) for name, it in side.resources.items()}
            for side in self._templates
        ]
        names = {*before.conditions} | {*after.conditions}
        self._names = {
            name
            for name in names
            if any(name not in it.conditions for it in self._templates)
            or definition(before, name) != definition(after, name)
        }
        for name in {*before.parameters} | {*after.parameters}:
            old, new = before.parameters.get(name), after.parameters.get(name)
            sides = [it and (it.default, it.type) for it in (old, new)]
            if name in taken or None in sides or sides[0] != sides[1]:
                self._names.add(name)
        for name in {*before.resources} | {*after.resources}:
            old_conditions, new_conditions = (side.get(name) for side in self._existence)
            if old_conditions != new_conditions or self._names & (new_conditions or set()):
                self._names.add(name)

    def differ(self, old: object, new: object) -> bool:
        """Return whether two expressions may have different values."""
        if old != new or not self._names.isdisjoint(names_in(old)):
            return True
        if self._taken and self._taken & (self._parameters(0, old) | self._parameters(1, new)):
            return True
        return self._maps and any(key == "Fn::FindInMap" for key, _ in calls_in(old))

    def leaves(self, old: object, new: object) -> Iterator[tuple[object, object]]:
        """Yield the innermost values that may differ; a function is one value."""
        if not self.differ(old, new):
            return
        if _is_plain(old) and _is_plain(new):
            sides = cast("Json", old), cast("Json", new)
            for key in dict.fromkeys((*sides[0], *sides[1])):
                yield from self.leaves(sides[0].get(key), sides[1].get(key))
        elif len(olds := _entries(old)) == len(news := _entries(new)) and olds:
            for one, other in zip(olds, news, strict=True):
                yield from self.leaves(one, other)
        else:
            yield old, new

    def part(self, name: str, old: object, new: object) -> Part:
        """Return a part with what decides it."""
        return Part(
            name=name,
            old=self._deciding(0, old),
            new=self._deciding(1, new),
            parameters=self._parameters(0, old) | self._parameters(1, new),
        )

    def _deciding(self, side: int, node: object) -> frozenset[str]:
        """Return the conditions in a node, and those of the resources in it that may differ."""
        there = self._existence[side]
        referred = (there[it] for it in names_in(node) & self._names if it in there)
        return _conditions(node).union(*referred)

    def _parameters(self, side: int, node: object) -> frozenset[str]:
        template = self._templates[side]
        names = names_in(node)
        for name in names & template.conditions.keys():
            names = names | names_in(definition(template, name))
        return frozenset(names & template.parameters.keys())


def _conditions(node: object) -> frozenset[str]:
    return frozenset(name for name in conditions_in(node) if name)


def _nodes(node: object) -> Iterator[object]:
    """Yield the innermost values of an object; a function is one value."""
    if _is_plain(node):
        for entry in cast("Json", node).values():
            yield from _nodes(entry)
    elif entries := _entries(node):
        for entry in entries:
            yield from _nodes(entry)
    else:
        yield node


def _entries(node: object) -> list[object]:
    """Return the entries of a list; empty for everything else."""
    return cast("list[object]", node) if isinstance(node, list) else []


def _is_plain(node: object) -> bool:
    """Return whether a node is an object of properties, not a function."""
    if not isinstance(node, dict):
        return False
    keys = [*cast("Json", node)]
    return not (len(keys) == 1 and (keys[0] in {"Ref", "Condition"} or keys[0].startswith("Fn::")))
