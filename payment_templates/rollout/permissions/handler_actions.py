"""Lists the actions that creating, reading, updating and deleting a resource type needs.

From `handlers.permissions` of AWS's resource schemas. CloudFormation calls them with the caller's
permissions, or those of the service role:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation.authorization import actions_named, has_service
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.rollout.permissions.statement import Condition, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Properties

_OPERATIONS = ("create", "read", "update", "delete")
# Types whose schema names no permissions.
_LEGACY: Mapping[str, tuple[str, ...]] = {
    # Only inside CloudFormation: its user guide, "Wait conditions", and the CDK's "Version
    # reporting".
    "AWS::CDK::Metadata": (),
    "AWS::CloudFormation::WaitCondition": (),
    "AWS::CloudFormation::WaitConditionHandle": (),
    # The operations on a listener's certificates in the API model of Elastic Load Balancing.
    "AWS::ElasticLoadBalancingV2::ListenerCertificate": (
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:RemoveListenerCertificates",
    ),
    # Several AWS::Route53::RecordSet, and their schema's permissions.
    "AWS::Route53::RecordSetGroup": (
        "route53:ChangeResourceRecordSets",
        "route53:GetChange",
        "route53:GetHostedZone",
        "route53:ListHostedZones",
        "route53:ListResourceRecordSets",
    ),
}
# Some schemas name a service as its API or its CLI does. The prefixes are in the service
# authorization reference: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_SERVICES: Mapping[str, str] = {
    "efs": "elasticfilesystem",
    "emr": "elasticmapreduce",
    "stepfunctions": "states",
}
# And some an operation instead of the action that it needs.
_ACTIONS: Mapping[str, str] = {
    "iam:assumerole": "sts:AssumeRole",
    # "Required permissions for Amazon S3 API operations":
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    "s3:deletebucketanalyticsconfiguration": "s3:PutAnalyticsConfiguration",
    "s3:deletebucketcors": "s3:PutBucketCORS",
    "s3:deletebucketencryption": "s3:PutEncryptionConfiguration",
    "s3:deletebucketlifecycle": "s3:PutLifecycleConfiguration",
    "s3:deletebucketmetricsconfiguration": "s3:PutMetricsConfiguration",
    "s3:deletebucketreplication": "s3:PutReplicationConfiguration",
    "s3:getbucketnotificationconfiguration": "s3:GetBucketNotification",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:putbucketencryption": "s3:PutEncryptionConfiguration",
    "s3:putbucketnotificationconfiguration": "s3:PutBucketNotification",
    "s3:putbucketreplication": "s3:PutReplicationConfiguration",
    "s3:putobjectlockconfiguration": "s3:PutBucketObjectLockConfiguration",
}
_LINKED_ROLES = "arn:${Partition}:iam::${Account}:role/aws-service-role/*"
# What a service does with the caller's permissions beyond the schema, by a property that asks for
# it ("" for always).
_INDIRECT: Mapping[tuple[str, str], Statement] = {
    # UpdateSecret: "If you use a customer managed key, you must also have kms:GenerateDataKey,
    # kms:Encrypt, and kms:Decrypt permissions on the key." Only through Secrets Manager:
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    ("AWS::SecretsManager::Secret", "KmsKeyId"): Statement(
        actions=("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"),
        condition=Condition(key="kms:ViaService", values=("secretsmanager.*",)),
    ),
    # As in the schema of AWS::RDS::DBInstance. RDS creates a grant with the caller's permissions:
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
    ("AWS::RDS::DBCluster", "KmsKeyId"): Statement(actions=("kms:CreateGrant", "kms:DescribeKey")),
    # The handler looks for the alias before it creates it, and takes a denial for "already exists":
    # CreateHandler of github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms.
    ("AWS::KMS::Alias", ""): Statement(actions=("kms:DescribeKey",)),
    # The first load balancer of an account:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", ""): Statement(
        actions=("iam:CreateServiceLinkedRole",), resources=(_LINKED_ROLES,)
    ),
}


def handler_actions(resource_type: str) -> frozenset[str] | None:
    """Return the actions of a type, without those of lists; None if AWS does not name them."""
    if resource_type in _LEGACY:
        return frozenset(_LEGACY[resource_type])
    return frozenset(it for one in _OPERATIONS for it in _permissions(resource_type, one)) or None


def unknown_actions(resource_type: str) -> tuple[str, ...]:
    """Return the actions that AWS's service authorization reference does not have.

    Empty where that means nothing: schemas also name what is no action, such as s3:REST.PUT.OBJECT,
    or no longer one. It means something where the reference lacks a whole service, or every action
    of a creation.
    """
    known = {it: bool(actions_named(it)) for it in handler_actions(resource_type) or ()}
    creation = [known[it] for it in _permissions(resource_type, "create")]
    if all(map(has_service, known)) and (any(creation) or not creation):
        return ()
    return tuple(sorted(it for it in known if not known[it]))


def _permissions(resource_type: str, operation: str) -> Iterator[str]:
    schema = resource_schema(resource_type)
    # One schema names an empty action.
    yield from (_in_reference(it) for it in (schema.permissions(operation) if schema else ()) if it)


def _in_reference(action: str) -> str:
    """Return an action with the service and the name that IAM knows."""
    # Some schemas write Batch: or EC2:, which IAM does not distinguish from batch: and ec2:.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    service, colon, name = action.partition(":")
    service = service.lower()
    return _ACTIONS.get(action.lower()) or f"{_SERVICES.get(service, service)}{colon}{name}"


def creating_action(resource_type: str) -> str:
    """Return the action that every creation of a type needs; empty if its name does not show it.

    Other actions of a schema may belong to properties that a template does not set.
    """
    wanted = f"create{resource_type.rpartition('::')[2].lower()}"
    actions = _permissions(resource_type, "create")
    return next((it for it in actions if it.partition(":")[2].lower() == wanted), "")


def indirect_statements(resource_type: str, properties: Properties) -> Iterator[Statement]:
    """Yield what services do with the caller's permissions for a resource."""
    for (kind, name), statement in _INDIRECT.items():
        if kind == resource_type and (not name or name in properties):
            yield statement
