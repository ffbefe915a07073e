"""Checks that a failed backup or copy of AWS Backup sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.event_patterns import matches
from payment_templates.evidence.alerting.sample_events import failed_backup, failed_copy
from payment_templates.evidence.claim import broken, claim, kept, not_applicable
from payment_templates.evidence.faults.backup_plans import VAULT, rules_of
from payment_templates.evidence.topology.alerting.events import EVENTBRIDGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The same event in the notifications of a vault: PutBackupVaultNotifications, BackupVaultEvents.
_OF_VAULT = {"backup": "BACKUP_JOB_FAILED", "copy": "COPY_JOB_FAILED"}


@claim("A failed backup sends an alert", "Issue: AWS Backup")
def failed_backups_detected(topology: Topology) -> Finding:
    """Check that an event rule with a topic, or the vault's own notifications, report failures.

    A plan goes on for weeks while each of its jobs fails: nothing else shows it. Whether the topic
    delivers is a promise of its own.
    https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    """
    rules = tuple(rules_of(topology.stack))
    if not rules:
        return not_applicable("no plan of AWS Backup in this region")
    lines: list[str] = []
    for rule in rules:
        vault = topology.stack.find(rule.vault, VAULT)
        name = vault.logical_id if vault else str(rule.vault)
        sent = {"backup": failed_backup(topology, name)}
        if rule.copies:
            sent["copy"] = failed_copy(topology, name)
        for what, event in sent.items():
            reporters = [*_rules(topology, event), *_notifications(topology, name, _OF_VAULT[what])]
            if not reporters:
                return broken(f"nothing reports a failed {what} of {rule.plan}", *lines)
            lines.append(f"failed {what} of {rule.plan}: {', '.join(reporters)}")
    return kept("failed backups and copies are reported", *lines)


def _rules(topology: Topology, event: Event) -> Iterator[str]:
    yield from (
        path.logical_id
        for path in topology.event_paths
        if path.publisher == EVENTBRIDGE
        and path.topics
        and path.pattern.entries
        and matches(path.pattern, event)
    )


def _notifications(topology: Topology, name: str, event: str) -> Iterator[str]:
    vault = topology.stack.of(name, VAULT)
    if vault and event in vault.properties.child("Notifications").texts("BackupVaultEvents"):
        yield f"the notifications of {name}"
