"""Adds the vault that keeps the snapshots, and refuses to delete them before they expire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import backup as vault_actions
from awacs.aws import Deny, PolicyDocument, Principal, Statement
from troposphere import backup

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope
    from payment_templates.tiers.encryption import Encryption


def add_vault(scope: Scope, encryption: Encryption) -> backup.BackupVault:
    """Add the vault; it refuses to delete a snapshot by hand."""
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
