"""Finds KMS keys of no use, with which what a task needs to start cannot be encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.keys import find_key, why_unusable
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.start_requests import bucket_of, own_repository
from payment_templates.evidence.task_start.volumes import file_systems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

# The path and the property with the key.
_KEYS = {
    "AWS::ECR::Repository": ("EncryptionConfiguration", "KmsKey"),
    "AWS::EFS::FileSystem": ("", "KmsKeyId"),
    "AWS::Logs::LogGroup": ("", "KmsKeyId"),
    "AWS::S3::Bucket": (
        "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault",
        "KMSMasterKeyID",
    ),
    "AWS::SecretsManager::Secret": ("", "KmsKeyId"),
}


def key_problems(topology: Topology, service: Service) -> Iterator[str]:
    """Yield the secrets, images, logs, files and file systems that have a key of no use."""
    stack = topology.stack

    def problems() -> tuple[str, ...]:
        return tuple(_problems(topology, service))

    yield from reused(stack, problems, service)


def _problems(topology: Topology, service: Service) -> Iterator[str]:
    for resource in dict.fromkeys(_needed(topology, service)):
        path, name = _KEYS[resource.type]
        for holder in resource.properties.below(path):
            key = find_key(topology.stack, holder.get(name))
            if key and (problem := why_unusable(key)):
                yield f"{resource.logical_id} cannot use its key: {problem}"


def _needed(topology: Topology, service: Service) -> Iterator[StackResource]:
    """Yield what a task reads, mounts or writes to from its start on."""
    stack = topology.stack
    names = (*(secret.source for secret in service.start_secrets), *service.log_groups)
    found = [stack.of(name, *_KEYS) for name in names]
    found += [bucket_of(stack, file) for file in service.containers.files]
    found += [own_repository(stack, image) for image in service.images]
    yield from (resource for resource in found if resource)
    yield from file_systems(topology, service)
