"""Checks that the data can be restored after the stack is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional
from payment_templates.evidence.deployment.deletion_protection import RETAINED
from payment_templates.evidence.permissions.keys import find_key
from payment_templates.facts.data_stores import DATA_STORES
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.facts.data_stores import DataStore


@claim("The data can be restored after the stack is deleted", "Issue: deletion")
def data_survives_deletion(topology: Topology) -> Finding:
    """Check that deletion keeps a final snapshot, the automated backups, the logs and their keys.

    A KMS key that is pending deletion cannot decrypt, so the data is readable only if its key is
    retained: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    Retained backups expire at the end of their retention period:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.Retaining.html
    """
    stack = topology.stack
    if not topology.databases:
        return absent("there is no database")
    lost = dict.fromkeys(
        [
            # Instances outside a cluster are among DATA_STORES, below.
            *(
                what
                for each in topology.databases
                if each.is_cluster
                for what in _lost_of(stack, each.logical_id)
            ),
            *(what for each in stack.of_type("AWS::Logs::LogGroup") for what in _logs(stack, each)),
            *(what for each in stack.of_type(*DATA_STORES) for what in _store(stack, each)),
        ]
    )
    if lost:
        first, *others = lost
        rest = quantity(len(others), "more thing is", "more things are")
        more = f", and {rest} lost" if others else ""
        return broken(f"{first}{more}", *lost, amount=len(lost))
    lines = [
        f"{each.logical_id}: {'itself' if _stays(stack, each.logical_id) else 'a final snapshot'}, "
        f"and backups for {each.properties.number('BackupRetentionPeriod', 1):g} days"
        for each in topology.databases
    ]
    keys = [key.logical_id for key in stack.of_type("AWS::KMS::Key")]
    return conditional(f"as long as no one deletes the retained {', '.join(keys)}", *lines)


def _lost_of(stack: Stack, name: str) -> Iterator[str]:
    cluster = stack.resources[name]
    if cluster.deletion_policy != "Snapshot" and not _stays(stack, name):
        yield f"{name} leaves no snapshot"
    if cluster.properties.flag("DeleteAutomatedBackups") and not _stays(stack, name):
        yield f"the automated backups of {name} are deleted with it"
    yield from _key(stack, cluster)


def _logs(stack: Stack, group: StackResource) -> Iterator[str]:
    if not _stays(stack, group.logical_id):
        yield f"{group.logical_id} is deleted with its logs"
    yield from _key(stack, group)


def _store(stack: Stack, resource: StackResource) -> Iterator[str]:
    store = DATA_STORES[resource.type]
    if any(name in resource.properties for name in store.unless):
        return
    if not (_stays(stack, resource.logical_id) or _leaves(resource, store)):
        yield f"{resource.logical_id} is deleted with its data"
    yield from _key(stack, resource, store.key)


def _leaves(resource: StackResource, store: DataStore) -> bool:
    """Return whether the deletion of a resource leaves a snapshot or a backup."""
    if store.snapshot and resource.deletion_policy == "Snapshot":
        return True
    values = [value for value in resource.properties.every(store.leaves) if value is not None]
    return bool(values) and all(
        not store.leaves_when or str(value).lower() == store.leaves_when.lower() for value in values
    )


def _key(stack: Stack, resource: StackResource, path: str = "KmsKeyId") -> Iterator[str]:
    for value in resource.properties.every(path):
        key = find_key(stack, value)
        if key is not None and not _stays(stack, key.logical_id):
            yield f"{key.logical_id} is deleted: the data that it encrypted becomes unreadable"


def _stays(stack: Stack, name: str) -> bool:
    return stack.resources[name].deletion_policy in RETAINED
