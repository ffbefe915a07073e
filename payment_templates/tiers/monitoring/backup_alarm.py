"""Adds the alarm on a database without backups, which no event reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import cloudwatch

from .alarms import Signal, add_alarm
from .metrics import Expression, Metric

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.scope import Scope
    from payment_templates.tiers.backups import Backups
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.notifications import Notifications

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


def add_backup_alarm(
    scope: Scope,
    *,
    conditions: Conditions,
    notifications: Notifications,
    backups: Backups,
    compute: Compute,
) -> cloudwatch.Alarm:
    """Add the alarm, in the region of the plan.

    Without a job there is no event: if Aurora is switched off in AWS Backup, or the plan or its
    selection is deleted. And AWS Backup sends events on a best-effort basis.
    """
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
