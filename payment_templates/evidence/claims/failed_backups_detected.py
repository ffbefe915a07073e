"""Checks that a failed or missing backup of AWS Backup, or a failed copy, sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.backup_alarms import watches_of
from payment_templates.evidence.alerting.backup_events import (
    CANCELED,
    VARYING_IN_JOBS,
    failures_of,
    jobs_of,
)
from payment_templates.evidence.alerting.delivery import delivers
from payment_templates.evidence.alerting.event_patterns import matches, with_any_value
from payment_templates.evidence.alerting.event_reports import rules_with_topic
from payment_templates.evidence.backups.plans import VAULT, rules_of
from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.topology.alerting.events import AWS_BACKUP
from payment_templates.evidence.topology.alerting.topic_policies import topics_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.backup_events import Job
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.backups.plans import BackupRule
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# AWS shows both in the notification BACKUP_JOB_COMPLETED, and does not say which vault reports a
# copy. BACKUP_JOB_FAILED and BACKUP_JOB_EXPIRED are deprecated, and sent no more:
# https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultNotifications.html
_CERTAINLY_NOTIFIED = ("failed backup", "expired backup")


@claim("A failed or missing backup sends an alert", "Issue: AWS Backup")
def failed_backups_detected(topology: Topology) -> Finding:
    """Check that an event rule with a topic, or the vault's own notifications, report failures.

    A plan goes on for weeks while each of its jobs fails, or expires because it cannot start:
    nothing else shows it. Whether the topic of an event rule delivers is a promise of its own.
    A job that never starts, because the region's settings leave out the kind of database or someone
    deleted the plan or its selection, has no event: only an alarm reports a missing backup. That
    takes an operator, so it is a condition without one, as is a backup that someone stops. An alarm
    that looks back less than two backups are apart is in ALARM when one is due, and sends no alert
    if it is missing.
    https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    """
    if not any(rules_of(topology.stack)):
        return not_applicable("no plan of AWS Backup in this region")
    lines: list[str] = []
    doubts: list[str] = []
    for job in jobs_of(topology):
        plan = job.rule.plan
        doubts += _not_stored(topology, job, lines)
        for what, notification, events in failures_of(topology, job):
            notifies = _vault_reports(topology, job.rule, notification)
            vault = topology.stack.find(job.rule.vault, VAULT)
            by_vault = f"the notifications of {vault.logical_id if vault else job.rule.vault}"
            reporters = [*_rules(topology, events[0], surely=True)]
            if notifies and what in _CERTAINLY_NOTIFIED:
                reporters.append(by_vault)
            if reporters:
                lines.append(f"{what} of {plan}: {', '.join(reporters)}")
                continue
            unsure = [*_unsure(topology, what, events)]
            if notifies is not False:
                unsure.append(f"{by_vault} report a {what}")
            if not unsure and what != CANCELED:
                return broken(f"nothing reports a {what} of {plan}", *lines)
            # "Backup job was stopped by user", in the example of AWS.
            doubts.append(" or ".join(unsure) or f"no one stops a backup of {plan}")
    lines = [*dict.fromkeys(lines)]
    if doubts:
        return conditional(f"if {', and '.join(dict.fromkeys(doubts))}", *lines)
    return kept("failed and missing backups, and failed copies, are reported", *lines)


def _not_stored(topology: Topology, job: Job, lines: list[str]) -> Iterator[str]:
    """Yield what must be true so that an alert reports a backup that no job stores."""
    plan = job.rule.plan
    found = [*watches_of(topology, job)]
    lines += (f"no alert without a backup of {plan}: {it.early}" for it in found if it.early)
    watches = [it for it in found if not it.early]
    if sure := [it for it in watches if not it.doubt]:
        said = (f"{it.alarm}, at worst {it.hours:.0f} h after the last one" for it in sure)
        lines.append(f"missing backup of {plan}: {', '.join(said)}")
    else:
        each = f"AWS Backup starts each job of {plan}"
        yield " or ".join((*(it.doubt for it in watches), each))
    if vault := job.rule.air_gapped:
        # AWS does not document what reports it if that fails.
        yield f"AWS Backup moves each backup of {plan} to {vault}"


def _rules(
    topology: Topology, event: Event, *, surely: bool = False, elsewhere: bool = False
) -> Iterator[str]:
    """Yield the event rules that send an event to a topic of the stack, or to anything else."""
    for path in rules_with_topic(topology, elsewhere=elsewhere):
        if matches(with_any_value(path.pattern, VARYING_IN_JOBS, surely=surely), event):
            yield path.logical_id


def _unsure(topology: Topology, what: str, events: tuple[Event, Event]) -> Iterator[str]:
    """Yield what may report a failure."""
    usual, of_plan = events
    here = [*_rules(topology, usual)]
    by_plan = [name for name in _rules(topology, of_plan) if name not in here]
    yield from (f"the event of a {what} has the values that {name} expects" for name in here)
    yield from (f"the event of a {what} names its plan, as {name} expects" for name in by_plan)
    other = (name for event in events for name in _rules(topology, event, elsewhere=True))
    for name in dict.fromkeys(other):
        if name not in {*here, *by_plan}:
            yield f"the target of {name} sends an alert"


def _vault_reports(topology: Topology, rule: BackupRule, notification: str) -> bool | None:
    """Return whether the vault's own notifications reach a subscriber; None if they may."""
    stack = topology.stack
    vault = stack.find(rule.vault, VAULT)
    sent = vault.properties.child("Notifications") if vault else None
    if vault is None or sent is None or notification not in sent.texts("BackupVaultEvents"):
        return False
    topics = topics_named(stack, sent.get("SNSTopicArn"))
    if not any(name in topology.topics for name in topics):
        return None
    return delivers(topology, topics, AWS_BACKUP, vault.logical_id)
