"""Builds sample events of the jobs of AWS Backup that store no backup.

https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.event_patterns import VARYING
from payment_templates.evidence.alerting.sample_events import envelope
from payment_templates.evidence.backups.plans import (
    VAULT,
    rules_of,
    selections_of,
    selects,
    selects_by_tag,
    vault_arns,
)
from payment_templates.evidence.backups.roles import (
    database_names,
    role_names,
    snapshot_arn,
)
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.backups.plans import BackupRule, VaultCopy
    from payment_templates.evidence.topology import Topology

CANCELED = "canceled backup"
# How a backup job ends without a snapshot; a copy job can only fail.
_STATES = {"failed backup": "FAILED", "expired backup": "EXPIRED", CANCELED: "ABORTED"}
# The fields whose values differ from job to job, or whose texts AWS does not document.
VARYING_IN_JOBS = frozenset(
    {
        *VARYING,
        *("backupJobId", "copyJobId", "creationDate", "completionDate", "startBy"),
        *("backupSizeInBytes", "bytesTransferred", "percentDone", "retryCount", "statusMessage"),
    }
)
# What the events of AWS's examples say more in each state.
_MORE: dict[str, dict[str, tuple[str, ...]]] = {
    "ABORTED": {"completionDate": ("2026-01-01T05:20:00Z",)},
    "EXPIRED": {"completionDate": ("2026-01-01T13:00:00Z",)},
    "FAILED": {"retryCount": ("3",)},
}


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a rule of a plan does for a database, or for anything else."""

    rule: BackupRule
    # None for what is not a database of the stack.
    selection: StackResource | None = None
    database: StackResource | None = None
    # Whether the event names the plan. AWS's examples do so for a job that expired, and not for one
    # that failed.
    names_plan: bool = False


def jobs_of(topology: Topology) -> Iterator[Job]:
    """Yield what each rule does for each database that it backs up."""
    stack = topology.stack
    for rule in rules_of(stack):
        found = [
            Job(rule=rule, selection=selection, database=database)
            for selection in selections_of(stack, rule.plan)
            for database in (stack.resources[it.logical_id] for it in topology.databases)
            if selects(stack, selection, database) or selects_by_tag(stack, selection, database)
        ]
        # A plan for something else fails too.
        yield from found or [Job(rule=rule)]


def failures_of(topology: Topology, job: Job) -> Iterator[tuple[str, str, tuple[Event, Event]]]:
    """Yield each failure, its notification, and its event: what it surely has, and may have."""
    of_plan = replace(job, names_plan=True)
    for what, state in _STATES.items():
        certain, possible = (_unfinished_backup(topology, it, state) for it in (job, of_plan))
        yield what, "BACKUP_JOB_COMPLETED", (certain, possible)
    for copy in job.rule.copies:
        certain, possible = (_failed_copy(topology, it, copy) for it in (job, of_plan))
        yield f"failed copy to {copy.region}", "COPY_JOB_FAILED", (certain, possible)


def backup_events(topology: Topology) -> Iterator[tuple[str, Event]]:
    """Yield the event of each failure of each job, except of a backup that a user stops."""
    for job in jobs_of(topology):
        of = job.database.logical_id if job.database else job.rule.plan
        for what, _, (certain, _) in failures_of(topology, job):
            if what != CANCELED:
                kind = "Copy" if "destinationBackupVaultArn" in certain["detail"] else "Backup"
                yield f"{kind} Job State Change, {what} of {of}", certain


def _unfinished_backup(topology: Topology, job: Job, state: str) -> Event:
    """Return the event of a backup job that ended in a state such as FAILED."""
    arns, names = _vault_names(topology, job)
    return {
        **envelope(topology, "aws.backup", "Backup Job State Change", ()),
        "detail": {
            "backupJobId": ("34176239-e96d-4e1d-9fad-529dbb3c3556",),
            "backupVaultArn": arns,
            "backupVaultName": names,
            "bytesTransferred": ("0",),
            "startBy": ("2026-01-01T13:00:00Z",),
            "percentDone": ("0",),
            **_common(topology, job, state),
            **_MORE[state],
        },
    }


def _failed_copy(topology: Topology, job: Job, copy: VaultCopy) -> Event:
    """Return the event of a copy job that failed: of the source's region."""
    arns, _ = _vault_names(topology, job)
    stack = topology.stack
    snapshots = (snapshot_arn(stack, job.database),) if job.database else ()
    return {
        **envelope(topology, "aws.backup", "Copy Job State Change", snapshots),
        "detail": {
            "copyJobId": ("47C8EF56-74D8-059D-1301-C5BE1D5C926E",),
            "backupSizeInBytes": ("22548578304",),
            "sourceBackupVaultArn": arns,
            "destinationBackupVaultArn": vault_arns(stack, copy),
            "destinationRecoveryPointArn": {},
            "completionDate": ("2026-01-01T05:20:00Z",),
            **_common(topology, job, "FAILED"),
        },
    }


def _common(
    topology: Topology, job: Job, state: str
) -> dict[str, tuple[str, ...] | dict[str, tuple[str, ...]]]:
    stack = topology.stack
    plan = {
        "backupPlanId": (f"${{{job.rule.plan}}}", f"${{{job.rule.plan}.BackupPlanId}}"),
        "backupPlanArn": (f"${{{job.rule.plan}.BackupPlanArn}}",),
    }
    return {
        "creationDate": ("2026-01-01T05:00:00Z",),
        "iamRoleArn": role_names(stack, job.selection) if job.selection else (),
        "resourceArn": database_names(stack, job.database) if job.database else (),
        "resourceType": (resource_type(job.database),) if job.database else (),
        "state": (state,),
        "statusMessage": ("The job did not complete.",),
        **({"createdBy": plan} if job.names_plan else {}),
    }


def resource_type(database: StackResource) -> str:
    """Return the name that AWS Backup has for the kind of a database."""
    return "Aurora" if database.properties.text("Engine").startswith("aurora") else "RDS"


def _vault_names(topology: Topology, job: Job) -> tuple[tuple[str, ...], tuple[str, ...]]:
    stack = topology.stack
    vault = stack.find(job.rule.vault, VAULT)
    own = vault.logical_id if vault else str(job.rule.vault)
    names = tuple(filter(None, (f"${{{own}}}", name_of(vault) if vault else own)))
    start = f"arn:{stack.partition}:backup:{stack.region}:{ACCOUNT}:backup-vault:"
    return (f"${{{own}.BackupVaultArn}}", *(f"{start}{name}" for name in names)), names
