"""The figures in which one profile of the stack differs from another."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the specification promises, where production promises something else."""

    nat_gateways: int = 1
    instance_class: str = "db.t3.medium"
    backup_days: int = 1
    log_days: int = 7
    database_deletion_policy: str = "Delete"
    # Whether the key and the logs outlive the stack, as a snapshot of the database does.
    keeps_key_and_logs: bool = False


PROFILES = {
    "standard": Profile(),
    "production": Profile(
        nat_gateways=3,
        instance_class="db.r6g.large",
        backup_days=35,
        log_days=400,
        database_deletion_policy="Snapshot",
        keeps_key_and_logs=True,
    ),
}
