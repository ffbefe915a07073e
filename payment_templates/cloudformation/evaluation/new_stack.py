"""Builds the stack of a template from parameter values."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.evaluator import Problem
from payment_templates.cloudformation.evaluation.stack import Stack
from payment_templates.cloudformation.parameters import check_values, pseudo_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation.evaluation.stack_resource import Defaults
    from payment_templates.cloudformation.template import Template
    from payment_templates.cloudformation.values import Decision


def evaluate(
    template: Template,
    *,
    region: str,
    parameters: Mapping[str, str] = MappingProxyType({}),
    account: str | None = None,
    stack_name: str | None = None,
    zones: Mapping[str, Sequence[str]] = MappingProxyType({}),
    conditions: Mapping[str, Decision] = MappingProxyType({}),
    defaults: Defaults | None = None,
    mappings_open: bool = False,
) -> Stack:
    """Evaluate a template; values that cannot be known become an Unknown with a reason.

    `zones` has the zones of each region for Fn::GetAZs. `conditions` overrides the values of
    conditions. With `defaults`, absent properties have AWS's defaults. With `mappings_open`, an
    entry that a mapping lacks is unknown, and no problem. Raises TemplateError only for invalid
    parameter values; errors in the template itself are in `Stack.problems`.
    """
    check_values(template.parameters, parameters)
    texts = {
        name: text
        for name, parameter in template.parameters.items()
        if (text := parameters.get(name, parameter.default)) is not None
    }
    values = {name: it.value(texts.get(name)) for name, it in template.parameters.items()}
    pseudo = pseudo_parameters(region, account=account, stack_name=stack_name)
    return Stack(
        template=template,
        region=region,
        account=account,
        texts=texts,
        values={**values, **pseudo},
        zones=zones,
        forced={name: it for name, it in conditions.items() if name in template.conditions},
        defaults=defaults,
        mappings_open=mappings_open,
    )


def with_parameters(stack: Stack, parameters: Mapping[str, str]) -> Stack:
    """Return the stack with other parameter values, which are not validated."""
    values = {
        name: it.value(parameters.get(name, it.default))
        for name, it in stack.template.parameters.items()
    }
    return replace(
        stack, texts=parameters, values={**stack.values, **values}, _found=list[Problem]()
    )
