"""Builds the stacks to examine: one per combination of conditions that parameters can produce.

A claim is examined on the combinations of the conditions that decide what it reads, so that the
number of combinations does not grow with what others read. What decides every resource can have
far more combinations than can be examined: then each resource's conditions are combined with each
other, and every pair of choices.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import (
    ALL_RESOURCES,
    Stack,
    TemplateError,
    combinations,
    conditions_by_resource,
    conditions_of,
    parameters_of,
    switches_of,
    texts_in,
    with_parameters,
)
from payment_templates.evidence.evaluated_stacks import evaluated
from payment_templates.evidence.example_values import ZONE_TYPE, examples
from payment_templates.evidence.open_conditions import decided
from payment_templates.evidence.regions import zones_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from payment_templates.cloudformation import Combinations, Parameter, Template

# Far more than any real template has. Limits the run time, because each condition is evaluated in
# every combination.
_MOST_CONDITIONS = 1000
# So many combinations of all conditions are examined for what reads every resource.
_MOST_OF_ALL = 128
_REFUSED = ("refused combinations",)


# Compared by identity: the stacks of some choices are evaluated once.
@dataclass(frozen=True, kw_only=True, eq=False)
class ExaminedStacks:
    """The stacks of a template to examine; the first one has the default parameters."""

    stacks: tuple[Stack, ...]
    # The conditions that are combined with each other; each of the others is changed once.
    combined: frozenset[str]
    # The number of combinations that are not examined.
    left_out: int
    # Why CloudFormation refuses some of the combinations.
    refusals: tuple[str, ...]


def stacks_of(
    template: Template,
    *,
    region: str,
    given: Mapping[str, str],
    parts: Collection[str] | None = None,
) -> ExaminedStacks:
    """Evaluate the template for the combinations of its conditions, once for equal arguments.

    Parameters in `given` keep their value. With `parts`, only conditions that decide these parts of
    the template (see `conditions_of`) are combined; all others are changed once, together. Raises
    TemplateError for values that the template refuses.
    """
    zones_of(region)
    whole = parts is not None and ALL_RESOURCES in parts
    about = frozenset(template.conditions if parts is None else conditions_of(template, parts))
    known: dict[tuple[frozenset[str], bool], ExaminedStacks] = template.memo.setdefault(
        ("examined stacks", region, *sorted(given.items())), {}
    )
    if (about, whole) not in known:
        variants = _variants(template, region, given)
        known[about, whole] = (
            _for_every_resource(variants, about) if whole else _for_conditions(variants, about)
        )
    template.memo[_REFUSED] = known[about, whole].refusals
    return known[about, whole]


def varied_stacks(
    template: Template, *, region: str, given: Mapping[str, str]
) -> tuple[Stack, ...]:
    """Return the stacks that differ from the first by one choice, or the fewest for a condition.

    The one with most true conditions comes first. CloudFormation may refuse some of them: only
    their conditions are evaluated yet.
    """
    variants = _variants(template, region, given)
    found = variants.combined(template.conditions, most=0, most_pairs=0).stacks
    if not found:
        # The rules ask for more changes at once than are tried.
        return ()
    first = found[0].conditions
    same = [name for name in first if all(it.conditions[name] == first[name] for it in found)]
    found += tuple(stack for name in same for stack in variants.combined([name]).stacks)
    by_true = sorted(found, key=lambda it: [*it.conditions.values()].count(True), reverse=True)
    return tuple(each for stack in by_true for each in variants.decided(stack))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Variants:
    """The stacks of a template in one region, with some parameters fixed."""

    start: Stack
    region: str
    given: Mapping[str, str]
    # The stacks of each set of parameter values: more than one if they leave a condition open.
    known: dict[frozenset[tuple[str, str]], tuple[Stack, ...]] = field(
        default_factory=dict[frozenset[tuple[str, str]], tuple[Stack, ...]]
    )

    def candidates(self, parameter: Parameter, compared_with: Sequence[str]) -> Iterable[str]:
        """Return values that a parameter may have."""
        return examples(parameter, self.region, compared_with)

    def combined(self, about: Collection[str], **most: int) -> Combinations:
        """Combine the conditions in `about`."""
        return combinations(self.start, self.candidates, fixed=self.given, about=about, **most)

    @cached_property
    def switches(self) -> Mapping[str, tuple[str, ...]]:
        """The parameters that decide any condition, each with the values that change one."""
        return switches_of(self.start, self.candidates, fixed=self.given)

    def examined(
        self, stacks: Iterable[Stack], combined: frozenset[str], left_out: int
    ) -> ExaminedStacks:
        """Return the stacks that CloudFormation accepts; raises TemplateError if there are none."""
        found = [each for stack in stacks for each in self.decided(stack)]
        refused = [stack for stack in found if stack.problems]
        if len(refused) == len(found):
            raise TemplateError(f"{refused[0].template.name}: {refused[0].problems[0]}")
        return ExaminedStacks(
            stacks=tuple(stack for stack in found if not stack.problems),
            combined=combined,
            left_out=left_out,
            refusals=tuple(map(_refusal, refused)),
        )

    def decided(self, stack: Stack) -> tuple[Stack, ...]:
        key = frozenset(stack.texts.items())
        if key not in self.known:
            self.known[key] = decided(_without_examples(stack, self.start))
        return self.known[key]


def _variants(template: Template, region: str, given: Mapping[str, str]) -> _Variants:
    if len(template.conditions) > _MOST_CONDITIONS:
        raise TemplateError(
            f"{template.name} has {len(template.conditions):,} conditions; "
            f"at most {_MOST_CONDITIONS:,} are examined"
        )
    key = ("variants", region, *sorted(given.items()))
    if key not in template.memo:
        start = evaluated(template, region=region, parameters=_start(template, region, given))
        template.memo[key] = _Variants(start=start, region=region, given=given)
    return cast("_Variants", template.memo[key])


def _for_conditions(variants: _Variants, about: frozenset[str]) -> ExaminedStacks:
    """Combine the conditions in `about`, and change all others once."""
    found = variants.combined(about)
    if not found.stacks:
        raise TemplateError(
            f"these parameter values break a rule of the template: {found.refusals[0]}"
        )
    others = {name: it[1] for name, it in variants.switches.items() if name not in found.switches}
    changed = _with_changed(found.stacks[0], others)
    return variants.examined((*found.stacks, *changed), about, found.left_out)


def _for_every_resource(variants: _Variants, about: frozenset[str]) -> ExaminedStacks:
    """Combine all conditions, or if there are too many: those of each resource with `about`."""
    template = variants.start.template
    every = frozenset(template.conditions)
    found = variants.combined(every, most=_MOST_OF_ALL)
    if not found.stacks:
        return _for_conditions(variants, every)
    stacks = {_outcome(stack): stack for stack in found.stacks}
    left_out = found.left_out
    families = (
        {about | own for own in conditions_by_resource(template)}
        if left_out
        else set[frozenset[str]]()
    )
    for family in sorted(families, key=sorted):
        for stack in variants.combined(family).stacks:
            left_out -= stacks.setdefault(_outcome(stack), stack) is stack
    return variants.examined(stacks.values(), every, max(left_out, 0))


def _outcome(stack: Stack) -> str:
    return str([*stack.conditions.values()])


def _start(template: Template, region: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the initial parameter values: the given ones, and examples for those without default.

    Only parameters with AllowedValues or an AllowedPattern get an example, and those for a zone,
    each another zone; others stay unknown.
    """
    found = dict(given)
    for name, parameter in template.parameters.items():
        of_zone = parameter.type == ZONE_TYPE
        if name in given or parameter.default is not None:
            continue
        if not parameter.is_described and not of_zone:
            continue
        choices = [*examples(parameter, region)]
        others = (text for text in choices if of_zone and text not in found.values())
        example = next(others, next(iter(choices), None))
        if example is not None:
            found[name] = example
    return found


def _with_changed(start: Stack, changes: Mapping[str, str]) -> tuple[Stack, ...]:
    """Change all parameters together, or one by one if a rule refuses that."""
    if not changes:
        return ()
    for all_or_each in ([changes], [{name: text} for name, text in changes.items()]):
        stacks = (with_parameters(start, {**start.parameters, **it}) for it in all_or_each)
        if found := tuple(stack for stack in stacks if not stack.broken_rules):
            return found
    return ()


def _without_examples(stack: Stack, start: Stack) -> Stack:
    """Make parameters unknown again whose example value was needed only to change a condition.

    An example is realistic if the parameter has constraints, or if a condition compares with it.
    """
    template = stack.template
    compared = template.derived(_compared)
    names = {
        name
        for name, text in stack.parameters.items()
        if text != start.parameters.get(name)
        and not template.parameters[name].is_described
        and text not in compared
    }
    if not names:
        return stack
    conditions = {
        name: decision
        for name, decision in stack.conditions.items()
        if names & parameters_of(template, [name])
    }
    values = {name: template.parameters[name].value(None) for name in names}
    return replace(
        stack,
        texts={k: text for k, text in stack.parameters.items() if k not in names},
        values={**stack.values, **values},
        forced={**stack.forced, **conditions},
        _found=[],
    )


def _compared(template: Template) -> frozenset[str]:
    return texts_in([condition.expression for condition in template.conditions.values()])


def _refusal(stack: Stack) -> str:
    """Return why CloudFormation refuses a stack, with the conditions that lead to it."""
    conditions = [name if it else f"no {name}" for name, it in stack.conditions.items()]
    return f"{stack.problems[0]} ({', '.join(conditions)})"


def refused_combinations(template: Template) -> Sequence[str]:
    """Return why CloudFormation refuses some combinations of the template's conditions."""
    return cast("tuple[str, ...]", template.memo.get(_REFUSED, ()))
