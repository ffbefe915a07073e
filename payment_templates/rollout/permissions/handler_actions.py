"""Lists the actions that creating, reading, updating and deleting a resource type needs.

From `handlers.permissions` of AWS's resource schemas. CloudFormation calls them with the caller's
permissions, or those of the service role:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    schema = resource_schema(resource_type)
    found = schema and frozenset(
        _with_lowercase_service(action)
        for operation in _OPERATIONS
        for action in schema.permissions(operation)
    )
    return found or None


def _with_lowercase_service(action: str) -> str:
    # Some schemas write Batch: or EC2:, which IAM does not distinguish from batch: and ec2:.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    service, colon, name = action.partition(":")
    return f"{service.lower()}{colon}{name}"


def creating_action(resource_type: str) -> str:
    """Return the action that every creation of a type needs; empty if its name does not show it.

    Other actions of a schema may belong to properties that a template does not set.
    """
    schema = resource_schema(resource_type)
    wanted = f"create{resource_type.rpartition('::')[2].lower()}"
    actions = schema.permissions("create") if schema else ()
    return next((it for it in actions if it.partition(":")[2].lower() == wanted), "")


def indirect_statements(resource_type: str, properties: Properties) -> Iterator[Statement]:
    """Yield what services do with the caller's permissions for a resource."""
    for (kind, name), statement in _INDIRECT.items():
        if kind == resource_type and (not name or name in properties):
            yield statement
