"""Checks that all data at rest is encrypted with a customer managed key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties, UnexpectedValueError
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept, unknown
from payment_templates.evidence.permissions.keys import find_key
from payment_templates.evidence.security.access_log_buckets import (
    log_buckets_with_own_key,
    users_of,
)
from payment_templates.evidence.security.encryption import DISKS_OF_TASKS, key_use, resource_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.security.encryption import Use
    from payment_templates.evidence.topology import Topology

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
    # An instance outside a cluster also has a KmsKeyId for its storage: see _instance_problem.
    "AWS::RDS::DBInstance": "PerformanceInsightsKMSKeyId",
    "AWS::S3::Bucket": (
        "BucketEncryption.ServerSideEncryptionConfiguration."
        "ServerSideEncryptionByDefault.KMSMasterKeyID"
    ),
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
}
# The property that turns encryption on, for types where the key alone does not.
_SWITCHES = {
    "AWS::DynamoDB::Table": "SSESpecification.SSEEnabled",
    "AWS::EC2::Volume": "Encrypted",
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
    "AWS::RDS::DBCluster": "StorageEncrypted",
}
# Services whose other types store no data at rest.
_STATELESS = {
    *("ApplicationAutoScaling", "ARCZonalShift", "CertificateManager", "CloudFormation"),
    *("CloudWatch", "EC2", "ECS", "ElasticLoadBalancingV2", "Events", "FIS", "IAM", "KMS", "Logs"),
    *("RDS", "Route53", "Route53Resolver", "SNS", "SQS", "SSM", "SecretsManager", "WAFv2"),
}
# Types of other services that store no data.
_EMPTY = {"AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::S3::BucketPolicy"}
_INSTANCE = "AWS::RDS::DBInstance"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.
_OWN_OF_AWS = "aws/secretsmanager"
_COPIED_FROM = ("DBSnapshotIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier")


@claim("Data at rest is encrypted with a customer managed key", "Constraint 5", "Success metric 5")
def encrypted_at_rest(topology: Topology) -> Finding:
    """Check that each resource with data uses a key of the stack whose policy allows that use.

    Load balancers write access logs only to a bucket with S3's own key, so that one which nothing
    else writes to may have it:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    A copy of a secret in another region needs a key there, or else has AWS's own:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicaRegionType.html
    """
    stack = topology.stack
    lines: list[str] = []
    doubts: list[str] = []
    log_buckets = log_buckets_with_own_key(stack)
    for resource in stack.of_type(*_KEYS):
        if resource in log_buckets:
            continue
        for problem, doubt in _uses(stack, resource):
            if problem:
                return broken(f"{resource.logical_id} {problem}", *lines)
            doubts += [f"{resource.logical_id}: it is not known whether {doubt}"] if doubt else []
        lines.append(f"{resource.logical_id}: customer managed key")
    if not lines:
        return absent("nothing in the template stores data")
    for key in stack.of_type("AWS::KMS::Key"):
        problem, doubt = key_use(stack, key)
        if problem:
            return broken(problem, *lines)
        doubts += [f"it is not known whether {doubt}"] if doubt else []
    if doubts:
        return unknown(doubts[0], *lines)
    lines += [
        f"{parameter.logical_id}: a String, not encrypted; it holds no secret"
        for parameter in stack.of_type("AWS::SSM::Parameter")
    ]
    if conditions := [*_conditions(stack, log_buckets)]:
        return conditional("; ".join(conditions), *lines)
    return kept(
        "database, its insights, logs, topic, secret and the tasks' disks; the key is rotated",
        *lines,
    )


def _conditions(stack: Stack, log_buckets: list[StackResource]) -> Iterator[str]:
    """Yield what the template does not show, and what AWS does not offer."""
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
    if unknown := [each for each in stack.resources.values() if not _is_known(each.type)]:
        names = ", ".join(f"{each.logical_id} ({each.type})" for each in unknown)
        yield f"unless {names} stores data: the type is not known here"


def _uses(stack: Stack, resource: StackResource) -> Iterator[Use]:
    """Yield why a resource is not encrypted with a key of the stack, and why that may be."""
    fields = resource.properties
    if resource.type == "AWS::ECS::Cluster" and not _runs_tasks(stack, resource):
        return
    if resource.type == _INSTANCE:
        yield from _instance_uses(stack, resource)
        return
    switch = _SWITCHES.get(resource.type)
    if switch and _at(fields, switch) not in {True, "true"}:
        yield "is not encrypted", ""
    yield _key_use(stack, resource, _KEYS[resource.type])
    if fields.flag("ManageMasterUserPassword"):
        # CreateDBCluster, MasterUserSecretKmsKeyId: aws/secretsmanager by default.
        yield _key_use(stack, resource, "MasterUserSecret.KmsKeyId")
    yield _copy_problem(resource), ""


def _instance_uses(stack: Stack, instance: StackResource) -> Iterator[Use]:
    """Check the storage of an instance outside a cluster, and Performance Insights of any instance.

    A copy or restore inherits the encryption of its source: botocore rds, CreateDBInstance.
    """
    fields = instance.properties
    if "DBClusterIdentifier" not in fields:
        if copied := next((name for name in _COPIED_FROM if name in fields), ""):
            if "StorageEncrypted" not in fields:
                raise UnexpectedValueError(f"{fields.place}.{copied}", "its key is not shown here")
        elif not fields.flag("StorageEncrypted"):
            yield "is not encrypted", ""
        yield _key_use(stack, instance, "KmsKeyId")
        if fields.flag("ManageMasterUserPassword"):
            yield _key_use(stack, instance, "MasterUserSecret.KmsKeyId")
    if fields.flag("EnablePerformanceInsights"):
        yield _key_use(stack, instance, _KEYS[_INSTANCE])


def _copy_problem(resource: StackResource) -> str:
    """Return the region in which a copy of a secret has AWS's own key, in a sentence, or ""."""
    for copy in _copies(resource):
        key = copy.text("KmsKeyId")
        if not key or key.endswith(_OWN_OF_AWS):
            return f"has a copy in {copy.text('Region')} with the key {_OWN_OF_AWS}"
    return ""


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


def _key_use(stack: Stack, resource: StackResource, name: str) -> Use:
    value = _at(resource.properties, name)
    key = find_key(stack, value)
    if key is None:
        return f"uses no key of the stack: {name} is {value or 'absent'}", ""
    return resource_use(stack, resource, key, value)


def _at(fields: Properties, path: str) -> Value:
    *parents, last = path.split(".")
    for parent in parents:
        fields = next(iter(fields.children(parent)), Properties(place=fields.place, entries={}))
    return fields.get(last)


def _is_known(kind: str) -> bool:
    return kind in {*_KEYS, *_EMPTY} or bool(_STATELESS & set(kind.split("::")[1:2]))
