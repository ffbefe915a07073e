"""Reads the plans of AWS Backup: what they select, for how long, and where they copy it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource, Value

PLAN, SELECTION = "AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection"
VAULT = "AWS::Backup::BackupVault"
# How the ARN of every database of a type ends in a selection.
_EVERY = {"AWS::RDS::DBCluster": ":cluster:*", "AWS::RDS::DBInstance": ":db:*"}
_ARN_PARTS = 7


@dataclass(frozen=True, kw_only=True)
class VaultCopy:
    """Where a rule copies its backups."""

    region: str
    vault: str
    # Infinite without a lifecycle.
    days: float


@dataclass(frozen=True, kw_only=True)
class BackupRule:
    """A rule of a plan: the vault of this region, and copies elsewhere."""

    plan: str
    # As the template names it.
    vault: Value
    schedule: str
    days: float
    copies: tuple[VaultCopy, ...]


def rules_of(stack: Stack) -> Iterator[BackupRule]:
    """Yield the rules of every plan."""
    for plan in stack.of_type(PLAN):
        for rule in plan.properties.child("BackupPlan").children("BackupPlanRule"):
            yield BackupRule(
                plan=plan.logical_id,
                vault=rule.get("TargetBackupVault"),
                # CreateBackupPlan, ScheduleExpression: the default.
                schedule=rule.text("ScheduleExpression") or "cron(0 5 ? * * *)",
                days=_days(rule),
                copies=tuple(map(_copy, rule.children("CopyActions"))),
            )


def selections_of(stack: Stack, plan: str) -> tuple[StackResource, ...]:
    """Return the selections of a plan."""
    return tuple(
        each
        for each in stack.of_type(SELECTION)
        if (found := stack.find(each.properties.get("BackupPlanId"), PLAN))
        and found.logical_id == plan
    )


def selects(stack: Stack, selection: StackResource, resource: StackResource) -> bool:
    """Return whether a selection certainly includes a database: by its ARN, or all of its kind."""
    chosen = selection.properties.child("BackupSelection")
    if is_by_tag(selection):
        return False
    excluded = any(_names(stack, value, resource) for value in chosen.values("NotResources"))
    return not excluded and any(
        _names(stack, value, resource) for value in chosen.values("Resources")
    )


def is_by_tag(selection: StackResource) -> bool:
    """Return whether the tags of a resource decide whether a selection includes it."""
    chosen = selection.properties.child("BackupSelection")
    return bool(chosen.child("Conditions").entries or chosen.values("ListOfTags"))


def vault_named(stack: Stack, name: str) -> StackResource | None:
    """Return the vault of a stack with a name, or None."""
    return next((each for each in stack.of_type(VAULT) if name_of(each) == name), None)


def _names(stack: Stack, value: Value, resource: StackResource) -> bool:
    if isinstance(value, str) and value.endswith("*"):
        return value == "*" or value.endswith(_EVERY[resource.type])
    return stack.find(value, resource.type) is resource


def _copy(action: Properties) -> VaultCopy:
    # arn:partition:backup:region:account:backup-vault:name
    parts = action.text("DestinationBackupVaultArn").split(":", _ARN_PARTS - 1)
    parts += [""] * (_ARN_PARTS - len(parts))
    return VaultCopy(region=parts[3], vault=parts[-1], days=_days(action))


def _days(fields: Properties) -> float:
    # CreateBackupPlan, Lifecycle: a backup without one never expires.
    lifecycle = fields.child("Lifecycle") if "Lifecycle" in fields else None
    if lifecycle is None or "DeleteAfterDays" not in lifecycle:
        return float("inf")
    return lifecycle.number("DeleteAfterDays")
