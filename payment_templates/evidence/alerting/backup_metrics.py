"""Decides which backups a metric of AWS Backup counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference
from payment_templates.evidence.alerting.alarm_firing import dimension_target
from payment_templates.evidence.alerting.backup_events import jobs_of, resource_type
from payment_templates.evidence.backups.plans import (
    VAULT,
    has_tags,
    names_nothing,
    selected_by,
    selections_of,
)
from payment_templates.facts.metrics import COMPLETED_BACKUPS

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource, Value
    from payment_templates.evidence.alerting.backup_events import Job
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarms import Alarm, Series

_DATABASES = {"Aurora", "RDS"}
# arn:partition:service:region:account:resource
_SERVICE_PART = 2


def counts(topology: Topology, series: Series, job: Job) -> bool | None:
    """Return whether a metric counts the backups of a job.

    None if the metric is of one type of resource, and the template does not show whether the plan
    has some of it: by tags or a pattern, or for resources that are not in the template.
    """
    if series.metric != COMPLETED_BACKUPS:
        return False
    vault = topology.stack.find(job.rule.vault, VAULT)
    if vault is None or dimension_target(topology, series, "BackupVaultName") is not vault:
        return False
    kind = series.dimensions.get("ResourceType")
    if not kind or (job.database and kind == resource_type(job.database)):
        return True
    chosen = (job.selection,) if job.selection else selections_of(topology.stack, job.rule.plan)
    may = not chosen or any(_may_include(topology, selection, kind) for selection in chosen)
    return None if may else False


def counted(topology: Topology, alarm: Alarm, *, surely: bool) -> list[Job]:
    """Return the jobs whose backups an alarm adds up: certainly, or perhaps too."""
    backups = [it for it in alarm.series.values() if it.metric == COMPLETED_BACKUPS]
    enough = {True} if surely else {True, None}
    return [
        job
        for job in (jobs_of(topology) if backups else ())
        if any(counts(topology, series, job) in enough for series in backups)
    ]


def is_counted(alarm: Alarm, jobs: list[Job]) -> str:
    """Return what must be true so that an alarm counts the backups of jobs."""
    plans = " and ".join(dict.fromkeys(job.rule.plan for job in jobs))
    return f"{alarm.logical_id} counts the backups of {plans}"


def _may_include(topology: Topology, selection: StackResource, kind: str) -> bool:
    """Return whether a selection may include resources of a type besides the stack's databases."""
    if has_tags(selection) or names_nothing(selection):
        return True
    return any(
        _may_name(topology, selection, value, kind)
        for value in selection.properties.child("BackupSelection").values("Resources")
    )


def _may_name(topology: Topology, selection: StackResource, value: Value, kind: str) -> bool:
    stack, text = topology.stack, str(value)
    databases = (stack.resources[it.logical_id] for it in topology.databases)
    if "*" not in text and any(value in selected_by(stack, selection, it) for it in databases):
        return False
    if kind not in _DATABASES:
        return True
    if isinstance(value, Reference):
        return False
    service = (*text.split(":"), *[""] * _SERVICE_PART)[_SERVICE_PART]
    return service in {"", "rds"} or "*" in service
