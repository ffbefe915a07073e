"""Finds what AWS Backup refuses in the rule of a plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Value

# botocore backup, BackupVaultName.
_VAULT_NAME = re.compile("[a-zA-Z0-9_-]{2,50}")
_NOT_OF_NAMES = re.compile("[^a-zA-Z0-9_-]")


# botocore backup, Lifecycle: "keep your recovery points indefinitely, specify -1".
FOREVER = -1
# "DeleteAfterDays cannot be less than 1 or more than 36500 days":
# https://github.com/hashicorp/terraform-provider-aws/issues/24960
_LEAST_DAYS, _MOST_DAYS = 1, 36500
# "DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays", whatever the
# plan is for: https://github.com/hashicorp/terraform-provider-aws/pull/7350
_LEAST_COLD_DAYS = 90


def rule_refusals(plan: str, rule: Properties) -> Iterator[str]:
    """Yield why CreateBackupPlan refuses a rule of a plan."""
    vault = rule.get("TargetBackupVault")
    if not _may_be_vault_name(vault):
        yield f"{plan} has {vault} for the name of its vault"
    for action in rule.children("CopyActions"):
        copy = action.get("DestinationBackupVaultArn")
        if not _may_be_arn(copy):
            yield f"{plan} copies to {copy}, which is no ARN"
    for fields in (rule, *rule.children("CopyActions")):
        yield from (f"{plan} {problem}" for problem in _lifecycle_refusals(fields))
    if (
        rule.flag("EnableContinuousBackup")
        and _days(rule, "MoveToColdStorageAfterDays") is not None
    ):
        # "Invalid lifecycle. MoveToColdStorageAfterDays is unavailable":
        # https://github.com/lgallard/terraform-aws-backup/issues/40
        yield f"{plan} moves continuous backups to cold storage"


def _lifecycle_refusals(fields: Properties) -> Iterator[str]:
    """Yield why AWS Backup refuses the lifecycle of a rule or of a copy."""
    kept, warm = (_days(fields, f"{name}AfterDays") for name in ("Delete", "MoveToColdStorage"))
    if kept is None:
        return
    if not _LEAST_DAYS <= kept <= _MOST_DAYS:
        yield f"keeps backups for {kept:g} days: AWS Backup accepts {_LEAST_DAYS} to {_MOST_DAYS}"
    if warm is not None and kept < warm + _LEAST_COLD_DAYS:
        yield (
            f"moves backups to cold storage after {warm:g} days and deletes them after {kept:g}: "
            f"at least {_LEAST_COLD_DAYS} days must be between"
        )


def _days(fields: Properties, name: str) -> float | None:
    lifecycle = fields.child("Lifecycle")
    days = lifecycle.number(name) if name in lifecycle else FOREVER
    return None if days == FOREVER else days


def _may_be_vault_name(value: Value) -> bool:
    if isinstance(value, str):
        return _VAULT_NAME.fullmatch(value) is not None
    parts = value.parts if isinstance(value, Text) else (value,)
    return not any(
        _NOT_OF_NAMES.search(part)
        if isinstance(part, str)
        else isinstance(part, Reference) and part.kind == "arn"
        for part in parts
    )


def _may_be_arn(value: Value) -> bool:
    if isinstance(value, Reference):
        return value.kind in {"arn", "other"}
    first = value.parts[0] if isinstance(value, Text) else value
    return not isinstance(first, str) or first.startswith("arn:")
