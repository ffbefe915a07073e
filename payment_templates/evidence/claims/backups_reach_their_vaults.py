"""Checks that the plan of AWS Backup can do what it promises, here and in the other region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.faults.backup_plans import (
    PLAN,
    VAULT,
    arn_of,
    rules_of,
    selections_of,
    selects,
    selects_by_tag,
)
from payment_templates.evidence.permissions.grants import Answer, Request, role_may
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.faults.backup_plans import BackupRule, VaultCopy
    from payment_templates.evidence.topology import Topology

_ROLE = "AWS::IAM::Role"


@claim(
    "Backups of the database reach the vaults that the plan names",
    "Issue: AWS Backup",
)
def backups_reach_their_vaults(topology: Topology) -> Finding:
    """Check what a plan of AWS Backup selects, keeps and copies, and what its role may do.

    AWS Backup accepts a plan whose vaults do not exist, and whose role may do nothing: each job
    then fails. Backups that expire before the point-in-time recovery of the database add nothing.
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
        resource = stack.resources[database.logical_id]
        recovery = database.properties.number("BackupRetentionPeriod", 1)
        covered = False
        for rule in rules_of(stack):
            chosen = [it for it in selections_of(stack, rule.plan) if selects(stack, it, resource)]
            covered = covered or bool(chosen)
            problems = [
                *_rule_problems(topology, rule, doubts),
                *_retention_problems(stack, rule, database.logical_id, recovery),
                *_role_problems(stack, rule, chosen, resource, doubts),
            ]
            if chosen and problems:
                return broken(problems[0], *lines)
            lines += [f"{each.logical_id}: {_described(rule)}" for each in chosen]
        if not covered:
            by_tag = [it.logical_id for it in _by_tag(stack, resource)]
            if not by_tag:
                return broken(f"no plan of AWS Backup selects {database.logical_id}", *lines)
            doubts.append(f"{', '.join(by_tag)} selects {database.logical_id} by its tags")
    if doubts:
        return conditional(f"if {', and '.join(dict.fromkeys(doubts))}", *lines)
    return kept("the plan selects the database, and its role can store the backups", *lines)


def _without_plan(topology: Topology) -> Finding:
    other = topology.counterpart
    vaults = [each.logical_id for each in topology.stack.of_type(VAULT)]
    if not vaults or (other and other.stack.of_type(PLAN)):
        return not_applicable("no plan of AWS Backup in this region")
    return conditional(f"if a plan of another template stores backups in {', '.join(vaults)}")


def _rule_problems(topology: Topology, rule: BackupRule, doubts: list[str]) -> Iterator[str]:
    if topology.stack.find(rule.vault, VAULT) is None:
        doubts.append(f"the vault {rule.vault} exists in {topology.stack.region}")
    for copy in rule.copies:
        yield from _copy_problems(topology, rule, copy, doubts)


def _retention_problems(
    stack: Stack, rule: BackupRule, database: str, recovery: float
) -> Iterator[str]:
    for place, days in ((stack.region, rule.days), *((it.region, it.days) for it in rule.copies)):
        if days < recovery:
            yield (
                f"{rule.plan} keeps backups in {place} for {days:g} days, and {database} has "
                f"{recovery:g} days of point-in-time recovery"
            )


def _copy_problems(
    topology: Topology, rule: BackupRule, copy: VaultCopy, doubts: list[str]
) -> Iterator[str]:
    here, other = topology.stack, topology.counterpart
    if copy.account != ACCOUNT:
        # Of use in the same region too: a mistake in this account does not reach it. The policy of
        # that vault must let this account copy:
        # https://repost.aws/knowledge-center/backup-resolve-access-denied-error
        doubts.append(
            f"the vault {copy.vault} exists in account {copy.account} in {copy.region}, "
            "and accepts the copy"
        )
    elif copy.region == here.region:
        yield f"{rule.plan} copies to {copy.vault} in the region of the database itself"
    elif other is None or not other.stack.of_type(VAULT):
        doubts.append(f"the vault {copy.vault} exists in {copy.region}")
    elif other.stack.region != copy.region or not other.stack.find(copy.vault, VAULT):
        yield (
            f"{rule.plan} copies to {copy.vault} in {copy.region}: the template has its other "
            f"vault in {other.stack.region}, "
            + " and ".join(name_of(each) for each in other.stack.of_type(VAULT))
        )


def _role_problems(
    stack: Stack,
    rule: BackupRule,
    chosen: list[StackResource],
    database: StackResource,
    doubts: list[str],
) -> Iterator[str]:
    for selection in chosen:
        named = selection.properties.child("BackupSelection").get("IamRoleArn")
        role = stack.find(named, _ROLE)
        if role is None:
            doubts.append(f"{named} may back up {database.logical_id}")
            continue
        for request in _requests(stack, database, rule.copies):
            answer = role_may(stack, role, request)
            if answer is Answer.NO:
                yield f"{role.logical_id} may not {request.action} on {request.resources[0]}"
            elif answer is Answer.UNSEEN:
                doubts.append(f"{role.logical_id} may {request.action}")


def _requests(
    stack: Stack, database: StackResource, copies: tuple[VaultCopy, ...]
) -> Iterator[Request]:
    """Yield what AWS Backup asks of RDS and of itself for a snapshot of a cluster and its copies.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html#customer-managed-policies
    """

    def request(
        action: str, service: str, region: str, resource: str, account: str = ACCOUNT
    ) -> Request:
        arn = f"arn:{stack.partition}:{service}:{region}:{account}:{resource}"
        return Request(action=action, resources=(arn,))

    is_cluster = database.type == "AWS::RDS::DBCluster"
    if is_cluster:
        take = "rds:CreateDBClusterSnapshot"
        own = (arn_of(stack, database), f"${{{database.logical_id}.DBClusterArn}}")
        yield Request(action=take, resources=own)
        yield request(take, "rds", stack.region, "cluster-snapshot:awsbackup:job-0")
    for copy in copies:
        # The template does not show who makes a snapshot in another account.
        if is_cluster and copy.account == ACCOUNT:
            snapshot = "cluster-snapshot:awsbackup:copyjob-0"
            yield request("rds:CopyDBClusterSnapshot", "rds", copy.region, snapshot)
        vault = f"backup-vault:{copy.vault}"
        yield request("backup:CopyIntoBackupVault", "backup", copy.region, vault, copy.account)


def _by_tag(stack: Stack, database: StackResource) -> Iterator[StackResource]:
    for rule in rules_of(stack):
        for each in selections_of(stack, rule.plan):
            if selects_by_tag(stack, each, database):
                yield each


def _described(rule: BackupRule) -> str:
    copies = "".join(f", and {copy.days:g} days in {copy.region}" for copy in rule.copies)
    return f"{rule.plan} keeps backups for {rule.days:g} days here{copies}"
