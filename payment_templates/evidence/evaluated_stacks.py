"""Evaluates a template in the example account, with given parameters or in another region."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, evaluate, partition_of
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.open_conditions import decided
from payment_templates.evidence.regions import moved
from payment_templates.facts.regions import ZONES
from payment_templates.facts.resource_defaults import default_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Stack, Template, Value

_STACK_NAME = "payment"


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
        raise TemplateError(
            f"these parameter values break a rule of the template: {stack.broken_rules[0]}"
        )
    only = decided(stack)[0]
    for problem in only.problems:
        raise TemplateError(f"{template.name}: {problem}")
    return only


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
