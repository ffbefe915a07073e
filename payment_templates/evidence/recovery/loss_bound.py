"""Finds the parameter with which an operator bounds the lost payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.evaluated_stacks import stack_of
from payment_templates.evidence.faults.global_databases import rpo_seconds
from payment_templates.evidence.topology import build_topology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology


def bounding_choices(topology: Topology) -> Iterator[tuple[str, Topology]]:
    """Yield each parameter that bounds the lost payments with its other value, and the topology.

    Only parameters that take both true and false are tried.
    """
    stack = topology.stack
    for name, parameter in stack.template.parameters.items():
        if not parameter.is_switch:
            continue
        value = "false" if stack.parameters.get(name) == "true" else "true"
        try:
            other = stack_of(
                stack.template, region=stack.region, parameters={**stack.parameters, name: value}
            )
        except TemplateError:
            # A rule refuses the value.
            continue
        found = build_topology(other)
        if _bounds(found) != _bounds(topology):
            yield f"{name}={value}", found


def _bounds(topology: Topology) -> list[float | None]:
    regions = [topology, *([topology.counterpart] if topology.counterpart else [])]
    return [rpo_seconds(region, database) for region in regions for database in region.databases]
