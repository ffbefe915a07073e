"""Builds the stacks to examine: one per combination of conditions that parameters can produce."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import (
    Stack,
    TemplateError,
    combinations,
    conditions_of,
    parameters_of,
    switches_of,
    texts_in,
    with_parameters,
)
from payment_templates.evidence.evaluated_stacks import evaluated
from payment_templates.evidence.example_values import examples
from payment_templates.evidence.open_conditions import decided
from payment_templates.evidence.regions import zones_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from payment_templates.cloudformation import Parameter, Template

# Far more than any real template has. Limits the run time, because each condition is evaluated in
# every combination.
_MOST_CONDITIONS = 1000
_REFUSED = ("refused combinations",)
_COMPARED = ("texts of the conditions",)


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
    types: Collection[str] | None = None,
) -> ExaminedStacks:
    """Evaluate the template for all combinations of its conditions, once for equal arguments.

    Parameters in `given` keep their value. With `types`, only conditions that decide resources of
    these types are combined; all others are changed once, together. Raises TemplateError for values
    that the template refuses.
    """
    zones_of(region)
    about = frozenset(_conditions_of(template, types))
    known: dict[frozenset[str], ExaminedStacks] = template.memo.setdefault(
        ("examined stacks", region, *sorted(given.items())), {}
    )
    if about not in known:
        known[about] = _evaluated_for(template, about, region=region, given=given, known=known)
    template.memo[_REFUSED] = known[about].refusals
    return known[about]


def _evaluated_for(
    template: Template,
    about: frozenset[str],
    *,
    region: str,
    given: Mapping[str, str],
    known: dict[frozenset[str], ExaminedStacks],
) -> ExaminedStacks:
    """Evaluate the template for all combinations of the conditions in `about`."""
    if len(template.conditions) > _MOST_CONDITIONS:
        raise TemplateError(
            f"{template.name} has {len(template.conditions):,} conditions; "
            f"at most {_MOST_CONDITIONS:,} are examined"
        )
    start = evaluated(template, region=region, parameters=_start(template, region, given))

    def candidates(parameter: Parameter, compared_with: Sequence[str]) -> Iterable[str]:
        return examples(parameter, region, compared_with)

    found = combinations(start, candidates, fixed=given, about=about)
    every = frozenset(template.conditions)
    if not found.stacks and about != every:
        # A rule refuses the defaults, so parameters that decide no resource must change too.
        if every not in known:
            known[every] = _evaluated_for(template, every, region=region, given=given, known=known)
        return known[every]
    if not found.stacks:
        raise TemplateError(f"the template refuses these parameters: {found.refusals[0]}")
    switches = switches_of(start, candidates, fixed=given)
    others = {name: it[1] for name, it in switches.items() if name not in found.switches}
    changed = _with_changed(found.stacks[0], others)
    stacks = [_without_examples(stack, start) for stack in (*found.stacks, *changed)]
    possible, refusals = _possible([it for stack in stacks for it in decided(stack)])
    return ExaminedStacks(
        stacks=possible, combined=about, left_out=found.left_out, refusals=refusals
    )


def _start(template: Template, region: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the initial parameter values: the given ones, and examples for those without default.

    Only parameters with AllowedValues or an AllowedPattern get an example; others stay unknown.
    """
    found = dict(given)
    for name, parameter in template.parameters.items():
        if name in given or parameter.default is not None or not parameter.is_described:
            continue
        example = next(examples(parameter, region), None)
        if example is not None:
            found[name] = example
    return found


def _conditions_of(template: Template, types: Collection[str] | None) -> Collection[str]:
    """Return the conditions that decide resources of these types."""
    if types is None:
        return template.conditions
    return conditions_of(template, types)


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
    compared = _compared(template)
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
    if _COMPARED not in template.memo:
        expressions = [condition.expression for condition in template.conditions.values()]
        template.memo[_COMPARED] = texts_in(expressions)
    return cast("frozenset[str]", template.memo[_COMPARED])


def _possible(stacks: Sequence[Stack]) -> tuple[tuple[Stack, ...], tuple[str, ...]]:
    """Return the stacks that CloudFormation accepts, and why it refuses the others.

    Raises TemplateError if it refuses all of them.
    """
    possible: list[Stack] = []
    refusals: list[str] = []
    for stack in stacks:
        if problems := stack.problems:
            conditions = [name if it else f"no {name}" for name, it in stack.conditions.items()]
            refusals.append(f"{problems[0]} ({', '.join(conditions)})")
        else:
            possible.append(stack)
    if not possible:
        raise TemplateError(str(stacks[0].problems[0]))
    return tuple(possible), tuple(refusals)


def refused_combinations(template: Template) -> Sequence[str]:
    """Return why CloudFormation refuses some combinations of the template's conditions."""
    return cast("tuple[str, ...]", template.memo.get(_REFUSED, ()))
