"""Decides which resources are protected from deletion, and whether a parameter controls that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.facts.deletion_protection import (
    LOAD_BALANCER_ATTRIBUTE,
    NESTED_PROTECTIONS,
    PROTECTED_BY_DEFAULT,
    PROTECTION_MODE,
    PROTECTIONS,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

# The parameter with which `deploy` and `rollout` protect a stack after its creation. If the
# template has it, they also set the termination protection of the stack.
PARAMETER = "DeletionProtection"
# The deletion policies that retain a resource when its stack is deleted.
RETAINED = frozenset({"Retain", "RetainExceptOnCreate"})


def is_protected(resource: StackResource) -> bool:
    """Return whether AWS refuses to delete a resource."""
    return resource.derived(_is_protected)


def _is_protected(resource: StackResource) -> bool:
    fields = resource.properties
    if resource.type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" in fields:
        return False
    if resource.type in PROTECTED_BY_DEFAULT and "DeletionProtection" not in fields:
        return True
    nested = NESTED_PROTECTIONS.get(resource.type)
    if nested and any(str(value).lower() == "true" for value in fields.every(nested)):
        return True
    attributes = fields.attributes("LoadBalancerAttributes")
    return attributes.flag(LOAD_BALANCER_ATTRIBUTE) or any(
        _stated(fields, name).lower() in values for name, values in PROTECTIONS.items()
    )


def _stated(fields: Properties, name: str) -> str:
    if isinstance(fields.get(name), Mapping):
        return fields.child(name).text(PROTECTION_MODE)
    return fields.text(name)


def protected_resources(stack: Stack) -> tuple[str, ...]:
    """Return the resources with deletion protection."""
    return tuple(name for name, resource in stack.resources.items() if is_protected(resource))


def refusing_resources(stack: Stack) -> tuple[str, ...]:
    """Return the protected resources that a stack deletion deletes, so that it fails."""
    return tuple(
        name
        for name in protected_resources(stack)
        if stack.resources[name].deletion_policy not in RETAINED
    )


def has_switch(stack: Stack) -> bool:
    """Return whether the template has the parameter DeletionProtection, true or false."""
    parameter = stack.template.parameters.get(PARAMETER)
    return parameter is not None and parameter.is_switch


def is_protected_by_default(stack: Stack) -> bool:
    """Return whether the default of the parameter protects the stack."""
    return (
        has_switch(stack)
        and stack.template.parameters[PARAMETER].default == "true"
        and bool(refusing_resources(switched(stack, "true")))
    )


def asks_for_protection(stack: Stack) -> bool:
    """Return whether the parameter is true in this stack."""
    return has_switch(stack) and stack.parameters.get(PARAMETER) == "true"


def switched(stack: Stack, value: str) -> Stack:
    """Return the stack with another value of the parameter; unchanged if a rule refuses it."""
    values = {**stack.parameters, PARAMETER: value}
    try:
        return stack_of(stack.template, region=stack.region, parameters=values)
    except TemplateError:
        return stack


def protected_at_first(stack: Stack) -> tuple[str, ...]:
    """Return the resources that are protected even if `deploy` creates the stack unprotected."""
    if not asks_for_protection(stack):
        return protected_resources(stack)
    return protected_resources(switched(stack, "false"))
