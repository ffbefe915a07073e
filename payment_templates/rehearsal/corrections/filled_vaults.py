"""Rejects the deletion of a backup vault that holds recovery points; ministack deletes it.

The wording is that of AWS Backup: https://gist.github.com/scgoeswild/3f17292bf95d27420b513bb3d8e3d16c
"""

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.handler_request import failure
from payment_templates.rehearsal.ministack import Properties

_TYPE = "AWS::Backup::BackupVault"


def install() -> None:
    """Reject the deletion by CloudFormation."""
    handlers = ministack.resource_handlers()[_TYPE]
    original = handlers["delete"]

    def delete(name: str, properties: Properties) -> None:
        if count := _recovery_points(name):
            raise failure(
                f"Backup vault cannot be deleted (contains {count} recovery points)",
                "InvalidRequest",
            )
        original(name, properties)

    handlers["delete"] = delete


def _recovery_points(name: str) -> int:
    vaults = account.listed("backup", "ListBackupVaults", "BackupVaultList")
    return sum(
        vault["NumberOfRecoveryPoints"] for vault in vaults if vault["BackupVaultName"] == name
    )
