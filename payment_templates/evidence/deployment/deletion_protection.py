"""What is protected from deletion, and whether the template lets it be created without."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.examined_stacks import stack_of

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

# The parameter by which `deploy` and `rollout` protect a stack after its creation: they set it, and
# the stack's termination protection, where the template has it.
PARAMETER = "DeletionProtection"
# The policies by which a resource stays when its stack is deleted.
RETAINED = frozenset({"Retain", "RetainExceptOnCreate"})
_LOAD_BALANCER_ATTRIBUTE = "deletion_protection.enabled"
# Where each type states it: a property, true or false.
_PROPERTIES = ("DeletionProtection", "DeletionProtectionEnabled")


@cache
def is_protected(resource: StackResource) -> bool:
    """Tell whether AWS refuses to delete a resource."""
    attributes = resource.properties.attributes("LoadBalancerAttributes")
    return attributes.flag(_LOAD_BALANCER_ATTRIBUTE) or any(
        resource.properties.flag(name) for name in _PROPERTIES
    )


def protected_resources(stack: Stack) -> tuple[str, ...]:
    """List what AWS refuses to delete."""
    return tuple(name for name, resource in stack.resources.items() if is_protected(resource))


def asks_for_protection(stack: Stack) -> bool:
    """Tell whether the template has the parameter, and it is true."""
    return stack.parameters.get(PARAMETER) == "true"


def protected_at_first(stack: Stack) -> tuple[str, ...]:
    """List what is protected even in a creation with the parameter false, as `deploy` makes it."""
    parameter = stack.template.parameters.get(PARAMETER)
    if parameter is None or stack.parameters.get(PARAMETER) != "true":
        return protected_resources(stack)
    values = {**stack.parameters, PARAMETER: "false"}
    try:
        first = stack_of(stack.template, region=stack.region, parameters=values)
    except TemplateError:
        # The parameter does not take it, or a rule refuses it.
        return protected_resources(stack)
    return protected_resources(first)
