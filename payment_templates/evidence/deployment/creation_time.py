"""Estimates how long CloudFormation takes to create the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.facts.timings import CREATION_SECONDS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack


def slowest_chain(stack: Stack) -> tuple[tuple[str, int], ...]:
    """Return the dependency chain that takes longest to create, with the seconds of each resource.

    Raises TemplateError for a circular dependency.
    """
    order = stack.dependencies.creation_order
    if sum(map(len, order)) < len(stack.resources):
        cycle = stack.dependencies.cycles[0]
        raise TemplateError(f"Resources.{cycle[0]} depends on itself: {' -> '.join(cycle)}")
    seconds = {
        name: CREATION_SECONDS.get(resource.type, 0) for name, resource in stack.resources.items()
    }
    chain = stack.dependencies.critical_path(seconds)
    return tuple((name, seconds[name]) for name in chain if seconds[name])
