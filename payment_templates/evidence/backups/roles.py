"""Decides whether the role of a backup selection may do everything that AWS Backup needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.backups.keys import key_problems
from payment_templates.evidence.backups.plans import VAULT, arn_of, vault_arns
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import (
    Answer,
    Request,
    role_may,
)
from payment_templates.evidence.permissions.role_names import account_names, role_arns
from payment_templates.evidence.permissions.role_trust import may_assume
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.backups.plans import BackupRule, VaultCopy
    from payment_templates.evidence.topology import Topology

_ROLE = "AWS::IAM::Role"
_ANY = "*"
_SERVICE = "backup.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class _Need:
    request: Request
    # Whether a backup or a copy certainly fails without it. Of the others it is only known that
    # AWS's own policy allows them for this purpose.
    certain: bool = False


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """What RDS calls a kind of database in the actions for its snapshots, and in ARNs."""

    word: str
    snapshot: str
    describe: tuple[str, ...]
    arn: str


_KINDS = {
    "AWS::RDS::DBCluster": _Kind(
        word="DBCluster",
        snapshot="cluster-snapshot",
        describe=("DBClusters", "DBClusterSnapshots", "DBClusterAutomatedBackups"),
        arn="DBClusterArn",
    ),
    "AWS::RDS::DBInstance": _Kind(
        word="DB", snapshot="snapshot", describe=("DBInstances", "DBSnapshots"), arn="DBInstanceArn"
    ),
}


def role_problems(
    topology: Topology,
    rule: BackupRule,
    selection: StackResource,
    database: StackResource,
    doubts: list[str],
) -> Iterator[str]:
    """Yield what the role of a selection certainly lacks, and add to the doubts what it may lack.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html#customer-managed-policies
    """
    stack = topology.stack
    named = selection.properties.child("BackupSelection").get("IamRoleArn")
    role = stack.find(named, _ROLE)
    if role is None:
        doubts.append(f"{named} may back up {database.logical_id}")
        return
    trust = may_assume(stack, role, _SERVICE)
    if trust is Answer.NO:
        # "The role that Backup uses to authenticate when backing up": botocore backup,
        # BackupSelection, IamRoleArn.
        yield f"{_SERVICE} may not assume {role.logical_id}"
    elif trust is Answer.UNSEEN:
        doubts.append(f"{_SERVICE} may assume {role.logical_id}")
    names = role_names(stack, selection)
    yield from key_problems(topology, rule, database, doubts, role=role, names=names)
    for need in _needs(stack, rule, database):
        request = need.request
        answer = role_may(stack, role, request)
        if answer is Answer.NO and need.certain:
            yield f"{role.logical_id} may not {request.action} on {request.resources[0]}"
        elif answer is Answer.NO:
            doubts.append(
                f"AWS Backup does without {request.action} on {request.resources[0]}, "
                f"which {role.logical_id} may not use"
            )
        elif answer is Answer.UNSEEN:
            doubts.append(f"{role.logical_id} may {request.action}")


def principals_of(stack: Stack, selection: StackResource) -> tuple[str, ...]:
    """Return how a resource policy can name the role of a selection: also by its account."""
    return (*role_names(stack, selection), *account_names(stack))


def role_names(stack: Stack, selection: StackResource) -> tuple[str, ...]:
    """Return every form of the ARN of the role of a selection."""
    named = selection.properties.child("BackupSelection").get("IamRoleArn")
    role = stack.find(named, _ROLE)
    return role_arns(stack, role) if role else (str(named),)


def database_names(stack: Stack, database: StackResource) -> tuple[str, ...]:
    """Return every form of the ARN of a database."""
    attribute = _KINDS[database.type].arn
    arn, own = arn_of(stack, database), f"${{{database.logical_id}}}"
    return (arn, f"{arn.rpartition(':')[0]}:{own}", f"{own[:-1]}.{attribute}}}")


def snapshot_arn(stack: Stack, database: StackResource) -> str:
    """Return the ARN of a snapshot of AWS Backup, which is its recovery point."""
    return _snapshot(stack, _KINDS[database.type], stack.region)


def _needs(stack: Stack, rule: BackupRule, database: StackResource) -> Iterator[_Need]:
    """Yield what AWS Backup asks of RDS, of tags and of itself for a snapshot and its copies."""
    kind = _KINDS[database.type]
    own = database_names(stack, database)
    here = _snapshot(stack, kind, stack.region)
    take = f"rds:Create{kind.word}Snapshot"
    yield _Need(request=Request(action=take, resources=own), certain=True)
    yield _Need(request=Request(action=take, resources=(here,)), certain=True)
    # Otherwise AWS Backup refuses the selection, also one without tags:
    # https://github.com/vinycoolguy2015/awslambda/issues/1
    yield _Need(request=Request(action="tag:GetResources", resources=(_ANY,)), certain=True)
    # As in AWS's own policy: AWS does not document which ones AWS Backup describes.
    for what in kind.describe:
        yield _need(f"rds:Describe{what}", _ANY)
    yield _need("rds:ListTagsForResource", *own)
    yield from _snapshot_needs(kind, here, rule.days)
    yield _need("backup:DescribeBackupVault", *_vault_names(stack, rule.vault))
    if rule.copies:
        # The recovery point, whose ARN is the one of its snapshot:
        # https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html#resource-arns-table
        yield _need("backup:CopyFromBackupVault", here)
    for copy in rule.copies:
        yield from _copy_needs(stack, kind, copy, here)


def _copy_needs(stack: Stack, kind: _Kind, copy: VaultCopy, source: str) -> Iterator[_Need]:
    vault = vault_arns(stack, copy)
    request = Request(action="backup:CopyIntoBackupVault", resources=vault)
    # AWS does not document what a copy to a logically air-gapped vault needs.
    yield _Need(request=request, certain=not copy.is_air_gapped)
    if copy.is_air_gapped:
        return
    if copy.account != ACCOUNT:
        # The template does not show who makes the snapshot there: this account only shares its own.
        yield _need(f"rds:Modify{kind.word}SnapshotAttribute", source)
        return
    there = _snapshot(stack, kind, copy.region, "copyjob-0")
    action = f"rds:Copy{kind.word}Snapshot"
    yield _Need(request=Request(action=action, resources=(there,)), certain=True)
    yield from _snapshot_needs(kind, there, copy.days)
    yield _need("backup:DescribeBackupVault", *vault)


def _snapshot_needs(kind: _Kind, snapshot: str, days: float) -> Iterator[_Need]:
    yield _need("rds:AddTagsToResource", snapshot)
    yield _need("rds:ListTagsForResource", snapshot)
    if days != float("inf"):
        yield _need(f"rds:Delete{kind.word}Snapshot", snapshot)


def _need(action: str, *resources: str) -> _Need:
    return _Need(request=Request(action=action, resources=resources))


def _snapshot(stack: Stack, kind: _Kind, region: str, job: str = "job-0") -> str:
    return f"arn:{stack.partition}:rds:{region}:{ACCOUNT}:{kind.snapshot}:awsbackup:{job}"


def _vault_names(stack: Stack, value: Value) -> tuple[str, ...]:
    vault = stack.find(value, VAULT)
    start = f"arn:{stack.partition}:backup:{stack.region}:{ACCOUNT}:backup-vault:"
    if vault is None:
        return (f"{start}{value}",)
    own = f"${{{vault.logical_id}}}"
    return (f"{start}{name_of(vault) or own}", f"{start}{own}", f"{own[:-1]}.BackupVaultArn}}")
