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


def rule_refusals(plan: str, rule: Properties) -> Iterator[str]:
    """Yield why CreateBackupPlan refuses a rule of a plan."""
    vault = rule.get("TargetBackupVault")
    if not _may_be_vault_name(vault):
        yield f"{plan} has {vault} for the name of its vault"
    for action in rule.children("CopyActions"):
        copy = action.get("DestinationBackupVaultArn")
        if not _may_be_arn(copy):
            yield f"{plan} copies to {copy}, which is no ARN"


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
