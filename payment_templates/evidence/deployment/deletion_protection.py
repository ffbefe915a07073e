"""What is protected from deletion, and whether the template lets it be created without."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.examined_stacks import stack_of
from payment_templates.facts.deletion_protection import (
    LOAD_BALANCER_ATTRIBUTE,
    NESTED_PROTECTIONS,
    PROTECTED_BY_DEFAULT,
    PROTECTION_MODE,
    PROTECTIONS,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

# The parameter by which `deploy` and `rollout` protect a stack after its creation: they set it, and
# the stack's termination protection, where the template has it.
PARAMETER = "DeletionProtection"
# The policies by which a resource stays when its stack is deleted.
RETAINED = frozenset({"Retain", "RetainExceptOnCreate"})


@cache
def is_protected(resource: StackResource) -> bool:
    """Return whether AWS refuses to delete a resource."""
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
    """List what AWS refuses to delete."""
    return tuple(name for name, resource in stack.resources.items() if is_protected(resource))


def refusing_resources(stack: Stack) -> tuple[str, ...]:
    """List what refuses the deletion of the stack: what is retained is not deleted at all."""
    return tuple(
        name
        for name in protected_resources(stack)
        if stack.resources[name].deletion_policy not in RETAINED
    )


def has_switch(stack: Stack) -> bool:
    """Return whether the template has the parameter by which `deploy` and `rollout` protect."""
    parameter = stack.template.parameters.get(PARAMETER)
    return parameter is not None and parameter.is_switch


def is_protected_by_default(stack: Stack) -> bool:
    """Return whether the parameter protects the stack unless the operator sets it to false."""
    return (
        has_switch(stack)
        and stack.template.parameters[PARAMETER].default == "true"
        and bool(refusing_resources(switched(stack, "true")))
    )


def asks_for_protection(stack: Stack) -> bool:
    """Return whether the template has the parameter, and it is true."""
    return has_switch(stack) and stack.parameters.get(PARAMETER) == "true"


def switched(stack: Stack, value: str) -> Stack:
    """Return the stack with another value of the parameter; the same where a rule refuses it."""
    values = {**stack.parameters, PARAMETER: value}
    try:
        return stack_of(stack.template, region=stack.region, parameters=values)
    except TemplateError:
        return stack


def protected_at_first(stack: Stack) -> tuple[str, ...]:
    """List what is protected even in a creation with the parameter false, as `deploy` makes it."""
    if not asks_for_protection(stack):
        return protected_resources(stack)
    return protected_resources(switched(stack, "false"))
