"""What is protected from deletion, and whether the template lets it be created without."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.examined_stacks import stack_of
from payment_templates.facts.deletion_protection import (
    LOAD_BALANCER_ATTRIBUTE,
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
    attributes = fields.attributes("LoadBalancerAttributes")
    return attributes.flag(LOAD_BALANCER_ATTRIBUTE) or any(
        _stated(fields, name).lower() in values for name, values in PROTECTIONS.items()
    )


def _stated(fields: Properties, name: str) -> str:
    if isinstance(fields.get(name), Mapping):
        return fields.child(name).text(PROTECTION_MODE)
    return fields.text(name)


def protected_resources(stack: Stack) -> tuple[str, ...]:
    """List what AWS refuses to delete; what is retained is never deleted."""
    return tuple(
        name
        for name, resource in stack.resources.items()
        if is_protected(resource) and resource.deletion_policy not in RETAINED
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
        and bool(protected_when_switched(stack, "true"))
    )


def asks_for_protection(stack: Stack) -> bool:
    """Return whether the template has the parameter, and it is true."""
    return has_switch(stack) and stack.parameters.get(PARAMETER) == "true"


def protected_when_switched(stack: Stack, value: str) -> tuple[str, ...]:
    """List what is protected with another value of the parameter."""
    values = {**stack.parameters, PARAMETER: value}
    try:
        other = stack_of(stack.template, region=stack.region, parameters=values)
    except TemplateError:
        # The parameter does not accept it, or a rule refuses it.
        return protected_resources(stack)
    return protected_resources(other)


def protected_at_first(stack: Stack) -> tuple[str, ...]:
    """List what is protected even in a creation with the parameter false, as `deploy` makes it."""
    if not asks_for_protection(stack):
        return protected_resources(stack)
    return protected_when_switched(stack, "false")
