"""Schedules the creation of a stack: when CloudFormation starts and completes each resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.deployment.creation_time import slowest_chain
from payment_templates.facts.timings import CREATION_SECONDS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack


@dataclass(frozen=True, kw_only=True)
class Creation:
    """When a resource is created, in seconds after the start of the deployment."""

    logical_id: str
    type: str
    start: float
    seconds: float
    # Whether the deployment takes longer if this resource does.
    critical: bool
    # What it waits for, directly.
    after: tuple[str, ...]


def creations_of(stack: Stack) -> tuple[Creation, ...]:
    """Return every resource in the order in which it starts, as CloudFormation creates in parallel.

    Durations are averages; types without one count as 0. Raises TemplateError for a circular
    dependency.
    """
    critical = {name for name, _ in slowest_chain(stack)}
    seconds = {
        name: CREATION_SECONDS.get(resource.type, 0) for name, resource in stack.resources.items()
    }
    dependencies = stack.dependencies
    finished = dependencies.finish_times(seconds)
    found = [
        Creation(
            logical_id=name,
            type=resource.type,
            start=finished[name] - seconds[name],
            seconds=seconds[name],
            critical=name in critical,
            after=tuple(sorted(dependencies.direct[name])),
        )
        for name, resource in stack.resources.items()
    ]
    return tuple(sorted(found, key=lambda it: (it.start, it.start + it.seconds)))
