"""Lists the events of a writer that moves to another region: a switchover, or a failover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.event_reports import case_of, reports_of
from payment_templates.evidence.alerting.sample_events import failover, instance_event
from payment_templates.evidence.alerting.symptom import Symptom
from payment_templates.evidence.faults.global_databases import member_of
from payment_templates.evidence.reuse import interned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.symptom import Case, Sent
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

# As subscriptions and events write it; the documentation writes "global failover":
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
_CATEGORY = "global-failover"
_EVENTS = (("RDS-EVENT-0185", "switchover finished"), ("RDS-EVENT-0238", "failover completed"))
_WRITES_NOT_BLOCKED = "RDS-EVENT-0391"


def move_cases(topology: Topology) -> tuple[Case, ...]:
    """Return a case for each database whose writer can move to another region.

    Aurora records the events of a failover in the region that failed if it is reachable, else in
    the other one, so both must report them:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    return interned(
        topology.stack,
        tuple(
            case_of(
                topology,
                f"a move of the writer of {database.logical_id}",
                reports_of(topology, _moves, database),
            )
            for database in topology.databases
            if member_of(topology, database)
        ),
    )


def move_events(topology: Topology) -> Iterator[Sent]:
    """Yield the events of a writer that moves to another region, and of writes not blocked."""
    for database in topology.databases:
        if member_of(topology, database):
            yield from _moves(topology, database)
            for instance in database.instances:
                yield from _unblocked_writes(topology, instance.logical_id)


def _moves(topology: Topology, database: Database) -> Iterator[Sent]:
    for event_id, what in _EVENTS:
        event = failover(topology, database, event_id, category=_CATEGORY)
        yield Symptom(what=f"{event_id}, global {what} (best effort)"), event


def unblocked_write_cases(topology: Topology) -> tuple[Case, ...]:
    """Return a case for each instance that can report a failover that did not block writes.

    Any instance can, because AWS does not say which one does.
    """
    return interned(
        topology.stack,
        tuple(
            case_of(
                topology,
                f"unblocked writes that {instance.logical_id} reports",
                reports_of(topology, _unblocked_writes, instance.logical_id),
            )
            for database in topology.databases
            if member_of(topology, database)
            for instance in database.instances
        ),
    )


def _unblocked_writes(topology: Topology, instance: str) -> Iterator[Sent]:
    # The documentation writes the category "notification, global database". As which one of a
    # subscription it counts is not documented, so only the ID or a subscription to all reports it.
    event = instance_event(topology, instance, _WRITES_NOT_BLOCKED)
    yield Symptom(what=f"{_WRITES_NOT_BLOCKED}, writes not blocked (best effort)"), event
