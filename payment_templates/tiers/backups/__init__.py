"""Adds AWS Backup: a vault, and a plan that stores a daily snapshot of the database in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .plan import add_plan, add_selection
from .role import add_role
from .vault import add_vault

if TYPE_CHECKING:
    from troposphere import backup

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.encryption import Encryption


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
    vault = add_vault(scope, encryption)
    home: dict[str, Any] = (
        {"Condition": conditions.is_database_home} if conditions.is_database_home else {}
    )
    others = ["SecondRegion"] if parameters.second_region else []
    role = add_role(scope, regions=["AWS::Region", *others], attributes=home)
    plan = add_plan(scope, vault=vault, copied_to=others, attributes=home)
    add_selection(scope, plan=plan, role=role, database=database, attributes=home)
    return Backups(vault=vault, plan=plan)
