"""Decides how clients reach another region after a region failure, and how long that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.recovery.capacity import Capacity, capacity_of
from payment_templates.evidence.recovery.chain import OPEN, Chain, step
from payment_templates.evidence.recovery.data_loss import loss_of_region
from payment_templates.evidence.recovery.global_databases import is_global
from payment_templates.evidence.recovery.recovery import REGION, Recovery
from payment_templates.evidence.recovery.steps import region_switch
from payment_templates.evidence.topology.traffic.records import declares_record
from payment_templates.facts.recovery import GLOBAL_DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology


def region_recovery(topology: Topology, condition: str) -> Recovery:
    """Return the recovery by failover records, assuming the same stack in the other region."""
    lost = {service.logical_id: service.desired for service in topology.services}
    capacity = capacity_of(topology, lost, blocked=False)
    chains = tuple(_chains(topology))
    unknown = "" if chains else _why_not(topology)
    if unknown and capacity.during is not None:
        capacity = Capacity(during=0, after=0, why="no other region takes over")
    if chains:
        condition = ", ".join(filter(None, (condition, "with the same stack in the other region")))
    return Recovery(
        kind=REGION,
        fault=topology.stack.region,
        chains=chains,
        loss=loss_of_region(topology),
        capacity=capacity,
        condition=condition,
        unknown=unknown,
    )


def _chains(topology: Topology) -> Iterator[Chain]:
    records = [record for record in topology.records if record.failover]
    for record in records:
        if switch := region_switch(topology, record):
            yield switch
    if records and is_global(topology):
        how = "an operator starts it; AWS says minutes"
        failover = step(
            "the global database fails over", OPEN, OPEN, OPEN, how=how, source=GLOBAL_DATABASE
        )
        yield Chain(what="writes", steps=(failover,))


def _why_not(topology: Topology) -> str:
    """Return why clients cannot reach another region."""
    if any(record.failover for record in topology.records):
        return "unbounded: no health check decides when the records fail over"
    needs = " under these conditions" if declares_record(topology.stack) else ""
    return f"unbounded: no record fails over to another region{needs}"
