"""Shares evaluated resources: between stacks, and between resources of equal declaration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

from payment_templates.cloudformation.evaluation.stack_resource import (
    StackResource,
    evaluate_resource,
    mentioned,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from payment_templates.cloudformation.evaluation.evaluator import Evaluator, Problem
    from payment_templates.cloudformation.evaluation.stack_resource import Defaults
    from payment_templates.cloudformation.template import Resource, Template
    from payment_templates.cloudformation.values import Decision

# An evaluated resource, and what CloudFormation refuses about it.
Evaluated: TypeAlias = "tuple[StackResource, tuple[Problem, ...]]"


@dataclass(frozen=True, kw_only=True)
class _Forms:
    """The forms of one resource."""

    # What it depends on: parameters, conditions and resources.
    names: tuple[str, ...]
    # A number that is equal for resources whose declaration differs only by logical ID and order.
    body: int
    # By the number of the values that the names have.
    found: dict[int, Evaluated] = field(default_factory=dict[int, "Evaluated"])
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
    _forms: dict[str, _Forms] = field(default_factory=dict[str, _Forms])
    # One resource of each body and values, with the digest of its content.
    _models: dict[tuple[int, int], tuple[StackResource, bytes]] = field(
        default_factory=dict[tuple[int, int], tuple[StackResource, bytes]]
    )

    def names(self, resource: Resource) -> tuple[str, ...]:
        """Return the names that a resource mentions, the same object for the same."""
        return self._of(resource).names

    def evaluated(
        self,
        resource: Resource,
        values: int,
        created: Decision,
        *,
        evaluator: Callable[[], Evaluator],
        defaults: Defaults | None,
    ) -> Evaluated:
        """Return an evaluated resource; `values` is a number for the values of its names."""
        forms = self._of(resource)
        found = forms.found.get(values)
        if found is None:
            made, digest, problems = self._made(
                resource, forms.body, values, created, evaluator, defaults
            )
            # Different parameter values may result in equal resources, which are shared.
            shared = forms.different.setdefault(digest, made)
            found = forms.found[values] = (shared, problems)
        return found

    def _of(self, resource: Resource) -> _Forms:
        forms = self._forms.get(resource.logical_id)
        if forms is None:
            names = mentioned(self.template, resource)
            forms = _Forms(names=names, body=_body(self.template, resource))
            self._forms[resource.logical_id] = forms
        return forms

    def _made(  # noqa: PLR0917 - what `evaluated` has.
        self,
        resource: Resource,
        body: int,
        values: int,
        created: Decision,
        evaluator: Callable[[], Evaluator],
        defaults: Defaults | None,
    ) -> tuple[StackResource, bytes, tuple[Problem, ...]]:
        if model := self._models.get((body, values)):
            return _copy(model[0], resource), model[1], ()
        evaluation = evaluator()
        made = evaluate_resource(evaluation, resource, created, defaults)
        digest = blake2b(made.content.encode(errors="surrogatepass")).digest()
        problems = tuple(evaluation.problems)
        if not problems:
            # Problems have a place, which is another one for other resources.
            self._models[body, values] = (made, digest)
        return made, digest, problems


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
