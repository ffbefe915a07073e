"""Defines the expected values that differ between profiles of the stack."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The values of the specification that the production profile overrides."""

    nat_gateways: int = 1
    instance_class: str = "db.t3.medium"
    backup_days: int = 1
    log_days: int = 7
    tasks: int = 6
    most_tasks: int = 6
    target_cpu_percent: int = 75
    # Whether two regions share one database, and its bound on lost payments in seconds.
    global_database: bool = False
    lost_seconds: int = 0
    database_deletion_policy: str = "Delete"
    log_groups: int = 3
    # The types that are retained when the stack is deleted, besides the database.
    retained: frozenset[str] = frozenset()
    # Whether the database logs statements and connections.
    audits_database: bool = False
    # Days that the backup vault keeps a snapshot; 0 without a vault.
    vault_days: int = 0
    # Seconds between two measurements of an instance's operating system.
    monitoring_seconds: int = 0


PROFILES = {
    "standard": Profile(),
    "production": Profile(
        nat_gateways=3,
        instance_class="db.r6g.large",
        backup_days=35,
        log_days=400,
        tasks=9,
        most_tasks=18,
        target_cpu_percent=50,
        global_database=True,
        lost_seconds=60,
        database_deletion_policy="Snapshot",
        log_groups=5,
        retained=frozenset(
            {
                *("AWS::Backup::BackupVault", "AWS::KMS::Key"),
                *("AWS::Logs::LogGroup", "AWS::S3::Bucket"),
            }
        ),
        audits_database=True,
        vault_days=35,
        monitoring_seconds=60,
    ),
}
