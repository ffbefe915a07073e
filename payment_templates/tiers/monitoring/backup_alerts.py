"""Adds alerts for backups that fail, stop, or are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import cloudwatch

from payment_templates import naming

from .alarms import Signal, add_alarm
from .event_rule import Chat, add_rule
from .metrics import Expression, Metric

if TYPE_CHECKING:
    from troposphere import events

    from payment_templates.conditions import Conditions
    from payment_templates.scope import Scope
    from payment_templates.tiers.backups import Backups
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.notifications import Notifications

# How a job of AWS Backup ends without a snapshot; a copy job can only fail.
BACKUP_FAILURES = ("ABORTED", "EXPIRED", "FAILED")
_JOB = {"kind": "$.detail-type", "state": "$.detail.state"}
DAY_SECONDS = 24 * 60 * 60
# Not one: AWS Backup starts a job within eight hours, so two backups may be more than a day apart.
# The alert is sent about two days after the last backup, a day after the first one that is missing:
# an alarm on more than a day is evaluated once an hour.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
DAYS_WITHOUT_BACKUP = 2
# The first backup is taken up to a day after the stack is created. For as long as the alarm looks
# back, which is also the longest that CloudWatch accepts, a new one is not evaluated. If there is
# no first backup, the alert is sent then.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
WARM_UP_MINUTES = DAYS_WITHOUT_BACKUP * DAY_SECONDS // 60


def add_backup_alerts(
    scope: Scope,
    *,
    conditions: Conditions,
    notifications: Notifications,
    backups: Backups,
    compute: Compute,
) -> tuple[cloudwatch.Alarm, tuple[events.Rule, ...]]:
    """Add the alarm and the two rules, in the region of the plan."""
    alarm = _add_missing_alarm(
        scope,
        conditions=conditions,
        notifications=notifications,
        backups=backups,
        compute=compute,
    )
    return alarm, (
        _add_failed_rule(scope, conditions, notifications),
        _add_stopped_rule(scope, conditions, notifications, backups),
    )


def _add_failed_rule(
    scope: Scope, conditions: Conditions, notifications: Notifications
) -> events.Rule:
    # Both kinds of events name the vault of this region, under different names:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    vault = naming.backup_vault_arn()
    return add_rule(
        scope,
        notifications,
        logical_id="BackupFailedRule",
        name="backup-failed",
        source="aws.backup",
        pattern={
            "detail-type": ["Backup Job State Change", "Copy Job State Change"],
            "detail": {
                "state": list(BACKUP_FAILURES),
                "$or": [{"backupVaultArn": [vault]}, {"sourceBackupVaultArn": [vault]}],
            },
        },
        what="A backup of the database, or its copy to the other region, failed",
        paths=_JOB,
        for_chat=Chat(
            description="<kind>: <state>",
            next_step="Look at the jobs of AWS Backup",
            paths=_JOB,
        ),
        condition=conditions.is_database_home,
    )


def _add_stopped_rule(
    scope: Scope, conditions: Conditions, notifications: Notifications, backups: Backups
) -> events.Rule:
    # AWS Backup starts no job then, and so reports no failure. A day earlier than the alarm, if the
    # event arrives: there is none for a deleted selection. Without the plan there is no rule, so a
    # deletion of the stack, which deletes the rule first, sends no alert.
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    return add_rule(
        scope,
        notifications,
        logical_id="BackupStoppedRule",
        name="backup-stopped",
        source="aws.backup",
        pattern={
            "$or": [
                {
                    "detail-type": ["Region Setting State Change"],
                    "detail": {"ResourceTypeOptInPreference": {"Aurora": [False]}},
                },
                {
                    "detail-type": ["Backup Plan State Change"],
                    "detail": {"backupPlanId": [backups.plan.ref()], "state": ["DELETED"]},
                },
            ]
        },
        what="No more backups: Aurora is off in AWS Backup, or the plan is deleted",
        # One of the two types, which have no quotes that would break the JSON.
        where=": <event>",
        paths={"event": "$.detail-type"},
        for_chat=Chat(
            description="<event>",
            next_step="Switch Aurora on in the settings of AWS Backup, or create the plan again",
            paths={"event": "$.detail-type"},
        ),
        condition=conditions.is_database_home,
    )


def _add_missing_alarm(
    scope: Scope,
    *,
    conditions: Conditions,
    notifications: Notifications,
    backups: Backups,
    compute: Compute,
) -> cloudwatch.Alarm:
    # Without a job there is no event: if Aurora is switched off in AWS Backup, or the plan or its
    # selection is deleted. And AWS Backup sends events on a best-effort basis.
    alarm = add_alarm(scope, notifications, compute, _no_backup(backups))
    alarm.WarmUpConfiguration = cloudwatch.WarmUpConfiguration(
        WarmUpPeriodDurationInMinutes=WARM_UP_MINUTES,
        # Else the first backup would end it.
        OnlyStartEvaluatingAfterWarmUpPeriodEnds=True,
    )
    if conditions.is_database_home:
        alarm.Condition = conditions.is_database_home
    return alarm


def _no_backup(backups: Backups) -> Signal:
    return Signal(
        logical_id="BackupMissingAlarm",
        name="backup-missing",
        description=f"No backup in the vault for {DAYS_WITHOUT_BACKUP} days",
        # Without FILL, CloudWatch would evaluate the last days that have a backup: it reads more
        # days than two, how many is not documented, and AWS Backup reports no zeros.
        # https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html
        measure=Expression(
            text="FILL(completed, 0)",
            label="Completed backups",
            metrics={
                "completed": Metric(
                    namespace="AWS/Backup",
                    name="NumberOfBackupJobsCompleted",
                    dimensions={"BackupVaultName": backups.vault.ref()},
                    statistic="Sum",
                    period_seconds=DAY_SECONDS,
                )
            },
        ),
        comparison="LessThanThreshold",
        threshold=1,
        periods=DAYS_WITHOUT_BACKUP,
        # What FILL gives for a metric without any point is not documented.
        missing="breaching",
    )
