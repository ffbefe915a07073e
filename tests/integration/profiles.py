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
    database_deletion_policy: str = "Delete"
    # Whether the key and the logs are retained when the stack is deleted.
    retains_key_and_logs: bool = False


PROFILES = {
    "standard": Profile(),
    "production": Profile(
        nat_gateways=3,
        instance_class="db.r6g.large",
        backup_days=35,
        log_days=400,
        database_deletion_policy="Snapshot",
        retains_key_and_logs=True,
    ),
}
