"""The data can be restored after the stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.topology.keys import find_key
from payment_templates.facts.resource_defaults import default_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database

_RETAINED = {"Retain", "RetainExceptOnCreate"}


@claim("The data can be restored after the stack is deleted", "Issue: deletion")
def data_survives_deletion(topology: Topology) -> Finding:
    """Look for a last snapshot, the backups, the key that decrypts them, and the logs.

    A key that is pending deletion decrypts nothing, so a snapshot is of use only while its key is
    retained: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    if not topology.databases:
        return broken("there is no database cluster")
    lost = list(_lost(topology))
    if lost:
        return broken(lost[0], *lost, amount=len(lost))
    lines = [
        f"{database.logical_id}: a last snapshot, and backups of "
        f"{database.properties.number('BackupRetentionPeriod', 1):g} days"
        for database in topology.databases
    ]
    return conditional("as long as nobody deletes the key that stays", *lines)


def _lost(topology: Topology) -> Iterator[str]:
    stack = topology.stack
    for database in topology.databases:
        yield from _lost_of(stack, database)
    for group in stack.of_type("AWS::Logs::LogGroup"):
        if not _stays(group):
            yield f"{group.logical_id} is deleted with its logs"
            continue
        key = find_key(stack, group.properties.get("KmsKeyId"))
        if key is not None and not _stays(key):
            yield f"{key.logical_id}, which decrypts {group.logical_id}, is deleted"


def _lost_of(stack: Stack, database: Database) -> Iterator[str]:
    cluster = stack.resources[database.logical_id]
    if cluster.deletion_policy != "Snapshot" and not _stays(cluster):
        yield f"{cluster.logical_id} leaves no snapshot"
    backups_go = cluster.properties.text("DeleteAutomatedBackups") or str(
        default_of(cluster.type, "DeleteAutomatedBackups")
    )
    if backups_go.lower() == "true":
        yield f"the automated backups of {cluster.logical_id} are deleted with it"
    key = find_key(stack, cluster.properties.get("KmsKeyId"))
    if key is not None and not _stays(key):
        yield f"{key.logical_id}, which decrypts the snapshot, is deleted"


def _stays(resource: StackResource) -> bool:
    return resource.deletion_policy in _RETAINED
