"""Checks what AWS Backup needs of the account, and advises on an existing vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.preflight.finding import Finding, fine, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack

VAULT = "AWS::Backup::BackupVault"
_SELECTION = "AWS::Backup::BackupSelection"
_AURORA = "Aurora"


def check_opt_in(session: Session, planned: PlannedStack) -> Iterator[Finding]:
    """Warn if AWS Backup leaves out Aurora in the region: the plan would never back it up.

    The ARNs of Aurora and of other clusters look alike, so that the setting decides even if a plan
    names the cluster: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html
    """
    clusters = planned.stack.of_type("AWS::RDS::DBCluster")
    is_aurora = any(one.properties.text("Engine").startswith("aurora") for one in clusters)
    if not (is_aurora and planned.stack.of_type(_SELECTION)):
        return
    region = planned.region
    settings = clients.of_service(session, "backup", region).describe_region_settings()[
        "ResourceTypeOptInPreference"
    ]
    if settings.get(_AURORA, True):
        yield fine(region, "AWS Backup backs up Aurora in this region")
    else:
        yield warned(
            region,
            "AWS Backup leaves out Aurora in this region: the plan never takes a snapshot",
            "switch Aurora on: AWS Backup, Settings, Service opt-in",
        )


def advise_on_vault(session: Session, region: str, name: str) -> str:
    """Return what to do about an existing vault; its recovery points may be worth keeping."""
    pages = (
        clients.of_service(session, "backup", region).get_paginator("list_backup_vaults").paginate()
    )
    counts: list[int] = [
        vault["NumberOfRecoveryPoints"]
        for page in pages
        for vault in page["BackupVaultList"]
        if vault["BackupVaultName"] == name
    ]
    delete = f"aws backup delete-backup-vault --backup-vault-name {name} --region {region}"
    if not any(counts):
        return f"it is empty, delete it: {delete}"
    return (
        f"it keeps {quantity(sum(counts), 'recovery point')}, of an earlier stack: choose another "
        "--suffix (for both regions of a pair), or delete its policy, each recovery point and then "
        f"the vault: {delete}"
    )
