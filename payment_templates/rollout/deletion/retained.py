"""Reports resources that a deletion retains: read from the template, then looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.deletion.leftovers import Leftover
from payment_templates.rollout.existing_stacks import ExistingStack, Member
from payment_templates.rollout.templates import resources_of, template_of_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

_CLUSTER = "AWS::RDS::DBCluster"
_KEY = "AWS::KMS::Key"
_RETAIN = frozenset({"Retain", "RetainExceptOnCreate"})
_SNAPSHOT = "Snapshot"
KEY = "key"
CLUSTER_SNAPSHOT = "database snapshot"
CLUSTER_BACKUPS = "automated backups"
# A cluster is deleted even when these are retained.
COPIES = frozenset({CLUSTER_BACKUPS, CLUSTER_SNAPSHOT})
# The same words as in the table of listings, so that both results can be compared.
_KINDS: Mapping[str, str] = {
    "AWS::Backup::BackupVault": "backup vault",
    "AWS::Logs::LogGroup": "log group",
    "AWS::S3::Bucket": "bucket",
    "AWS::SNS::Topic": "topic",
    "AWS::SecretsManager::Secret": "secret",
    _KEY: KEY,
    _CLUSTER: "database cluster",
}


@dataclass(frozen=True, kw_only=True)
class Retained:
    """A resource that a deletion retains on purpose."""

    region: str
    kind: str
    # A snapshot and automated backups have the name of their cluster.
    name: str
    logical_id: str


def plan_retention(session: Session, stack: ExistingStack) -> tuple[Retained, ...]:
    """Return the resources that the deletion of a stack retains; empty without access."""
    if stack.members is None:
        return ()
    client = clients.cloudformation(session, stack.region)
    return tuple(_retained(client, stack.stack_id, stack.region, stack.members))


def lost_members(stack: ExistingStack, retained: Iterable[Retained]) -> tuple[Member, ...]:
    """Return the resources with data that the deletion of a stack deletes."""
    whole = {one.logical_id for one in retained if one.kind not in COPIES}
    return tuple(member for member in stack.stateful if member.logical_id not in whole)


def retained_before(
    session: Session, regions: Sequence[str], *, stack_name: str, stack_set_name: str
) -> Iterator[Retained]:
    """Return the resources that earlier deletions of stacks with these names retained.

    GetTemplate and ListStackResources accept a stack ID for 90 days after the deletion.
    """
    for region in regions:
        client = clients.cloudformation(session, region)
        pages = client.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"])
        for page in pages:
            for shown in page["StackSummaries"]:
                name, stack_id = shown["StackName"], shown.get("StackId", "")
                if name == stack_name or name.startswith(f"StackSet-{stack_set_name}-"):
                    yield from _retained(client, stack_id, region, _members(client, stack_id))


def find_retained(
    session: Session, planned: Iterable[Retained], left: Sequence[Leftover]
) -> tuple[Leftover, ...]:
    """Return the retained resources that exist in AWS."""
    found: dict[Leftover, None] = {}
    for one in planned:
        exists = _LOOKUPS.get(one.kind)
        if exists is not None:
            found.update(dict.fromkeys(_look_up(session, one, exists)))
        else:
            found.update(dict.fromkeys(each for each in left if _is_same(each, one)))
    return tuple(found)


def _is_same(found: Leftover, planned: Retained) -> bool:
    return (found.region, found.kind, found.name) == (planned.region, planned.kind, planned.name)


def _retained(
    client: CloudFormationClient, stack_id: str, region: str, members: Iterable[Member]
) -> Iterator[Retained]:
    resources = resources_of(template_of_stack(client, stack_id))
    for member in members:
        entry = resources.get(member.logical_id, {})
        for kind in _kinds(member.resource_type, entry):
            yield Retained(
                region=region, kind=kind, name=member.physical_id, logical_id=member.logical_id
            )


def _kinds(resource_type: str, entry: Mapping[str, Any]) -> Iterator[str]:
    # DeletionPolicy attribute: without one, Snapshot is the default of AWS::RDS::DBCluster.
    policy = entry.get("DeletionPolicy", _SNAPSHOT if resource_type == _CLUSTER else "Delete")
    if policy in _RETAIN:
        yield _KINDS.get(resource_type, resource_type.removeprefix("AWS::"))
    if resource_type == _CLUSTER and policy == _SNAPSHOT:
        yield CLUSTER_SNAPSHOT
        # DeleteDBCluster, DeleteAutomatedBackups: true by default.
        if str(entry.get("Properties", {}).get("DeleteAutomatedBackups", True)).lower() == "false":
            yield CLUSTER_BACKUPS


def _members(client: CloudFormationClient, stack_id: str) -> Iterator[Member]:
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    for page in pages:
        for shown in page["StackResourceSummaries"]:
            kind, status = shown["ResourceType"], shown["ResourceStatus"]
            # Retained resources end as DELETE_SKIPPED; a cluster is deleted after its snapshot.
            if kind == _CLUSTER or status == "DELETE_SKIPPED":
                yield Member(
                    logical_id=shown["LogicalResourceId"],
                    resource_type=kind,
                    physical_id=shown.get("PhysicalResourceId", ""),
                )


def _look_up(
    session: Session, one: Retained, exists: Callable[[Session, Retained], bool]
) -> Iterator[Leftover]:
    try:
        if exists(session, one):
            yield Leftover(region=one.region, kind=one.kind, name=one.name)
    except (BotoCoreError, ClientError) as error:
        name = f"{one.name}: unknown: {error}"
        yield Leftover(region=one.region, kind=one.kind, name=name, known=False)


def _has_key(session: Session, one: Retained) -> bool:
    client = clients.of_service(session, "kms", one.region)
    shown = client.describe_key(KeyId=one.name)["KeyMetadata"]
    return str(shown["KeyState"]) not in {"PendingDeletion", "PendingReplicaDeletion"}


def _has_backups(session: Session, one: Retained) -> bool:
    shown = clients.rds(session, one.region).describe_db_cluster_automated_backups(
        DBClusterIdentifier=one.name
    )["DBClusterAutomatedBackups"]
    # DBClusterAutomatedBackup, Status: "retained" of deleted clusters, others of live ones.
    return any(backup.get("Status") == "retained" for backup in shown)


_LOOKUPS: Mapping[str, Callable[[Session, Retained], bool]] = {
    KEY: _has_key,
    CLUSTER_BACKUPS: _has_backups,
}
