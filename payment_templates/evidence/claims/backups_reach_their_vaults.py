"""Checks that the plan of AWS Backup can do what it promises, here and in the other region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.backups.opt_ins import opt_in
from payment_templates.evidence.backups.plans import (
    PLAN,
    START_WINDOW_MINUTES,
    VAULT,
    copied_to,
    names_nothing,
    rules_of,
    selections_of,
    selects,
    selects_by_tag,
)
from payment_templates.evidence.backups.roles import principals_of, role_problems
from payment_templates.evidence.backups.schedules import read_schedule
from payment_templates.evidence.backups.vaults import (
    lock_problems,
    policy_doubts,
    policy_problems,
)
from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.example_values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.backups.plans import BackupRule, VaultCopy
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

# CreateBackupPlan, StartWindowMinutes.
_LEAST_START_WINDOW = 60
# https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery-retention-period.html
_MOST_CONTINUOUS_DAYS = 35


@claim(
    "Backups of the database reach the vaults that the plan names",
    "Issue: AWS Backup",
)
def backups_reach_their_vaults(topology: Topology) -> Finding:
    """Check when a plan of AWS Backup runs, what it selects, keeps and copies, and who may do it.

    AWS Backup accepts a plan whose vaults do not exist or refuse its backups, and whose role may do
    nothing: each job then fails. Backups that expire before the point-in-time recovery of the
    database add nothing. A template does not show which services are switched on in AWS Backup.
    https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    """
    stack = topology.stack
    if not topology.databases:
        return not_applicable("there is no database")
    if not stack.of_type(PLAN):
        return _without_plan(topology)
    lines: list[str] = []
    doubts: list[str] = []
    for database in topology.databases:
        name = database.logical_id
        resource = stack.resources[name]
        chosen, how = _chosen(stack, resource)
        if not chosen:
            return broken(f"no plan of AWS Backup selects {name}", *lines)
        for rule, selection in chosen:
            if problems := [*_problems(topology, rule, selection, database, doubts)]:
                return broken(problems[0], *lines)
            lines.append(f"{selection.logical_id}: {_described(rule)}")
            if how:
                doubts.append(f"{selection.logical_id} selects {name} {how}")
            if service := opt_in(stack, selection, resource):
                doubts.append(f"{service} is switched on in AWS Backup of {stack.region}")
    if doubts:
        return conditional(f"if {', and '.join(dict.fromkeys(doubts))}", *lines)
    return kept("the plan selects the database, and its role can store the backups", *lines)


def _chosen(
    stack: Stack, database: StackResource
) -> tuple[list[tuple[BackupRule, StackResource]], str]:
    """Return the rules and selections for a database, and how they may select it if not surely."""
    uses = [
        (rule, selection)
        for rule in rules_of(stack)
        for selection in selections_of(stack, rule.plan)
    ]
    if surely := [(rule, it) for rule, it in uses if selects(stack, it, database)]:
        return surely, ""
    if by_tag := [(rule, it) for rule, it in uses if selects_by_tag(stack, it, database)]:
        return by_tag, "by its tags"
    return [(rule, it) for rule, it in uses if names_nothing(it)], "although it names nothing"


def _without_plan(topology: Topology) -> Finding:
    other = topology.counterpart
    vaults = [each.logical_id for each in topology.stack.of_type(VAULT)]
    if not vaults or (other and other.stack.of_type(PLAN)):
        return not_applicable("no plan of AWS Backup in this region")
    return conditional(f"if a plan of another template stores backups in {', '.join(vaults)}")


def _problems(
    topology: Topology,
    rule: BackupRule,
    selection: StackResource,
    database: Database,
    doubts: list[str],
) -> Iterator[str]:
    stack = topology.stack
    yield from rule.refusals
    yield from _schedule_problems(rule, database, doubts)
    yield from _vault_problems(topology, rule, selection, doubts)
    yield from _retention_problems(stack, rule, database)
    resource = stack.resources[database.logical_id]
    yield from role_problems(topology, rule, selection, resource, doubts)


def _schedule_problems(rule: BackupRule, database: Database, doubts: list[str]) -> Iterator[str]:
    schedule = read_schedule(rule.schedule)
    if schedule.runs is False:
        yield f"{rule.plan} never runs: no date matches {rule.schedule}"
    elif schedule.runs is None:
        doubts.append(f"AWS Backup runs {rule.plan} with the schedule {rule.schedule}")
    elif schedule.last_year:
        doubts.append(f"{database.logical_id} needs no backup after {schedule.last_year}")
    minutes = rule.start_window_minutes
    if minutes is not None and minutes < _LEAST_START_WINDOW:
        # "It must be at least 60 minutes to avoid errors."
        doubts.append(f"AWS Backup accepts {minutes:g} minutes to start the jobs of {rule.plan}")
    whole, start = (
        rule.completion_window_minutes,
        START_WINDOW_MINUTES if minutes is None else minutes,
    )
    if whole is not None and whole <= start:
        # It starts "from when the backup was scheduled", and "does not add additional time for
        # StartWindowMinutes", or else when the job starts: botocore backup, StartBackupJob and
        # BackupRuleInput.
        doubts.append(
            f"AWS Backup accepts {whole:g} minutes to complete the jobs of {rule.plan}, "
            f"which may take {start:g} to start"
        )
    if rule.is_continuous and rule.days > _MOST_CONTINUOUS_DAYS:
        yield f"{rule.plan} keeps continuous backups for more than {_MOST_CONTINUOUS_DAYS} days"


def _vault_problems(
    topology: Topology, rule: BackupRule, selection: StackResource, doubts: list[str]
) -> Iterator[str]:
    stack = topology.stack
    principals = principals_of(stack, selection)
    if rule.air_gapped:
        # Aurora first gets "a temporary (billable) snapshot in backup vault", whose lock may not
        # apply to it: botocore backup, TargetLogicallyAirGappedBackupVaultArn.
        doubts.append(
            f"AWS Backup moves the backups of {rule.plan} to the logically air-gapped vault "
            f"{rule.air_gapped}"
        )
    elif vault := stack.find(rule.vault, VAULT):
        yield from lock_problems(stack, vault, rule.plan, rule.days, doubts)
        doubts += policy_doubts(stack, vault, principals, copies=bool(rule.copies))
    else:
        doubts.append(f"the vault {rule.vault} exists in {stack.region}")
    for copy in rule.copies:
        if problems := [*_copy_problems(topology, rule, copy, doubts)]:
            yield from problems
        elif found := copied_to(topology, copy):
            place, vault = found
            yield from lock_problems(place, vault, rule.plan, copy.days, doubts)
            yield from policy_problems(place, vault, principals, doubts)


def _retention_problems(stack: Stack, rule: BackupRule, database: Database) -> Iterator[str]:
    name, recovery = database.logical_id, database.properties.number("BackupRetentionPeriod", 1)
    # Not of the copies: where they are, there is no point-in-time recovery.
    if rule.days < recovery:
        yield (
            f"{rule.plan} keeps backups in {stack.region} for {rule.days:g} days, and {name} has "
            f"{recovery:g} days of point-in-time recovery"
        )


def _copy_problems(
    topology: Topology, rule: BackupRule, copy: VaultCopy, doubts: list[str]
) -> Iterator[str]:
    here = topology.stack
    if copy.account != ACCOUNT:
        # Of use in the same region too: a mistake in this account does not reach it. The policy of
        # that vault must let this account copy:
        # https://repost.aws/knowledge-center/backup-resolve-access-denied-error
        doubts.append(
            f"the vault {copy.vault} exists in account {copy.account} in {copy.region}, "
            "and accepts the copy"
        )
    elif copy.own and not copy.is_air_gapped:
        yield f"{rule.plan} copies to {copy.own} in the region of the database itself"
    elif copy.region == here.region:
        # Of use in the same region too: no one deletes its backups before they expire.
        # https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html
        doubts.append(f"{copy.vault} in {copy.region} is logically air-gapped and accepts the copy")
    elif copied_to(topology, copy) is None:
        # Perhaps a vault of another template.
        doubts.append(f"the vault {copy.vault} exists in {copy.region}")


def _described(rule: BackupRule) -> str:
    copies = "".join(f", and {copy.days:g} days in {copy.region}" for copy in rule.copies)
    return f"{rule.plan} keeps backups for {rule.days:g} days here{copies}"
