"""Decides how much data a disruption loses (RPO)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.faults.global_databases import copies_of, rpo_seconds
from payment_templates.evidence.faults.storage_quorum import is_aurora
from payment_templates.evidence.recovery.loss_bound import bounding_choices
from payment_templates.facts.recovery import (
    AURORA_AVAILABILITY,
    AURORA_BACKUPS,
    GLOBAL_DATABASE,
    GLOBAL_LAG,
    GLOBAL_RPO_PARAMETER,
    RESTORABLE_SECONDS,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology


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
    copies = copies_of(topology)
    alone = [copy.database.logical_id for copy in copies if copy.member is None]
    if alone:
        return _loss_of_backups(topology, alone[0])
    for copy in copies:
        if copy.unseen or copy.refused or not copy.other:
            why = copy.refused or copy.unseen or f"no other region has {copy.database.logical_id}"
            return Loss(
                seconds=None, why=f"unknown: only if {why}" if copy.unseen else f"all: {why}"
            )
    bounds = [rpo_seconds(topology, copy.database) for copy in copies]
    known = [bound for bound in bounds if bound is not None]
    if len(known) < len(bounds):
        why = f"unbounded{_with_choice(topology)}: writes that are not yet copied, "
        return Loss(seconds=None, why=f"{why}typically about a second", source=GLOBAL_LAG)
    return Loss(
        seconds=max(known),
        why=f"at most, set by {GLOBAL_RPO_PARAMETER}: the database stops commits rather than lose "
        "more",
        source=GLOBAL_DATABASE,
    )


def _with_choice(topology: Topology) -> str:
    for choice, other in bounding_choices(topology):
        bounds = [rpo_seconds(other, copy.database) for copy in copies_of(other)]
        known = [bound for bound in bounds if bound is not None]
        if known and len(known) == len(bounds):
            return f", or at most {max(known):g} s with {choice}"
    return ""


def _loss_of_backups(topology: Topology, database: str) -> Loss:
    plans = [
        plan.logical_id
        for plan in topology.stack.of_type("AWS::Backup::BackupPlan")
        for rule in plan.properties.child("BackupPlan").children("BackupPlanRule")
        if rule.children("CopyActions")
    ]
    if plans:
        why = f"all since the last copy by {plans[0]} to elsewhere, if it covers {database}"
    else:
        why = (
            f"all: {database} and its backups are only in this region; the last snapshot "
            "elsewhere: none"
        )
    return Loss(seconds=None, why=why, source=AURORA_BACKUPS)


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
