"""Adds the plan: a snapshot of the database a day, and its copy in the other region's vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import backup

from payment_templates import naming

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troposphere import iam

    from payment_templates.scope import Scope
    from payment_templates.tiers.database import Database

# AWS Backup's own default, at 5:00 UTC.
DAILY = "cron(0 5 ? * * *)"
# AWS Backup cancels a job that has not started after the first, or not completed after the second.
# Both are its own defaults: it tries again every ten minutes while RDS takes its own backup.
START_WINDOW_MINUTES = 8 * 60
COMPLETION_WINDOW_MINUTES = 7 * 24 * 60


def add_plan(
    scope: Scope,
    *,
    vault: backup.BackupVault,
    copied_to: Iterable[str],
    attributes: dict[str, Any],
) -> backup.BackupPlan:
    """Add the plan; `copied_to` are the parameters with the regions of the copies."""
    return scope.add(
        backup.BackupPlan(
            "BackupPlan",
            BackupPlan=backup.BackupPlanResourceType(
                BackupPlanName=naming.backup_vault(),
                BackupPlanRule=[_daily(scope, vault, copied_to)],
            ),
            BackupPlanTags=naming.tag_map("backups"),
            **attributes,
        )
    )


def add_selection(
    scope: Scope,
    *,
    plan: backup.BackupPlan,
    role: iam.Role,
    database: Database,
    attributes: dict[str, Any],
) -> None:
    """Add the selection of the database."""
    scope.add(
        backup.BackupSelection(
            "BackupSelection",
            BackupPlanId=plan.ref(),
            BackupSelection=backup.BackupSelectionResourceType(
                SelectionName=database.cluster.title,
                IamRoleArn=role.get_att("Arn"),
                # Not Fn::GetAtt: a selection can only be replaced, and every change of the cluster
                # would show in a change set as a possible replacement.
                Resources=[naming.database_cluster_arn(scope.options)],
            ),
            **attributes,
        )
    )


def _daily(
    scope: Scope, vault: backup.BackupVault, copied_to: Iterable[str]
) -> backup.BackupRuleResourceType:
    # By its name: the other region's stack may not exist yet. Without that vault, only the copy
    # fails, which sends an alert.
    copies = [
        backup.CopyActionResourceType(
            DestinationBackupVaultArn=naming.backup_vault_arn(region),
            Lifecycle=_lifecycle(scope),
        )
        for region in copied_to
    ]
    some_or_none: dict[str, Any] = {"CopyActions": copies} if copies else {}
    return backup.BackupRuleResourceType(
        RuleName="daily",
        TargetBackupVault=vault.ref(),
        ScheduleExpression=DAILY,
        StartWindowMinutes=START_WINDOW_MINUTES,
        CompletionWindowMinutes=COMPLETION_WINDOW_MINUTES,
        # Continuous backups would change the cluster's own retention, which the template sets, and
        # a copy in another region cannot be restored to a point in time anyway:
        # https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
        EnableContinuousBackup=False,
        Lifecycle=_lifecycle(scope),
        **some_or_none,
    )


def _lifecycle(scope: Scope) -> backup.LifecycleResourceType:
    return backup.LifecycleResourceType(DeleteAfterDays=scope.options.vault_days)
