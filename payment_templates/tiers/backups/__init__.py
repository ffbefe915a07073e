"""Adds AWS Backup: a vault, and a plan that stores a daily snapshot of the database in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from awacs import backup as vault_actions
from awacs.aws import Deny, PolicyDocument, Principal, Statement
from troposphere import backup

from payment_templates import naming

from .role import add_role

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.encryption import Encryption

# AWS Backup's own default, at 5:00 UTC.
DAILY = "cron(0 5 ? * * *)"
# AWS Backup cancels a job that has not started after the first, or not completed after the second.
# Both are its own defaults: it tries again every ten minutes while RDS takes its own backup.
START_WINDOW_MINUTES = 8 * 60
COMPLETION_WINDOW_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, kw_only=True)
class Backups:
    """The vault, and the plan that stores a snapshot in it every day."""

    vault: backup.BackupVault
    plan: backup.BackupPlan


def add_backups(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    database: Database,
) -> Backups | None:
    """Add the vault, and the plan, its selection and its role, if the options ask for them.

    With a global database, the vault exists in both regions and the rest in the home region: AWS
    does not document that AWS Backup can back up a cluster that only copies another one.
    """
    if not scope.options.vault_days:
        return None
    vault = _add_vault(scope, encryption)
    home: dict[str, Any] = (
        {"Condition": conditions.is_database_home} if conditions.is_database_home else {}
    )
    others = ["SecondRegion"] if parameters.second_region else []
    role = add_role(scope, regions=["AWS::Region", *others], attributes=home)
    plan = scope.add(
        backup.BackupPlan(
            "BackupPlan",
            BackupPlan=backup.BackupPlanResourceType(
                BackupPlanName=naming.backup_vault(),
                BackupPlanRule=[_daily(scope, vault, others)],
            ),
            BackupPlanTags=naming.tag_map("backups"),
            **home,
        )
    )
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
            **home,
        )
    )
    return Backups(vault=vault, plan=plan)


def _add_vault(scope: Scope, encryption: Encryption) -> backup.BackupVault:
    vault = backup.BackupVault(
        "BackupVault",
        BackupVaultName=naming.backup_vault(),
        # A snapshot of Aurora keeps the key of the cluster, which is the same one. A copy from
        # another region gets the key of this vault:
        # https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
        EncryptionKeyArn=encryption.key.get_att("Arn"),
        BackupVaultTags=naming.tag_map("vault"),
    )
    # Not by the constructor: troposphere would write it as a string.
    vault.properties["AccessPolicy"] = PolicyDocument(
        Version="2012-10-17", Statement=[_refuse_deletion_by_hand()]
    )
    return scope.add(vault)


def _refuse_deletion_by_hand() -> Statement:
    # Exactly as AWS Config asks. Snapshots still expire as the plan says. Not a lock: it would make
    # every job fail whose days are too few for the other region's vault while an update changes
    # one region after the other, and a lock that is final makes every mistake permanent.
    # https://docs.aws.amazon.com/config/latest/developerguide/backup-recovery-point-manual-deletion-disabled.html
    return Statement(
        Sid="OnlyExpire",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[
            vault_actions.DeleteRecoveryPoint,
            vault_actions.UpdateRecoveryPointLifecycle,
            vault_actions.PutBackupVaultAccessPolicy,
        ],
        Resource=["*"],
    )


def _daily(
    scope: Scope, vault: backup.BackupVault, others: list[str]
) -> backup.BackupRuleResourceType:
    # By its name: the other region's stack may not exist yet. Without that vault, only the copy
    # fails, which sends an alert.
    copies = [
        backup.CopyActionResourceType(
            DestinationBackupVaultArn=naming.backup_vault_arn(region),
            Lifecycle=_lifecycle(scope),
        )
        for region in others
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
