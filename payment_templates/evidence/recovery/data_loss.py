"""Decides how much data a disruption loses (RPO)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.recovery.global_databases import (
    global_cluster_of,
    outside_clusters,
)
from payment_templates.evidence.recovery.writer import is_aurora
from payment_templates.facts.recovery import (
    AURORA_AVAILABILITY,
    AURORA_BACKUPS,
    GLOBAL_DATABASE,
    GLOBAL_RPO_PARAMETER,
    RESTORABLE_SECONDS,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database


@dataclass(frozen=True, kw_only=True)
class Loss:
    """The seconds of writes that are lost; None if all are lost, or if that is not known."""

    seconds: float | None
    why: str
    source: str = ""

    def __str__(self) -> str:
        return self.why if self.seconds is None else f"{self.seconds:g} s: {self.why}"


def loss_within_region(topology: Topology) -> Loss:
    """Return the data loss of a task, instance or zone failure."""
    if problem := _undecided(topology):
        return Loss(seconds=None, why=problem)
    return Loss(
        seconds=0,
        why="Aurora replicates each write synchronously to six storage nodes in several zones",
        source=AURORA_AVAILABILITY,
    )


def loss_by_bad_version(topology: Topology) -> Loss:
    """Return the data loss of a version that writes wrong data: all since the restored point."""
    if problem := _undecided(topology):
        return Loss(seconds=None, why=problem)
    return Loss(
        seconds=None,
        why="0 s, unless it writes wrong data: then all data since. A restore can go back to any "
        f"second of {_retention(topology)}, typically except the last {RESTORABLE_SECONDS} s",
        source=AURORA_BACKUPS,
    )


def loss_of_region(topology: Topology) -> Loss:
    """Return the data loss of a region failure: all that was not copied to another region."""
    if problem := _undecided(topology):
        return Loss(seconds=None, why=problem)
    alone = [
        database.logical_id
        for database in topology.databases
        if not global_cluster_of(topology, database)
    ]
    if not alone:
        return _loss_of_global_database(topology)
    plans = [
        plan.logical_id
        for plan in topology.stack.of_type("AWS::Backup::BackupPlan")
        for rule in plan.properties.child("BackupPlan").children("BackupPlanRule")
        if rule.children("CopyActions")
    ]
    if plans:
        why = f"all since the last copy by {plans[0]} to elsewhere, if it covers {alone[0]}"
    else:
        why = (
            f"all: {alone[0]} and its backups are only in this region; the last snapshot "
            "elsewhere: none"
        )
    return Loss(seconds=None, why=why, source=AURORA_BACKUPS)


def _loss_of_global_database(topology: Topology) -> Loss:
    for found in outside_clusters(topology).values():
        why = f"unknown: the global cluster {found} is not in the template"
        return Loss(seconds=None, why=why, source=GLOBAL_DATABASE)
    bounds = [_global_bound(topology, database) for database in topology.databases]
    bound = max((it for it in bounds if it is not None), default=None)
    if bound is None or None in bounds:
        why = "writes that were not yet replicated, typically seconds"
        return Loss(seconds=None, why=why, source=GLOBAL_DATABASE)
    return Loss(
        seconds=bound, why=f"at most, set by {GLOBAL_RPO_PARAMETER}", source=GLOBAL_DATABASE
    )


def _global_bound(topology: Topology, database: Database) -> float | None:
    group = topology.stack.of(
        database.properties.target("DBClusterParameterGroupName"),
        "AWS::RDS::DBClusterParameterGroup",
    )
    parameters = group.properties.child("Parameters") if group else None
    if parameters is None or GLOBAL_RPO_PARAMETER not in parameters:
        return None
    return parameters.number(GLOBAL_RPO_PARAMETER)


def _retention(topology: Topology) -> str:
    days = min(
        database.properties.number("BackupRetentionPeriod") for database in topology.databases
    )
    return "the last day" if days == 1 else f"the last {days:g} days"


def _undecided(topology: Topology) -> str:
    """Return why the template does not decide the data loss, or ""."""
    if not topology.databases:
        return "unknown: the template has no database cluster"
    others = [it for it in topology.databases if not is_aurora(it)]
    return f"unknown: {others[0].logical_id} is not Aurora" if others else ""
