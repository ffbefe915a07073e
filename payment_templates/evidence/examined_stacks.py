"""The stacks that are examined: every combination of conditions that parameters can bring about."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from payment_templates.cloudformation import (
    MOST_COMBINATIONS,
    Stack,
    StackResource,
    TemplateError,
    Unknown,
    combinations,
    evaluate,
    partition_of,
    unknown_in,
)
from payment_templates.evidence.example_values import ACCOUNT, examples
from payment_templates.evidence.regions import moved, zones_of
from payment_templates.facts.regions import ZONES
from payment_templates.facts.resource_defaults import default_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from payment_templates.cloudformation import Parameter, Template, Value

Made = TypeVar("Made")
_STACK_NAME = "payment"


def stacks_of(template: Template, *, region: str, given: Mapping[str, str]) -> tuple[Stack, ...]:
    """Evaluate the template once for each combination; the first is that of the defaults.

    A given parameter keeps its value. Raises TemplateError for values that the template refuses.
    """
    zones_of(region)
    start = evaluated(template, region=region, parameters=_start(template, region, given))

    def candidates(parameter: Parameter, compared_with: Sequence[str]) -> Iterable[str]:
        return examples(parameter, region, compared_with)

    found = combinations(start, candidates, fixed=given)
    if found.left_out:
        count = found.left_out + MOST_COMBINATIONS
        raise TemplateError(
            f"{len(found.switches)} parameters decide conditions: {count} combinations, "
            f"{MOST_COMBINATIONS} are examined",
            hint=f"fix some with --parameter, such as {list(found.switches)[-1]}",
        )
    if not found.stacks:
        raise TemplateError(f"the template refuses these parameters: {found.refusals[0]}")
    return tuple(map(_decided, found.stacks))


def stack_of(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str],
    conditions: Mapping[str, bool] = MappingProxyType({}),
) -> Stack:
    """Evaluate the template for some parameters; conditions that are given are forced.

    Raises TemplateError where a rule refuses the parameters, and for what cannot be decided.
    """
    stack = evaluated(template, region=region, parameters=parameters, conditions=conditions)
    if stack.broken_rules:
        raise TemplateError(f"the template refuses these parameters: {stack.broken_rules[0]}")
    return _decided(stack)


def evaluated(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str],
    conditions: Mapping[str, bool] = MappingProxyType({}),
) -> Stack:
    """Evaluate the template in the account of the examples; rules may refuse the parameters."""
    # A default that a constraint forbids counts only when CloudFormation would be given it.
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

    The parameters are the same, except for zones and ARNs, which become those of that region.
    """
    parameters = moved(stack.parameters, stack.region, region)
    return stack_of(stack.template, region=region, parameters=parameters)


def remembered(stack: Stack, make: Callable[[Stack], Made], *types: str, about: str = "") -> Made:
    """Make something of the resources of some types, once for all stacks that share them."""
    key = (make.__module__, make.__qualname__, about, stack.region, *stack.of_type(*types))
    memo = stack.template.memo
    if key not in memo:
        memo[key] = make(stack)
    return cast("Made", memo[key])


def content_of(stack: Stack) -> int:
    """Return a number for what the stack contains: the same for stacks that contain the same."""
    memo = stack.template.memo
    key = ("content", stack.region, *stack.resources.values(), str(stack.outputs))
    return cast("int", memo.setdefault(key, len(memo)))


def _start(template: Template, region: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return every parameter a value: the given one, or the default, or an example."""
    found = dict(given)
    for name, parameter in template.parameters.items():
        if name in given or parameter.default is not None:
            continue
        example = next(examples(parameter, region), None)
        if example is None:
            raise TemplateError(
                f"the parameter {name} has no default",
                hint=f"give it with --parameter {name}=VALUE",
            )
        found[name] = example
    return found


def _decided(stack: Stack) -> Stack:
    """Raise TemplateError, with the place, where a value of the stack is wrong or not known."""
    for problem in stack.problems:
        raise TemplateError(str(problem))
    for name, decision in stack.conditions.items():
        if isinstance(decision, Unknown):
            raise TemplateError(f"Conditions.{name}: {decision.reason}")
    known = stack.template.memo.setdefault(("known",), set[StackResource]())
    for name, resource in stack.resources.items():
        if resource not in known:
            if unknown := unknown_in(resource.properties.entries):
                raise TemplateError(f"Resources.{name}.Properties: {unknown.reason}")
            known.add(resource)
    if unknown := unknown_in(stack.outputs):
        raise TemplateError(f"Outputs: {unknown.reason}")
    return stack
