"""Decides how a failed database writer is replaced, and how long writes fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.faults.storage_quorum import is_aurora
from payment_templates.evidence.recovery.chain import (
    NOTHING,
    OPEN,
    Chain,
    Step,
    Time,
    seconds,
    step,
)
from payment_templates.facts.recovery import AURORA_AVAILABILITY, AURORA_DNS, RDS_FAILOVER
from payment_templates.facts.timings import (
    CLUSTER_TTL_SECONDS,
    FAST_STANDBY_SECONDS,
    OFTEN_PROMOTION_SECONDS,
    TYPICAL_PROMOTION,
    TYPICAL_PROMOTION_SECONDS,
    TYPICAL_REPLACEMENT_SECONDS,
    TYPICAL_STANDBY_SECONDS,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology.database import Database

_CLUSTER_TTL = seconds(CLUSTER_TTL_SECONDS)


def promotion(database: Database) -> Step:
    """Return the step that replaces the writer: by a standby, a reader or a new instance."""
    if database.standby:
        return step(
            "RDS fails over to the standby",
            seconds(FAST_STANDBY_SECONDS),
            seconds(TYPICAL_STANDBY_SECONDS),
            Time(seconds=TYPICAL_STANDBY_SECONDS, bounded=False),
            how=f"typically {FAST_STANDBY_SECONDS} to {TYPICAL_STANDBY_SECONDS} s",
            source=RDS_FAILOVER,
        )
    if not is_aurora(database):
        how = f"{database.logical_id} is not Aurora: its failover time is not known here"
        return step(
            "RDS replaces the writer", OPEN, OPEN, OPEN, how=how, source=AURORA_AVAILABILITY
        )
    if not database.readers:
        return step(
            "Aurora creates a new writer in the same zone",
            seconds(TYPICAL_REPLACEMENT_SECONDS),
            seconds(TYPICAL_REPLACEMENT_SECONDS),
            Time(seconds=TYPICAL_REPLACEMENT_SECONDS, bounded=False),
            how=f"no reader: typically < {TYPICAL_REPLACEMENT_SECONDS} s",
            source=AURORA_AVAILABILITY,
        )
    return step(
        "Aurora notices the failure and promotes a reader",
        seconds(OFTEN_PROMOTION_SECONDS),
        seconds(TYPICAL_PROMOTION_SECONDS),
        Time(seconds=TYPICAL_PROMOTION_SECONDS, bounded=False),
        how=TYPICAL_PROMOTION,
        source=AURORA_AVAILABILITY,
    )


def promoted_elsewhere(database: Database) -> bool:
    """Return whether another zone surely has a standby or reader to replace the writer."""
    return database.standby or bool(database.heirs)


def writer_recovery(database: Database) -> Chain:
    """Return the steps until writes succeed again after a writer failure."""
    return Chain(what="writes", steps=(promotion(database), cluster_ttl()))


def cluster_ttl() -> Step:
    """Return the step in which clients resolve the writer's name again."""
    return step(
        "clients resolve the writer's name again",
        NOTHING,
        _CLUSTER_TTL,
        _CLUSTER_TTL,
        how=f"TTL {CLUSTER_TTL_SECONDS} s",
        source=AURORA_DNS,
    )
