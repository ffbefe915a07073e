"""AWS decides what a template leaves out: each default is stated in the stack, or relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.facts.resource_defaults import RESOURCE_DEFAULTS, default_of
from tests.view import View

if TYPE_CHECKING:
    from payment_templates.facts.resource_defaults import ResourceDefault, Scalar
    from tests.view import Json

FEWEST_HEALTHY = (
    "TargetGroupAttributes.target_group_health.unhealthy_state_routing.minimum_healthy_targets"
    ".count"
)
# Left out of the template on purpose, because AWS's default is what the stack needs.
RELIED_ON: dict[tuple[str, str], Scalar] = {
    # Where the number of tasks has a range: the scalable target raises it to its minimum.
    ("AWS::ECS::Service", "DesiredCount"): 1,
    # A later change of it fails: leaving it out accepts paid Extended Support.
    ("AWS::RDS::DBCluster", "EngineLifecycleSupport"): "open-source-rds-extended-support",
    ("AWS::RDS::DBInstance", "ApplyImmediately"): True,
    # Enhanced monitoring is not part of the specification.
    ("AWS::RDS::DBInstance", "MonitoringInterval"): 0,
    ("AWS::RDS::EventSubscription", "Enabled"): True,
    ("AWS::KMS::Key", "RotationPeriodInDays"): 365,
    ("AWS::KMS::Key", "KeySpec"): "SYMMETRIC_DEFAULT",
    ("AWS::KMS::Key", "KeyUsage"): "ENCRYPT_DECRYPT",
    # Fargate refuses a multi-Region key for its disks.
    ("AWS::KMS::Key", "MultiRegion"): False,
    # Protected, the stack could not delete its logs.
    ("AWS::Logs::LogGroup", "DeletionProtectionEnabled"): False,
    ("AWS::Logs::LogGroup", "LogGroupClass"): "STANDARD",
    ("AWS::Events::Rule", "EventBusName"): "default",
    ("AWS::EC2::VPC", "InstanceTenancy"): "default",
    ("AWS::EC2::NatGateway", "ConnectivityType"): "public",
    ("AWS::EC2::NatGateway", "AvailabilityMode"): "zonal",
    ("AWS::EC2::VPCEndpoint", "VpcEndpointType"): "Gateway",
    ("AWS::EC2::VPCEndpoint", "PrivateDnsEnabled"): False,
    # The health check asks the port that serves, by the protocol that serves.
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckPort"): "traffic-port",
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckProtocol"): "HTTP",
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Matcher.HttpCode"): "200",
    ("AWS::ElasticLoadBalancingV2::TargetGroup", FEWEST_HEALTHY): "1",
    # The record is no alias.
    ("AWS::Route53::RecordSet", "AliasTarget.EvaluateTargetHealth"): False,
}
ATTRIBUTES = {"DeletionPolicy", "UpdateReplacePolicy"}
each_default = pytest.mark.parametrize(
    "default",
    RESOURCE_DEFAULTS,
    ids=lambda default: f"{default.resource_type}-{default.property}-{default.value}",
)


def states(properties: Json, name: str) -> bool:
    """Look for a property, or one below it; a list of attributes counts as a table."""
    first, _, rest = name.partition(".")
    below = properties.get(first)
    if not rest or below is None:
        return below is not None
    if isinstance(below, list):
        return rest in {attribute["Key"] for attribute in cast("list[Json]", below)}
    return states(below, rest)


@each_default
@pytest.mark.parametrize("profile", PROFILES)
def test_default_is_stated_or_relied_on(profile: str, default: ResourceDefault) -> None:
    template = View.of(build_template(PROFILES[profile]))
    relied_on = RELIED_ON.get((default.resource_type, default.property))

    leaving_it_out = {
        logical_id
        for logical_id, resource in template.resources.items()
        if resource["Type"] == default.resource_type
        and default.property not in ATTRIBUTES & resource.keys()
        and not states(resource["Properties"], default.property)
        and all(
            str(resource["Properties"].get(name, "")) in of for name, of in default.where.items()
        )
    }

    assert not leaving_it_out or relied_on == default.value


def test_every_default_relied_on_is_known() -> None:
    unknown = {
        (resource_type, name)
        for (resource_type, name), value in RELIED_ON.items()
        if default_of(resource_type, name) != value
    }

    assert unknown == set()


@each_default
def test_default_has_a_source(default: ResourceDefault) -> None:
    assert default.source.strip()


# The test that would have found it: PostgreSQL listens on 5432, and the handler sends 3306.
@pytest.mark.parametrize(
    ("properties", "port"),
    [
        ({"Engine": "aurora-postgresql"}, 3306),
        ({"Engine": "aurora-postgresql", "EngineMode": "provisioned"}, 3306),
        ({"Engine": "aurora-postgresql", "EngineMode": "serverless"}, 5432),
        ({"Engine": "aurora-mysql", "EngineMode": "serverless"}, 3306),
    ],
    ids=["PostgreSQL", "PostgreSQL, provisioned", "PostgreSQL, serverless", "MySQL, serverless"],
)
def test_port_of_a_cluster_is_what_the_handler_sends(properties: dict[str, str], port: int) -> None:
    default = default_of("AWS::RDS::DBCluster", "Port", properties)

    assert default == port


@pytest.mark.parametrize(
    ("protocol", "seconds"), [("HTTP", 6), ("HTTPS", 10)], ids=["HTTP", "HTTPS"]
)
def test_health_check_waits_longer_for_tls(protocol: str, seconds: int) -> None:
    default = default_of(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "HealthCheckTimeoutSeconds",
        {"Protocol": protocol},
    )

    assert default == seconds


def test_property_without_a_line_has_no_default() -> None:
    default = default_of("AWS::RDS::DBCluster", "Engine")

    assert default is None
