"""Numbers the values of recorded reads: stacks with equal values have equal numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation.evaluation.read_tracking import (
    ALL_RESOURCES,
    DEPENDENCIES,
    EVERYTHING,
    RESOURCES,
)
from payment_templates.cloudformation.evaluation.resource_names import NAMINGS
from payment_templates.cloudformation.values import Reference, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation.evaluation.evaluation import Evaluation
    from payment_templates.cloudformation.evaluation.read_tracking import Read
    from payment_templates.cloudformation.evaluation.stack_resource import StackResource
    from payment_templates.cloudformation.template import Template
    from payment_templates.cloudformation.values import Value


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadValues:
    """What the recorded reads of a stack give."""

    evaluation: Evaluation
    # The values of the parameters as text.
    texts: object
    _numbers: dict[Read, int] = field(default_factory=dict["Read", int])

    def again(self, read: Read) -> object:
        """Return what a recorded read gives on this stack, as a value to compare.

        Lists of resources are compared by a number, which costs less than the list itself.
        """
        if read[0] == "resource":
            return self.evaluation.resources.get(read[1])
        if read[0] == "asked":
            return None
        if (number := self._numbers.get(read)) is None:
            numbers = self.evaluation.template.memo.setdefault(("numbers",), dict[object, int]())
            number = self._numbers[read] = numbers.setdefault(self._listed(read), len(numbers))
        return number

    def of_names(self, types: tuple[str, ...]) -> object:
        """Return a value that is equal for stacks in which some types have equal names."""
        return self.again(("names", *types))

    def _listed(self, read: Read) -> tuple[object, ...]:
        kind, *types = read
        if kind == "types":
            return self.evaluation.of_types(tuple(types))
        if kind == "names":
            return self._named_types(tuple(types))
        if kind == "several":
            return (read, *map(self.again, self.evaluation.template.memo[read]))
        if read == DEPENDENCIES:
            return (self.evaluation.dependencies,)
        whole = tuple(self.evaluation.resources.values())
        if read == RESOURCES:
            return whole
        # Everything else that readers can see, as text.
        found = self.evaluation
        others = (found.outputs, found.exports, self.texts, found.conditions)
        return (*whole, repr(others))

    def _named_types(self, types: tuple[str, ...]) -> tuple[StackResource | None, ...]:
        """Return the resources of some types, or all, and those that their names refer to."""
        resources = self.evaluation.resources
        found = self.evaluation.of_types(types) if types else tuple(resources.values())
        others = (resources.get(name) for it in found for name in _names_of(it))
        return (*found, *others)


def together(template: Template, reads: Iterable[Read]) -> Read:
    """Return one read that represents several reads."""
    several = frozenset(reads)
    if EVERYTHING in several:
        # It includes all others, except what they ask for.
        asked = asked_in(template, several)
        several = frozenset({EVERYTHING, ("asked", *sorted(asked))} if asked else {EVERYTHING})
    if len(several) == 1:
        return next(iter(several))
    names: dict[frozenset[Read], Read] = template.memo.setdefault(("several",), {})
    if (name := names.get(several)) is None:
        own = tuple(sorted(read for read in several if read[0] == "resource"))
        shared = several.difference(own)
        # What is read of one resource differs from that of others of its type by little.
        parts = (together(template, shared), *own) if own and shared else tuple(sorted(several))
        name = names[several] = ("several", str(len(names)))
        template.memo[name] = parts
    return name


def asked_in(template: Template, reads: Iterable[Read]) -> frozenset[str]:
    """Return what reads ask for: types, parts of types, logical IDs, all resources or the outputs.

    Only the conditions behind these decide what the reader sees: see `conditions_of`.
    """
    return frozenset[str]().union(*(_asked(template, read) for read in set(reads)))


def _asked(template: Template, read: Read) -> Iterable[str]:
    kind, *names = read
    if kind in {"asked", "types"}:
        return names
    if read in {RESOURCES, DEPENDENCIES}:
        return (ALL_RESOURCES,)
    if kind != "several":
        return ()
    key = ("asked by several", *names)
    if key not in template.memo:
        template.memo[key] = asked_in(template, template.memo[read])
    return cast("frozenset[str]", template.memo[key])


def named_in(value: Value) -> Iterator[str]:
    """Yield the logical IDs that a value refers to."""
    parts = value.parts if isinstance(value, Text) else (value,)
    yield from (part.logical_id for part in parts if isinstance(part, Reference))


def _names_of(resource: StackResource) -> Iterator[str]:
    """Yield the logical IDs that the physical name of a resource refers to."""
    naming = NAMINGS.get(resource.type)
    for name in (naming.name, "Path") if naming and naming.name else ():
        yield from named_in(resource.properties.entries.get(name))
