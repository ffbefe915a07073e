"""Builds the stacks to examine: one per combination of conditions that parameters can produce."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from payment_templates.cloudformation import (
    Stack,
    TemplateError,
    Unknown,
    combinations,
    conditions_in,
    conditions_of,
    evaluate,
    parameters_of,
    partition_of,
    record_all,
    recorded,
    switches_of,
    texts_in,
    with_parameters,
)
from payment_templates.evidence.example_values import ACCOUNT, examples
from payment_templates.evidence.regions import moved, zones_of
from payment_templates.facts.regions import ZONES
from payment_templates.facts.resource_defaults import default_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Parameter, Read, Template, Value

Made = TypeVar("Made")
_STACK_NAME = "payment"
# Far more than any real template has. Limits the run time, because each condition is evaluated in
# every combination.
_MOST_CONDITIONS = 1000
# The maximum number of conditions without a deciding parameter that are combined.
_MOST_OPEN = 4
_REFUSED = ("refused combinations",)


@dataclass(frozen=True, kw_only=True)
class ExaminedStacks:
    """The stacks of a template to examine; the first one has the default parameters."""

    stacks: tuple[Stack, ...]
    # The conditions that are combined with each other; each of the others is changed once.
    combined: frozenset[str]
    # The number of combinations that are not examined.
    left_out: int


def stacks_of(
    template: Template,
    *,
    region: str,
    given: Mapping[str, str],
    types: Collection[str] | None = None,
) -> ExaminedStacks:
    """Evaluate the template for all combinations of its conditions.

    Parameters in `given` keep their value. With `types`, only conditions that decide resources of
    these types are combined; all others are changed once, together. Raises TemplateError for values
    that the template refuses.
    """
    zones_of(region)
    if len(template.conditions) > _MOST_CONDITIONS:
        raise TemplateError(
            f"{template.name} has {len(template.conditions):,} conditions; "
            f"at most {_MOST_CONDITIONS:,} are examined"
        )
    start = evaluated(template, region=region, parameters=_start(template, region, given))

    def candidates(parameter: Parameter, compared_with: Sequence[str]) -> Iterable[str]:
        return examples(parameter, region, compared_with)

    about = _conditions_of(template, types)
    found = combinations(start, candidates, fixed=given, about=about)
    if not found.stacks:
        # A rule refuses the defaults, so parameters that decide no resource must change too.
        about = template.conditions
        found = combinations(start, candidates, fixed=given)
    if not found.stacks:
        raise TemplateError(f"the template refuses these parameters: {found.refusals[0]}")
    switches = switches_of(start, candidates, fixed=given)
    others = {name: it[1] for name, it in switches.items() if name not in found.switches}
    changed = _with_changed(found.stacks[0], others)
    stacks = [_without_examples(stack, start) for stack in (*found.stacks, *changed)]
    return ExaminedStacks(
        stacks=_possible([it for stack in stacks for it in _decided(stack)], template),
        combined=frozenset(about),
        left_out=found.left_out,
    )


def stack_of(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str],
    conditions: Mapping[str, bool] = MappingProxyType({}),
    mappings_open: bool = False,
) -> Stack:
    """Evaluate the template with these parameters; `conditions` overrides single conditions.

    Conditions that the parameters do not decide are false. Raises TemplateError if a rule refuses
    the parameters or CloudFormation refuses the template.
    """
    stack = evaluated(
        template,
        region=region,
        parameters=parameters,
        conditions=conditions,
        mappings_open=mappings_open,
    )
    if stack.broken_rules:
        raise TemplateError(f"the template refuses these parameters: {stack.broken_rules[0]}")
    decided = _decided(stack)[0]
    for problem in decided.problems:
        raise TemplateError(str(problem))
    return decided


def evaluated(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str],
    conditions: Mapping[str, bool] = MappingProxyType({}),
    mappings_open: bool = False,
) -> Stack:
    """Evaluate the template in the example account; rules may refuse the parameters."""
    # A default that violates a constraint is an error only if it is passed to CloudFormation.
    own = {
        name: text
        for name, text in parameters.items()
        if name not in template.parameters or text != template.parameters[name].default
    }
    stack = evaluate(
        template,
        region=region,
        parameters=own,
        account=ACCOUNT,
        stack_name=_STACK_NAME,
        zones=ZONES,
        conditions=conditions,
        defaults=default_of,
        mappings_open=mappings_open,
    )
    partition, _ = partition_of(region)
    chosen: dict[str, Value] = {
        "AWS::NotificationARNs": [],
        "AWS::StackId": (
            f"arn:{partition}:cloudformation:{region}:{ACCOUNT}:stack/{_STACK_NAME}/example"
        ),
    }
    return replace(stack, values={**stack.values, **chosen})


def in_region(stack: Stack, region: str) -> Stack:
    """Evaluate the same template in another region.

    The parameters are the same, except that zones and ARNs are replaced by those of that region.
    What the template's mappings do not have for that region is unknown.
    """
    parameters = moved(stack.parameters, stack.region, region)
    return stack_of(
        stack.template,
        region=region,
        parameters=parameters,
        conditions={name: it for name, it in stack.forced.items() if isinstance(it, bool)},
        mappings_open=True,
    )


def remembered(stack: Stack, make: Callable[[Stack], Made], *types: str, about: str = "") -> Made:
    """Return `make(stack)`, cached for all stacks with equal resources of these types."""
    stack.of_type(*types)
    content = stack.read_again(("types", *types))
    key = (make.__module__, make.__qualname__, about, stack.region, content)
    memo = stack.template.memo
    if key not in memo:
        memo[key] = make(stack)
    return cast("Made", memo[key])


def reused(stack: Stack, make: Callable[[], Made], *about: object) -> Made:
    """Return `make()`, cached for all stacks in which everything that it reads is equal.

    `about` is everything else that the result depends on.
    """
    key = ("reused", make.__module__, make.__qualname__, stack.region, *about)
    known: dict[Read, dict[object, Made]] = stack.template.memo.setdefault(key, {})
    for read, results in known.items():
        value = stack.read_again(read)
        if value in results:
            record_all([(stack, read)])
            return results[value]
    with recorded(apart=True) as recording:
        made = make()
    if any(other is not stack for other, _ in recording):
        record_all(recording)
        return made
    read = stack.together(read for _, read in recording)
    known.setdefault(read, {})[stack.read_again(read)] = made
    record_all([(stack, read)])
    return made


def content_of(stack: Stack) -> int:
    """Return a number that is equal for stacks with equal resources and outputs."""
    memo = stack.template.memo
    key = ("content", stack.region, *stack.resources.values(), str(stack.outputs))
    return cast("int", memo.setdefault(key, len(memo)))


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
    return conditions_of(
        template, [name for name, it in template.resources.items() if it.type in types]
    )


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
    compared = texts_in([condition.expression for condition in template.conditions.values()])
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


def _possible(stacks: Iterable[Stack], template: Template) -> tuple[Stack, ...]:
    """Return the stacks that CloudFormation accepts, and store why it refuses the others.

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
        raise TemplateError(str(next(iter(stacks)).problems[0]))
    template.memo[_REFUSED] = refusals
    return tuple(possible)


def refused_combinations(template: Template) -> Sequence[str]:
    """Return why CloudFormation refuses some combinations of the template's conditions."""
    return cast("list[str]", template.memo.get(_REFUSED, []))


def _decided(stack: Stack) -> tuple[Stack, ...]:
    """Return the stack with each choice of the conditions that no parameter decides.

    The first has all of them false. Many conditions are changed together and one by one, not in
    every combination.
    """
    stacks, decided = [stack], list[Stack]()
    while stacks:
        stack = stacks.pop(0)
        open_ = _open_conditions(stack)
        if open_:
            stacks += [stack.with_conditions(values) for values in _choices(open_)]
        else:
            decided.append(stack)
    return tuple(decided)


def _open_conditions(stack: Stack) -> list[str]:
    """Return the undecided conditions that do not depend on another undecided one."""
    conditions = stack.conditions
    open_ = [name for name, decision in conditions.items() if isinstance(decision, Unknown)]
    named = {name: stack.template.conditions[name].expression for name in open_}
    return [name for name in open_ if not {*open_} & {*conditions_in(named[name])}] or open_


def _choices(names: list[str]) -> Iterator[dict[str, bool]]:
    if len(names) <= _MOST_OPEN:
        for values in product((False, True), repeat=len(names)):
            yield dict(zip(names, values, strict=True))
        return
    none = dict.fromkeys(names, False)
    yield none
    for name in names:
        yield {**none, name: True}
    yield dict.fromkeys(names, True)
