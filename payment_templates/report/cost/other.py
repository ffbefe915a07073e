"""Calculates what keys, secrets and DNS cost, and lists the types that have no price here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference
from payment_templates.facts.free_types import FREE_TYPES
from payment_templates.facts.prices import (
    EXPERIMENT_MINUTE,
    HEALTH_CHECK,
    HEALTH_CHECK_FEATURE,
    HOSTED_ZONE,
    KEY,
    S3_STORAGE,
    SECRET,
)
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import OTHER, Line, priced, unpriced
from payment_templates.report.cost.network_logs import LOG_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence import Topology
    from payment_templates.report.cost.usage import Usage

_FAST_INTERVAL_SECONDS = 10
_STANDARD_PARAMETER = {"", "Standard"}
_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
# The types that the other modules read.
_PRICED_TYPES = frozenset(
    {
        *_KEYS,
        "AWS::Backup::BackupVault",
        *("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"),
        *("AWS::CloudWatch::Dashboard", "AWS::EC2::EIP", "AWS::EC2::NatGateway"),
        *("AWS::EC2::VPCEndpoint", "AWS::ECS::Cluster", "AWS::ECS::Service"),
        *("AWS::ECS::TaskDefinition", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        *("AWS::FIS::ExperimentTemplate", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"),
        "AWS::RDS::GlobalCluster",
        *("AWS::Route53::HealthCheck", "AWS::Route53::HostedZone", "AWS::SSM::Parameter"),
        *("AWS::S3::Bucket", "AWS::SecretsManager::Secret", "AWS::WAFv2::WebACL"),
        *LOG_TYPES,
    }
)


def other_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the lines of keys, secrets, health checks, hosted zones and buckets."""
    stack = topology.stack
    counted = (
        ("keys", _KEYS, KEY, "; each of the first two rotations adds one"),
        ("secrets", ("AWS::SecretsManager::Secret",), SECRET, ""),
        ("hosted zones", ("AWS::Route53::HostedZone",), HOSTED_ZONE, ""),
    )
    for what, types, price, note in counted:
        names = [it.logical_id for it in stack.of_type(*types)]
        if names:
            noun = price.unit.removesuffix("-month")
            yield priced(
                *(OTHER, what, *names),
                price=price,
                region=stack.region,
                quantity=len(names),
                how=quantity(len(names), noun) + note,
            )
    yield from _secret_replicas(topology)
    yield from _health_checks(topology)
    buckets = [it.logical_id for it in stack.of_type("AWS::S3::Bucket")]
    if buckets:
        yield priced(
            *(OTHER, "S3 storage", *buckets),
            price=S3_STORAGE,
            region=stack.region,
            quantity=len(buckets) * usage.bucket_gb,
            how=f"{quantity(len(buckets), 'bucket')} x {usage.bucket_gb:g} GB",
            by_usage=True,
        )
    experiments = [it.logical_id for it in stack.of_type("AWS::FIS::ExperimentTemplate")]
    if experiments:
        yield priced(
            *(OTHER, "actions of FIS experiments", *experiments),
            price=EXPERIMENT_MINUTE,
            region=stack.region,
            quantity=usage.experiment_minutes,
            how=f"{usage.experiment_minutes:g} minutes of actions",
            by_usage=True,
        )
    for parameter in stack.of_type("AWS::SSM::Parameter"):
        tier = parameter.properties.text("Tier")
        if tier not in _STANDARD_PARAMETER:
            problem = f"no price for a parameter of the tier {tier}"
            yield unpriced(OTHER, f"{tier} parameter", parameter.logical_id, problem=problem)


def _secret_replicas(topology: Topology) -> Iterator[Line]:
    """Yield the replicas of secrets, each of which costs as much as a secret.

    https://aws.amazon.com/secrets-manager/pricing/
    """
    stack = topology.stack
    counts = {
        it.logical_id: len(it.properties.values("ReplicaRegions"))
        for it in stack.of_type("AWS::SecretsManager::Secret")
    }
    if total := sum(counts.values()):
        yield priced(
            *(OTHER, "replicas of secrets", *(name for name, count in counts.items() if count)),
            price=SECRET,
            region=stack.region,
            quantity=total,
            how=quantity(total, "replica") + ", at the price of this region",
        )


def _health_checks(topology: Topology) -> Iterator[Line]:
    stack = topology.stack
    for check in stack.of_type("AWS::Route53::HealthCheck"):
        config, name = check.properties.child("HealthCheckConfig"), check.logical_id
        target = config.get("FullyQualifiedDomainName")
        place = "in AWS" if isinstance(target, Reference) else "in AWS, which is assumed"
        yield priced(
            *(OTHER, "health check", name),
            price=HEALTH_CHECK,
            region=stack.region,
            quantity=1,
            how=f"1 check of an endpoint {place}",
        )
        features = {
            "HTTPS": config.text("Type").startswith("HTTPS"),
            "a search string": "SearchString" in config,
            "a fast interval": config.number("RequestInterval", 30) <= _FAST_INTERVAL_SECONDS,
            "latency graphs": config.flag("MeasureLatency"),
        }
        used = [feature for feature, is_used in features.items() if is_used]
        if used:
            yield priced(
                *(OTHER, "optional features of the health check", name),
                price=HEALTH_CHECK_FEATURE,
                region=stack.region,
                quantity=len(used),
                how=", ".join(used),
            )


def unpriced_lines(topology: Topology) -> Iterator[Line]:
    """Yield a line for each resource type that has no price here and is not known to be free."""
    by_type: dict[str, list[str]] = {}
    for name, resource in topology.stack.resources.items():
        if resource.type not in _PRICED_TYPES | FREE_TYPES:
            by_type.setdefault(resource.type, []).append(name)
    for kind, names in by_type.items():
        yield unpriced(OTHER, kind, *names, problem=f"no price for {kind}")
