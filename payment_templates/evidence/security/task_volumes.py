"""Decides whether the EBS volumes that ECS attaches to the tasks of a service are encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.permissions.keys import find_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource, Value

SERVICE = "AWS::ECS::Service"
_VOLUMES = "VolumeConfigurations.ManagedEBSVolume"


def services_with_volumes(stack: Stack) -> tuple[StackResource, ...]:
    """Return the services whose tasks get a volume each."""
    return tuple(each for each in stack.of_type(SERVICE) if _volumes(each))


def clear_volume(stack: Stack, service: StackResource) -> str:
    """Return that a volume is not encrypted, in a sentence, or "".

    As for any volume, that is so unless EBS encryption by default is on in the account: botocore
    ecs, ServiceManagedEBSVolumeConfiguration.encrypted. A key of the cluster encrypts too:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedStorageConfiguration.html
    """
    by_cluster = _key_of_cluster(stack, service) is not None
    for volume in _volumes(service):
        given = "Encrypted" in volume
        if volume.flag("Encrypted") or (by_cluster and not given):
            continue
        if by_cluster or "SnapshotId" in volume or ("KmsKeyId" in volume and not given):
            raise UnexpectedValueError(f"{volume.place}.Encrypted", "its encryption is not shown")
        return "attaches a volume to its tasks that is not encrypted"
    return ""


def volume_key_uses(stack: Stack, service: StackResource) -> Iterator[tuple[str, str]]:
    """Yield why a volume has no key of the stack, and what is not known about its use."""
    for volume in _volumes(service):
        value = volume.get("KmsKeyId") or _key_of_cluster(stack, service)
        key = find_key(stack, value)
        if key:
            yield "", f"{key.logical_id} can encrypt the volumes of {service.logical_id}"
        else:
            yield f"uses no key of the stack: {_VOLUMES}.KmsKeyId is {value or 'absent'}", ""


def _volumes(service: StackResource) -> tuple[Properties, ...]:
    return tuple(service.properties.below(_VOLUMES))


def _key_of_cluster(stack: Stack, service: StackResource) -> Value:
    cluster = stack.find(service.properties.get("Cluster"), "AWS::ECS::Cluster")
    if cluster is None:
        return None
    storage = cluster.properties.child("Configuration").child("ManagedStorageConfiguration")
    return storage.get("KmsKeyId")
