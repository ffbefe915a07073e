"""Decides how clients reach another region after a region failure, and how long that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.faults.global_databases import has_copies, rpo_seconds
from payment_templates.evidence.reachability.dns_failover import why_no_failover
from payment_templates.evidence.reachability.readiness import asks_for_readiness
from payment_templates.evidence.recovery.capacity import Capacity, capacity_of
from payment_templates.evidence.recovery.chain import NOTHING, OPEN, Chain, Step, step
from payment_templates.evidence.recovery.data_loss import loss_of_region
from payment_templates.evidence.recovery.recovery import REGION, Recovery
from payment_templates.evidence.recovery.steps import record_ttl, region_admission, region_switch
from payment_templates.evidence.topology.traffic.records import declares_record
from payment_templates.facts.recovery import (
    GLOBAL_DATABASE,
    GLOBAL_RPO_PARAMETER,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology

REQUESTS, WRITES = "requests", "writes"


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
    """Yield how requests reach the other region, and when its database takes writes.

    If the records' health checks ask for readiness to write, neither region passes them before the
    failover of the database: Route 53 then answers with the primary region, the one that failed.
    """
    copied = has_copies(topology)
    promoted = tuple(_promotion(topology)) if copied else ()
    for record in (record for record in topology.records if record.failover):
        check = record.health_check
        switch = region_switch(topology, record)
        if switch is None or why_no_failover(topology, record):
            continue
        if copied and check and asks_for_readiness(topology, check):
            yield Chain(
                what=f"{REQUESTS} through {record.logical_id}",
                steps=(*promoted, region_admission(check), record_ttl(record)),
            )
        else:
            yield switch
        if copied:
            yield Chain(what=WRITES, steps=promoted)


def _promotion(topology: Topology) -> Iterator[Step]:
    """Yield the steps until the database of the other region takes writes."""
    other = topology.counterpart.stack.region if topology.counterpart else ""
    yield step(
        "an operator starts the failover of the database",
        *(OPEN, OPEN, OPEN),
        how=f"AWS does not start it: payment-stack failover --to {other} --allow-data-loss",
        source=GLOBAL_DATABASE,
    )
    yield step(
        "the cluster of the other region becomes the primary one",
        *(NOTHING, OPEN, OPEN),
        how='AWS: "typically within a few minutes"',
        source=GLOBAL_DATABASE,
    )
    if paused_after_failover(topology):
        yield step(
            "the database accepts commits",
            *(OPEN, OPEN, OPEN),
            how=f"{GLOBAL_RPO_PARAMETER} of {other} stops them until the failed region has a copy "
            "again",
            source=GLOBAL_DATABASE,
        )


def paused_after_failover(topology: Topology) -> bool:
    """Return whether the other region bounds its own losses, so that it waits for a copy.

    "In a global database with only two AWS Regions, we recommend keeping the rds.global_db_rpo
    parameter's default value in the secondary Region's parameter group."
    """
    other = topology.counterpart
    return other is not None and any(
        rpo_seconds(other, database) is not None for database in other.databases
    )


def _why_not(topology: Topology) -> str:
    """Return why clients cannot reach another region."""
    records = [record for record in topology.records if record.failover]
    for record in records:
        if record.health_check and (problem := why_no_failover(topology, record)):
            return f"unbounded: {problem}"
    if records:
        return "unbounded: no health check decides when the records fail over"
    needs = " under these conditions" if declares_record(topology.stack) else ""
    return f"unbounded: no record fails over to another region{needs}"
