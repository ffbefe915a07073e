"""Lists what stores data: whether each is encrypted, and whether with a customer managed key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties, UnexpectedValueError
from payment_templates.evidence.permissions.keys import find_key
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.security.access_log_buckets import users_of, why_no_exception
from payment_templates.evidence.security.encryption import DISKS_OF_TASKS, resource_use
from payment_templates.evidence.security.task_volumes import (
    SERVICE,
    clear_volume,
    services_with_volumes,
    volume_key_uses,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.security.encryption import Use

# The property with the key of each type that stores data; in a list, that of the first entry.
_KEYS = {
    "AWS::Backup::BackupVault": "EncryptionKeyArn",
    "AWS::DynamoDB::Table": "SSESpecification.KMSMasterKeyId",
    "AWS::EC2::Volume": "KmsKeyId",
    "AWS::ECS::Cluster": DISKS_OF_TASKS,
    "AWS::EFS::FileSystem": "KmsKeyId",
    "AWS::ECR::Repository": "EncryptionConfiguration.KmsKey",
    "AWS::ElastiCache::ReplicationGroup": "KmsKeyId",
    "AWS::Kinesis::Stream": "StreamEncryption.KeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::RDS::DBCluster": "KmsKeyId",
    # An instance outside a cluster also has a KmsKeyId for its storage: see _instance_uses.
    "AWS::RDS::DBInstance": "PerformanceInsightsKMSKeyId",
    "AWS::S3::Bucket": (
        "BucketEncryption.ServerSideEncryptionConfiguration."
        "ServerSideEncryptionByDefault.KMSMasterKeyID"
    ),
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
}
# The property that turns encryption on, for types that are not encrypted without it.
_SWITCHES = {
    "AWS::EC2::Volume": "Encrypted",
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
}
_TABLE, _QUEUE, _STREAM = "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Kinesis::Stream"
# Types of the services below whose disks, or whose data, are not read here.
_UNREAD = frozenset(
    {
        *(f"AWS::EC2::{name}" for name in ("EC2Fleet", "Instance", "LaunchTemplate", "SpotFleet")),
        # Events, credentials, and whatever another template or a function creates.
        *("AWS::Events::Archive", "AWS::Events::Connection"),
        *(f"AWS::CloudFormation::{name}" for name in ("CustomResource", "Stack", "StackSet")),
    }
)
# Services whose other types store no data at rest.
_STATELESS = {
    *("ApplicationAutoScaling", "ARCZonalShift", "CertificateManager", "CloudFormation"),
    *("CloudWatch", "EC2", "ECS", "ElasticLoadBalancingV2", "Events", "FIS", "IAM", "KMS", "Logs"),
    *("RDS", "Route53", "Route53Resolver", "SNS", "SQS", "SSM", "SecretsManager", "WAFv2"),
}
# Types of other services that store no data.
_EMPTY = {
    *("AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::S3::BucketPolicy"),
    # The file system stores the data.
    *("AWS::EFS::AccessPoint", "AWS::EFS::MountTarget"),
}
_CLUSTER, _INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
_OWN_OF_AWS = "aws/secretsmanager"
# botocore rds, CreateDBInstance, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime.
_COPIED_FROM = (
    *("DBSnapshotIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"),
    "SnapshotIdentifier",
)


def stores_of(stack: Stack) -> tuple[StackResource, ...]:
    """Return the resources that store data."""
    return (*stack.of_type(*_KEYS), *services_with_volumes(stack))


def clear_problem(stack: Stack, resource: StackResource) -> str:
    """Return "is not encrypted" if nothing encrypts the data of a resource, or "".

    A copy or restore of a database inherits the encryption of its source. A stream has none without
    StreamEncryption, and a queue its own unless that is off: botocore kinesis, EncryptionType;
    botocore sqs, SqsManagedSseEnabled.
    """
    fields = resource.properties
    if resource.type == SERVICE:
        return clear_volume(stack, resource)
    if resource.type in {_CLUSTER, _INSTANCE}:
        encrypted = _database_is_encrypted(resource)
    elif resource.type == _STREAM:
        encrypted = "StreamEncryption" in fields
    elif resource.type == _QUEUE:
        off = "SqsManagedSseEnabled" in fields and not fields.flag("SqsManagedSseEnabled")
        encrypted = "KmsMasterKeyId" in fields or not off
    else:
        switch = _SWITCHES.get(resource.type)
        encrypted = switch is None or _at(fields, switch) in {True, "true"}
    return "" if encrypted else "is not encrypted"


def _database_is_encrypted(database: StackResource) -> bool:
    fields = database.properties
    if database.type == _INSTANCE and "DBClusterIdentifier" in fields:
        # The storage is that of its cluster.
        return True
    if copied := next((name for name in _COPIED_FROM if name in fields), ""):
        if "StorageEncrypted" not in fields:
            raise UnexpectedValueError(f"{fields.place}.{copied}", "its key is not shown here")
        return True
    return fields.flag("StorageEncrypted")


def own_key_use(stack: Stack, resource: StackResource) -> Use:
    """Return why a resource has no key of the stack that it can use, and why that may be."""
    return reused(stack, lambda: _worst(_own_key_uses(stack, resource)), resource)


def copy_problem(resource: StackResource) -> str:
    """Return the region in which a copy of a secret has AWS's own key, in a sentence, or ""."""
    for copy in _copies(resource):
        key = copy.text("KmsKeyId")
        if not key or key.endswith(_OWN_OF_AWS):
            return f"has a copy in {copy.text('Region')} with the key {_OWN_OF_AWS}"
    return ""


def conditions_of_keys(stack: Stack, log_buckets: list[StackResource]) -> Iterator[str]:
    """Yield what the template does not show of the keys, and what AWS does not offer."""
    if copies := [each for secret in stack.of_type(_SECRET) for each in _copy_keys(secret)]:
        yield f"if these keys are customer managed: {', '.join(copies)}"
    if log_buckets:
        names = ", ".join(each.logical_id for each in log_buckets)
        yield (
            f"except access logs in {names}: load balancers write only to a bucket "
            "with S3's own key"
        )
    for bucket in log_buckets:
        if others := [each.logical_id for each in users_of(stack, bucket)]:
            yield f"if {', '.join(others)} writes nothing to {bucket.logical_id}"


def unknown_stores(stack: Stack) -> Iterator[str]:
    """Yield the resources of which it is not known here whether they store data, as a condition."""
    if unknown := [each for each in stack.resources.values() if not _is_known(each.type)]:
        names = ", ".join(f"{each.logical_id} ({each.type})" for each in unknown)
        yield f"unless {names} stores data: it is not read here"


def _own_key_uses(stack: Stack, resource: StackResource) -> Iterator[Use]:
    fields = resource.properties
    if resource.type == "AWS::ECS::Cluster" and not _runs_tasks(stack, resource):
        return
    if resource.type == SERVICE:
        yield from volume_key_uses(stack, resource)
        return
    if resource.type == _INSTANCE:
        yield from _instance_uses(stack, resource)
        return
    if resource.type == _TABLE and not fields.child("SSESpecification").flag("SSEEnabled"):
        yield "has a key of AWS: SSESpecification.SSEEnabled is not true", ""
        return
    problem, doubt = _key_use(stack, resource, _KEYS[resource.type])
    ended = why_no_exception(stack, resource) if problem else ""
    yield f"{problem}; {ended}" if ended else problem, doubt
    if fields.flag("ManageMasterUserPassword"):
        # CreateDBCluster, MasterUserSecretKmsKeyId: aws/secretsmanager by default.
        yield _key_use(stack, resource, "MasterUserSecret.KmsKeyId", kind=_SECRET)


def _instance_uses(stack: Stack, instance: StackResource) -> Iterator[Use]:
    """Check the storage of an instance outside a cluster, and Performance Insights of any."""
    fields = instance.properties
    if "DBClusterIdentifier" not in fields:
        yield _key_use(stack, instance, "KmsKeyId")
        if fields.flag("ManageMasterUserPassword"):
            yield _key_use(stack, instance, "MasterUserSecret.KmsKeyId", kind=_SECRET)
    if fields.flag("EnablePerformanceInsights"):
        yield _key_use(stack, instance, _KEYS[_INSTANCE])


def _worst(uses: Iterable[Use]) -> Use:
    """Return the first problem, or else the first doubt."""
    found = [*uses]
    problem = next((problem for problem, _ in found if problem), "")
    return problem, "" if problem else next((doubt for _, doubt in found if doubt), "")


def _copy_keys(secret: StackResource) -> tuple[str, ...]:
    """Return the keys of a secret's copies, which are in other regions, not in the stack."""
    return tuple(f"{copy.text('KmsKeyId')} in {copy.text('Region')}" for copy in _copies(secret))


def _copies(resource: StackResource) -> tuple[Properties, ...]:
    return resource.properties.children("ReplicaRegions") if resource.type == _SECRET else ()


def _runs_tasks(stack: Stack, cluster: StackResource) -> bool:
    return any(
        stack.find(service.properties.get("Cluster"), cluster.type) is cluster
        for service in stack.of_type("AWS::ECS::Service")
    )


def _key_use(stack: Stack, resource: StackResource, name: str, *, kind: str = "") -> Use:
    value = _at(resource.properties, name)
    key = find_key(stack, value)
    if key is None:
        return f"uses no key of the stack: {name} is {value or 'absent'}", ""
    return resource_use(stack, resource, key, value, kind=kind)


def _at(fields: Properties, path: str) -> Value:
    *parents, last = path.split(".")
    for parent in parents:
        fields = next(iter(fields.children(parent)), Properties(place=fields.place, entries={}))
    return fields.get(last)


def _is_known(kind: str) -> bool:
    if kind in _UNREAD:
        return False
    return kind in {*_KEYS, *_EMPTY} or bool(_STATELESS & set(kind.split("::")[1:2]))
