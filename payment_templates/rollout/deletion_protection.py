"""Switches deletion protection in two steps: creates a stack without it, then protects it.

A protected cluster or load balancer makes the rollback of a failed first creation fail:
aws-cloudformation-resource-providers-rds@5a410e8, dbcluster DeleteHandler.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.values import Values

PARAMETER = "DeletionProtection"
ON = "true"
OFF = "false"


def has_switch(template: Template) -> bool:
    """Return whether the template has the parameter DeletionProtection, true or false."""
    parameter = template.parameters.get(PARAMETER)
    return parameter is not None and parameter.is_switch


def final_values(template: Template, values: Values) -> Values:
    """Return the values with the template's default deletion protection, unless given.

    Ignores the current value of the stack, which an interrupted creation leaves at false.
    """
    if not has_switch(template) or PARAMETER in values.open:
        return values
    return _with(values, template.parameters[PARAMETER].default or OFF)


def is_protected(template: Template, values: Values) -> bool | None:
    """Return whether these values protect the stack; None if the template has no such parameter."""
    if not has_switch(template):
        return None
    return final_values(template, values).open[PARAMETER] == ON


def takes_two_steps(template: Template, values: Values) -> bool:
    """Return whether a new stack is first created without protection; false if a value is given."""
    return PARAMETER not in values.open and bool(is_protected(template, values))


def unprotected(values: Values) -> Values:
    """Return the values for the first step, without deletion protection."""
    return _with(values, OFF)


def without_former_override(
    template: Template, own: Mapping[str, str], given: Mapping[str, str]
) -> Mapping[str, str]:
    """Return an instance's final overrides, without the DeletionProtection of the first step."""
    if not has_switch(template) or PARAMETER in given:
        return own
    return {name: value for name, value in own.items() if name != PARAMETER}


def _with(values: Values, setting: str) -> Values:
    return replace(values, open={**values.open, PARAMETER: setting})
