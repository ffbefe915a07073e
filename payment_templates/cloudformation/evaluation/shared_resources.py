"""Shares evaluated resources: between stacks, and between resources of equal declaration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

from payment_templates.cloudformation.evaluation.stack_resource import (
    StackResource,
    evaluate_resource,
    mentioned,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation.evaluation.evaluator import Evaluator, Problem
    from payment_templates.cloudformation.evaluation.stack_resource import Defaults
    from payment_templates.cloudformation.template import Resource, Template
    from payment_templates.cloudformation.values import Decision

# An evaluated resource, and what CloudFormation refuses about it.
Evaluated: TypeAlias = "tuple[StackResource, tuple[Problem, ...]]"
_Key: TypeAlias = "int | tuple[int, str]"


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Resources that depend on the same names: parameters, conditions and resources."""

    names: tuple[str, ...]
    # A number for each combination of the values of the names.
    numbers: dict[tuple[str | None, ...], int] = field(
        default_factory=dict["tuple[str | None, ...]", int]
    )

    def number(self, values: Mapping[str, str]) -> int:
        """Return a number that is equal for stacks in which the names have equal values."""
        found = tuple(map(values.get, self.names))
        return self.numbers.setdefault(found, len(self.numbers))


@dataclass(frozen=True, kw_only=True, eq=False)
class Forms:
    """The forms of one resource."""

    resource: Resource
    # The index of its group.
    group: int
    # A number that is equal for resources whose declaration differs only by logical ID and order.
    body: int
    # By the number of the group, with the decision if it is not certain that the resource exists.
    found: dict[_Key, Evaluated] = field(default_factory=dict["_Key", "Evaluated"])
    # Each different form, by a digest of its content.
    different: dict[bytes, StackResource] = field(default_factory=dict[bytes, StackResource])


@dataclass(frozen=True, kw_only=True, eq=False)
class SharedResources:
    """The evaluated resources of the stacks with equal region, zones and defaults."""

    template: Template
    # Stored here, because its id must not be used again for other zones.
    zones: Mapping[str, Sequence[str]]
    # The other parts of the template, with their problems, by what they depend on.
    parts: dict[tuple[object, ...], tuple[Any, tuple[Problem, ...]]] = field(
        default_factory=dict[tuple[object, ...], "tuple[Any, tuple[Problem, ...]]"]
    )
    # One resource of each body and values, with the digest of its content.
    _models: dict[tuple[int, _Key], tuple[StackResource, bytes]] = field(
        default_factory=dict["tuple[int, _Key]", tuple[StackResource, bytes]]
    )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The different groups of resources."""
        return tuple(Group(names=names) for names in dict.fromkeys(self._names.values()))

    @cached_property
    def forms(self) -> tuple[Forms, ...]:
        """The forms of each resource, in the order of the template."""
        numbers = {group.names: number for number, group in enumerate(self.groups)}
        return tuple(
            Forms(
                resource=resource,
                group=numbers[self._names[name]],
                body=_body(self.template, resource),
            )
            for name, resource in self.template.resources.items()
        )

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        resources = self.template.resources.items()
        return {name: mentioned(self.template, resource) for name, resource in resources}

    def evaluated(
        self,
        forms: Forms,
        key: _Key,
        created: Decision,
        *,
        evaluator: Evaluator,
        defaults: Defaults | None,
    ) -> Evaluated:
        """Evaluate a resource that has no form for these values."""
        resource = forms.resource
        problems: tuple[Problem, ...] = ()
        if model := self._models.get((forms.body, key)):
            made, digest = _copy(model[0], resource), model[1]
        else:
            made = evaluate_resource(evaluator, resource, created, defaults)
            digest = blake2b(made.content.encode(errors="surrogatepass")).digest()
            problems = tuple(evaluator.problems)
            if not problems:
                # Problems have a place, which is another one for other resources.
                self._models[forms.body, key] = (made, digest)
        # Different parameter values may result in equal resources, which are shared.
        found = (forms.different.setdefault(digest, made), problems)
        forms.found[key] = found
        return found


def _copy(model: StackResource, resource: Resource) -> StackResource:
    """Return an evaluated resource for another one with the same declaration."""
    name = resource.logical_id
    properties = replace(model.properties, place=f"Resources.{name}.Properties")
    return replace(model, logical_id=name, depends_on=resource.depends_on, properties=properties)


def _body(template: Template, resource: Resource) -> int:
    numbers: dict[tuple[str, bytes], int] = template.memo.setdefault(("bodies",), {})
    content = repr(
        (
            *(resource.condition, resource.properties, resource.metadata),
            *(resource.deletion_policy, resource.update_replace_policy),
            *(resource.creation_policy, resource.update_policy),
        )
    )
    digest = blake2b(content.encode(errors="surrogatepass")).digest()
    return numbers.setdefault((resource.type, digest), len(numbers))
