"""Lists the default values of properties that a template omits, each with its source.

A property is listed if its default affects connectivity, encryption, deletion, reachability or
alarms. `docs/aws-behaviour.md` has the same facts in context.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar = str | int | bool
SetBy = Literal["handler", "API", "CloudFormation"]

# Sources of several entries. A handler is cited with the commit that was read.
_RDS = "aws-cloudformation-resource-providers-rds@5a410e8"
_KMS = "aws-cloudformation-resource-providers-kms@f2d7168"
_EVENTS = "aws-cloudformation-resource-providers-events@5f8850a"
_SCHEMA = "resource schema in cfn-lint 1.58"
_TARGET_GROUP = "botocore elbv2, CreateTargetGroup"
_ATTRIBUTE = "botocore elbv2, TargetGroupAttribute"
_ALL_UNHEALTHY = "TargetGroupAttributes.target_group_health.unhealthy_state_routing"
_DELETION_POLICY = "CloudFormation template reference, DeletionPolicy attribute"


@dataclass(frozen=True, kw_only=True)
class ResourceDefault:
    """The default value of one property, and what sets it."""

    resource_type: str
    # A path such as Matcher.HttpCode. A list of key-value attributes counts as an object.
    property: str
    value: Scalar
    # "handler": CloudFormation sends this value, even if the API's own default differs.
    set_by: SetBy
    source: str
    # The default applies only if each of these properties has one of the values; "" means absent.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def _of(resource_type: str, *lines: tuple[str, Scalar, SetBy, str]) -> tuple[ResourceDefault, ...]:
    return tuple(
        ResourceDefault(
            resource_type=resource_type, property=name, value=value, set_by=set_by, source=source
        )
        for name, value, set_by, source in lines
    )


RESOURCE_DEFAULTS: tuple[ResourceDefault, ...] = (
    ResourceDefault(
        resource_type="AWS::RDS::DBCluster",
        property="Port",
        value=5432,
        set_by="handler",
        source=f"{_RDS}, dbcluster ModelAdapter.getDefaultPortForEngine",
        where={"EngineMode": ("serverless",), "Engine": ("aurora-postgresql",)},
    ),
    *_of(
        "AWS::RDS::DBCluster",
        # MySQL's port, even for PostgreSQL.
        ("Port", 3306, "handler", f"{_RDS}, dbcluster ModelAdapter.getDefaultPortForEngine"),
        ("BackupRetentionPeriod", 1, "handler", f"{_RDS}, dbcluster ModelAdapter.setDefaults"),
        ("DeleteAutomatedBackups", True, "API", "botocore rds, DeleteDBCluster"),
        ("DeletionPolicy", "Snapshot", "CloudFormation", _DELETION_POLICY),
        ("DeletionProtection", False, "API", "botocore rds, CreateDBCluster"),
        ("EnableIAMDatabaseAuthentication", False, "API", "botocore rds, ModifyDBCluster"),
        ("CopyTagsToSnapshot", False, "API", "botocore rds, CreateDBCluster"),
        (
            *("EngineLifecycleSupport", "open-source-rds-extended-support"),
            *("API", "botocore rds, CreateDBCluster"),
        ),
    ),
    *_of(
        "AWS::RDS::DBInstance",
        ("ApplyImmediately", True, "handler", f"{_RDS}, dbinstance shouldApplyImmediately"),
        ("AutoMinorVersionUpgrade", True, "API", "botocore rds, CreateDBInstance"),
        ("PromotionTier", 1, "API", "botocore rds, CreateDBInstance"),
        # For Aurora in a subnet group that is not called "default".
        ("PubliclyAccessible", False, "API", "botocore rds, CreateDBInstance"),
        ("MonitoringInterval", 0, "API", "botocore rds, CreateDBInstance"),
    ),
    # An instance in a cluster has no data of its own, so the default there is Delete.
    ResourceDefault(
        resource_type="AWS::RDS::DBInstance",
        property="DeletionPolicy",
        value="Snapshot",
        set_by="CloudFormation",
        source=_DELETION_POLICY,
        where={"DBClusterIdentifier": ("",)},
    ),
    *_of(
        "AWS::RDS::EventSubscription",
        ("Enabled", True, "handler", f"{_RDS}, eventsubscription setEnabledDefaultValue"),
    ),
    *_of(
        "AWS::KMS::Key",
        ("Enabled", True, "handler", f"{_KMS}, ModelAdapter.setDefaultsForCreateKey"),
        ("EnableKeyRotation", False, "handler", f"{_KMS}, ModelAdapter.setDefaultsForCreateKey"),
        ("RotationPeriodInDays", 365, "API", "botocore kms, EnableKeyRotation"),
        ("PendingWindowInDays", 30, "API", "botocore kms, ScheduleKeyDeletion"),
        ("KeySpec", "SYMMETRIC_DEFAULT", "handler", f"{_KMS}, ModelAdapter"),
        ("KeyUsage", "ENCRYPT_DECRYPT", "handler", f"{_KMS}, ModelAdapter"),
        ("MultiRegion", False, "handler", f"{_KMS}, ModelAdapter"),
    ),
    *_of(
        "AWS::Logs::LogGroup",
        ("DeletionProtectionEnabled", False, "API", _SCHEMA),
        ("LogGroupClass", "STANDARD", "API", _SCHEMA),
    ),
    *_of(
        "AWS::Events::Rule",
        ("State", "ENABLED", "API", f"botocore events, PutRule; {_EVENTS} sends nothing"),
        ("EventBusName", "default", "API", _SCHEMA),
    ),
    *_of(
        "AWS::CloudWatch::Alarm",
        ("ActionsEnabled", True, "API", "botocore cloudwatch, PutMetricAlarm"),
        ("TreatMissingData", "missing", "API", "botocore cloudwatch, PutMetricAlarm"),
    ),
    *_of(
        "AWS::CloudWatch::CompositeAlarm",
        ("ActionsEnabled", True, "API", "botocore cloudwatch, PutCompositeAlarm"),
    ),
    *_of(
        "AWS::EC2::VPC",
        ("EnableDnsSupport", True, "API", _SCHEMA),
        ("EnableDnsHostnames", False, "API", _SCHEMA),
        ("InstanceTenancy", "default", "API", "botocore ec2, CreateVpc"),
    ),
    *_of("AWS::EC2::Subnet", ("MapPublicIpOnLaunch", False, "API", _SCHEMA)),
    *_of(
        "AWS::EC2::NatGateway",
        ("ConnectivityType", "public", "API", "botocore ec2, CreateNatGateway"),
        ("AvailabilityMode", "zonal", "API", "botocore ec2, CreateNatGateway"),
    ),
    *_of(
        "AWS::EC2::VPCEndpoint",
        ("VpcEndpointType", "Gateway", "API", "botocore ec2, CreateVpcEndpoint"),
        ("PrivateDnsEnabled", False, "API", _SCHEMA),
    ),
    *_of(
        "AWS::EC2::FlowLog",
        ("LogDestinationType", "cloud-watch-logs", "API", "botocore ec2, CreateFlowLogs"),
    ),
    *_of(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        ("Scheme", "internet-facing", "API", "botocore elbv2, CreateLoadBalancer"),
        (
            *("LoadBalancerAttributes.deletion_protection.enabled", "false"),
            *("API", "botocore elbv2, LoadBalancerAttribute"),
        ),
    ),
    ResourceDefault(
        resource_type="AWS::ElasticLoadBalancingV2::TargetGroup",
        property="HealthCheckTimeoutSeconds",
        value=10,
        set_by="API",
        source=_TARGET_GROUP,
        where={"Protocol": ("HTTPS", "TCP", "TLS")},
    ),
    ResourceDefault(
        resource_type="AWS::ElasticLoadBalancingV2::TargetGroup",
        property="HealthCheckProtocol",
        value="TCP",
        set_by="API",
        source=_TARGET_GROUP,
        where={"Protocol": ("GENEVE", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP")},
    ),
    # For an Application Load Balancer.
    *_of(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        ("HealthCheckTimeoutSeconds", 6, "API", _TARGET_GROUP),
        ("HealthCheckIntervalSeconds", 30, "API", _TARGET_GROUP),
        ("HealthyThresholdCount", 5, "API", _TARGET_GROUP),
        ("UnhealthyThresholdCount", 2, "API", _TARGET_GROUP),
        ("HealthCheckPort", "traffic-port", "API", _TARGET_GROUP),
        ("HealthCheckProtocol", "HTTP", "API", _TARGET_GROUP),
        ("Matcher.HttpCode", "200", "API", "botocore elbv2, Matcher"),
        ("TargetType", "instance", "API", _TARGET_GROUP),
        (
            *("TargetGroupAttributes.deregistration_delay.timeout_seconds", "300"),
            *("API", _ATTRIBUTE),
        ),
        (
            "TargetGroupAttributes.load_balancing.cross_zone.enabled",
            *("use_load_balancer_configuration", "API", _ATTRIBUTE),
        ),
        (
            f"{_ALL_UNHEALTHY}.minimum_healthy_targets.count",
            *("1", "API", _ATTRIBUTE),
        ),
    ),
    # For the scheduling strategy REPLICA, the only one on Fargate.
    *_of(
        "AWS::ECS::Service",
        ("DesiredCount", 1, "API", _SCHEMA),
        ("AvailabilityZoneRebalancing", "ENABLED", "API", _SCHEMA),
        (
            *("DeploymentConfiguration.MinimumHealthyPercent", 100),
            *("API", "botocore ecs, DeploymentConfiguration"),
        ),
        (
            *("DeploymentConfiguration.MaximumPercent", 200),
            *("API", "botocore ecs, DeploymentConfiguration"),
        ),
        (
            *("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "DISABLED"),
            *("API", "botocore ecs, AwsVpcConfiguration"),
        ),
    ),
    *_of(
        "AWS::Route53::HealthCheck",
        ("HealthCheckConfig.RequestInterval", 30, "API", "botocore route53, HealthCheckConfig"),
        ("HealthCheckConfig.FailureThreshold", 3, "API", "botocore route53, HealthCheckConfig"),
    ),
    *_of("AWS::Route53::RecordSet", ("AliasTarget.EvaluateTargetHealth", False, "API", _SCHEMA)),
)


def _key(line: ResourceDefault) -> tuple[str, str]:
    return line.resource_type, line.property


_BY_PROPERTY = {
    key: tuple(lines) for key, lines in groupby(sorted(RESOURCE_DEFAULTS, key=_key), key=_key)
}


def default_of(
    resource_type: str, name: str, properties: Mapping[str, object] | None = None
) -> Scalar | None:
    """Return the default value of a property; None if the table has no entry."""
    line = find_default(resource_type, name, properties)
    return None if line is None else line.value


def find_default(
    resource_type: str, name: str, properties: Mapping[str, object] | None = None
) -> ResourceDefault | None:
    """Return the default of a property with its source; None if the table has no entry.

    The first entry whose `where` matches the sibling `properties` applies.
    """
    given = properties or {}
    return next(
        (
            line
            for line in _BY_PROPERTY.get((resource_type, name), ())
            if all(str(given.get(other, "")) in values for other, values in line.where.items())
        ),
        None,
    )
