"""Reads the plans of AWS Backup: what they select, for how long, and where they copy it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.backups.refusals import FOREVER, rule_refusals
from payment_templates.evidence.backups.schedules import UTC
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource, Value
    from payment_templates.evidence.topology import Topology

PLAN, SELECTION = "AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection"
VAULT, AIR_GAPPED = "AWS::Backup::BackupVault", "AWS::Backup::LogicallyAirGappedBackupVault"
CLUSTER = "AWS::RDS::DBCluster"
# What RDS calls a database in its ARN.
_KINDS = {CLUSTER: "cluster", "AWS::RDS::DBInstance": "db"}
_ARN_PARTS = 7
# "This value is optional, and the default is 8 hours": botocore backup, StartBackupJob.
START_WINDOW_MINUTES = 8 * 60


@dataclass(frozen=True, kw_only=True)
class VaultCopy:
    """Where a rule copies its backups."""

    region: str
    account: str
    vault: str
    # Infinite without an end.
    days: float
    # The logical ID, if it is a vault of the stack itself.
    own: str = ""
    is_air_gapped: bool = False


@dataclass(frozen=True, kw_only=True)
class BackupRule:
    """A rule of a plan: the vault of this region, and copies elsewhere."""

    plan: str
    # As the template names it.
    vault: Value
    schedule: str
    # The time zone of the schedule.
    zone: str
    days: float
    copies: tuple[VaultCopy, ...]
    # None if the template leaves it to AWS Backup.
    start_window_minutes: float | None = None
    completion_window_minutes: float | None = None
    is_continuous: bool = False
    # The logically air-gapped vault to which AWS Backup moves a snapshot, or "".
    air_gapped: str = ""
    # Why AWS Backup refuses it.
    refusals: tuple[str, ...] = ()


def rules_of(stack: Stack) -> Iterator[BackupRule]:
    """Yield the rules of every plan."""
    for plan in stack.of_type(PLAN):
        for rule in plan.properties.child("BackupPlan").children("BackupPlanRule"):
            yield BackupRule(
                plan=plan.logical_id,
                vault=rule.get("TargetBackupVault"),
                # CreateBackupPlan, ScheduleExpression: the default.
                schedule=rule.text("ScheduleExpression") or "cron(0 5 ? * * *)",
                # "By default, ScheduleExpressions are in UTC": botocore backup, BackupRuleInput.
                zone=rule.text("ScheduleExpressionTimezone") or UTC,
                days=_days(rule),
                # AWS Backup "applies the lifecycle policy of the source backup to the destination
                # backup": CopyActionResourceType, Lifecycle, in the reference of CloudFormation.
                copies=tuple(
                    _copy(stack, it, _days(it if "Lifecycle" in it else rule))
                    for it in rule.children("CopyActions")
                ),
                start_window_minutes=_minutes(rule, "StartWindowMinutes"),
                completion_window_minutes=_minutes(rule, "CompletionWindowMinutes"),
                is_continuous=rule.flag("EnableContinuousBackup"),
                air_gapped=rule.text("TargetLogicallyAirGappedBackupVaultArn"),
                refusals=tuple(rule_refusals(plan.logical_id, rule)),
            )


def selections_of(stack: Stack, plan: str) -> tuple[StackResource, ...]:
    """Return the selections of a plan."""
    return tuple(
        each
        for each in stack.of_type(SELECTION)
        # "The ID of the backup plan", not its ARN: botocore backup, CreateBackupSelection.
        if (found := stack.find(each.properties.get("BackupPlanId"), PLAN, kinds=("id",)))
        and found.logical_id == plan
    )


def selects(stack: Stack, selection: StackResource, database: StackResource) -> bool:
    """Return whether a selection certainly includes a database: by its ARN, or by a pattern."""
    if has_tags(selection) or _leaves_out(stack, selection, database):
        return False
    return bool(selected_by(stack, selection, database))


def selected_by(
    stack: Stack, selection: StackResource, database: StackResource
) -> tuple[Value, ...]:
    """Return the entries of a selection's resources that name a database, or match its ARN."""
    entries = selection.properties.child("BackupSelection").values("Resources")
    return tuple(value for value in entries if _names(stack, value, database))


def selects_by_tag(stack: Stack, selection: StackResource, database: StackResource) -> bool:
    """Return whether the tags of a database decide whether a selection includes it."""
    return has_tags(selection) and not _leaves_out(stack, selection, database)


def names_nothing(selection: StackResource) -> bool:
    """Return whether a selection has neither resources nor tags: AWS Backup then tries to take all.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html
    """
    fields = selection.properties.child("BackupSelection")
    return "Resources" not in fields and not has_tags(selection)


def has_tags(selection: StackResource) -> bool:
    """Return whether tags decide what a selection includes."""
    chosen = selection.properties.child("BackupSelection")
    return bool(chosen.child("Conditions").entries or chosen.values("ListOfTags"))


def copied_to(topology: Topology, copy: VaultCopy) -> tuple[Stack, StackResource] | None:
    """Return the stack of the other region and its vault, if a copy goes there."""
    other = topology.counterpart
    if other is None or (copy.account, copy.region) != (ACCOUNT, other.stack.region):
        return None
    vault = other.stack.find(copy.vault, VAULT)
    return (other.stack, vault) if vault else None


def vault_arns(stack: Stack, copy: VaultCopy) -> tuple[str, ...]:
    """Return every form of the ARN of the vault to which a rule copies."""
    start = f"arn:{stack.partition}:backup:{copy.region}:{copy.account}:backup-vault:"
    if not copy.own:
        return (f"{start}{copy.vault}",)
    own = f"${{{copy.own}}}"
    return (f"{start}{copy.vault}", f"{start}{own}", f"{own[:-1]}.BackupVaultArn}}")


def arn_of(stack: Stack, database: StackResource) -> str:
    """Return the ARN of a database, with its logical ID if AWS generates the name."""
    # RDS stores names in lower case: CreateDBCluster, DBClusterIdentifier.
    name = name_of(database).lower() or f"${{{database.logical_id}}}"
    return f"arn:{stack.partition}:rds:{stack.region}:{ACCOUNT}:{_KINDS[database.type]}:{name}"


def _leaves_out(stack: Stack, selection: StackResource, database: StackResource) -> bool:
    excluded = selection.properties.child("BackupSelection").values("NotResources")
    return any(_names(stack, value, database) for value in excluded)


def _names(stack: Stack, value: Value, database: StackResource) -> bool:
    # BackupSelection, Resources: a pattern ends in an asterisk. No other character has a meaning.
    if isinstance(value, str) and value.endswith("*"):
        pattern = ".*".join(map(re.escape, value.split("*")))
        return re.fullmatch(pattern, arn_of(stack, database)) is not None
    # "The Amazon Resource Names of the resources": a name or an identifier selects nothing.
    return stack.find(value, database.type, kinds=("arn",)) is database


def _copy(stack: Stack, action: Properties, days: float) -> VaultCopy:
    own = stack.find(action.get("DestinationBackupVaultArn"), VAULT, AIR_GAPPED)
    if own:
        return VaultCopy(
            region=stack.region,
            account=ACCOUNT,
            vault=name_of(own) or f"${{{own.logical_id}}}",
            days=days,
            own=own.logical_id,
            is_air_gapped=own.type == AIR_GAPPED,
        )
    # arn:partition:backup:region:account:backup-vault:name
    parts = action.text("DestinationBackupVaultArn").split(":", _ARN_PARTS - 1)
    parts += [""] * (_ARN_PARTS - len(parts))
    return VaultCopy(region=parts[3], account=parts[4], vault=parts[-1], days=days)


def _minutes(rule: Properties, name: str) -> float | None:
    return rule.number(name) if name in rule else None


def _days(fields: Properties) -> float:
    # CreateBackupPlan, Lifecycle: a backup without one never expires.
    lifecycle = fields.child("Lifecycle") if "Lifecycle" in fields else None
    if lifecycle is None or "DeleteAfterDays" not in lifecycle:
        return float("inf")
    days = lifecycle.number("DeleteAfterDays")
    return float("inf") if days == FOREVER else days
