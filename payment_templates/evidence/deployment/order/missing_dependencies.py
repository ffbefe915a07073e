"""Finds required creation dependencies, and which of them the template lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.deployment.order.attachments import attachment_needs
from payment_templates.evidence.deployment.order.databases import (
    database_needs,
    rotation_needs,
    secret_needs,
)
from payment_templates.evidence.deployment.order.needs import Need, Order
from payment_templates.evidence.deployment.order.pairs import paired_needs, scaling_needs
from payment_templates.evidence.deployment.order.role_policies import policy_needs
from payment_templates.evidence.deployment.order.service import (
    capacity_needs,
    listener_needs,
    source_needs,
)
from payment_templates.evidence.deployment.order.task_network import network_needs, rule_needs

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology

_OF_STACK = (
    *(paired_needs, attachment_needs, scaling_needs, policy_needs),
    *(listener_needs, capacity_needs, rotation_needs),
)
_OF_SERVICES = (network_needs, rule_needs, source_needs, database_needs, secret_needs)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The required dependencies, the template's order, and what the template does not decide."""

    order: Order
    found: tuple[Need, ...]
    # The first value that the template does not decide and that a need depends on.
    undecided: UnexpectedValueError | None

    @cached_property
    def unmet(self) -> tuple[Need, ...]:
        """The needs that the template's dependencies do not meet."""
        return tuple(need for need in self.found if self.order.missing(need))


def needs_of(topology: Topology) -> Needs:
    """Return every need, without those that depend on an unknown value."""
    order = Order(dependencies=topology.stack.dependencies)
    found: dict[Need, None] = {}
    undecided: list[UnexpectedValueError] = []
    of_services = _OF_SERVICES if topology.stack.of_type("AWS::ECS::Service") else ()
    # Generators: nothing is read yet.
    readings = (
        *(read(topology.stack, order) for read in _OF_STACK),
        *(read(topology, order) for read in of_services),
    )
    for reading in readings:
        try:
            found |= dict.fromkeys(reading)
        except UnexpectedValueError as error:
            undecided.append(error)
    return Needs(order=order, found=tuple(found), undecided=undecided[0] if undecided else None)
