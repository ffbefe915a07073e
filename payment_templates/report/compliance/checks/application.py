"""Checks what protects the application: headers, updates, buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, conditional, kept, not_applicable
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, StackResource
    from payment_templates.evidence import Finding, Topology

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_BUCKET, _BUCKET_POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
_INSTANCE, _SERVICE = "AWS::RDS::DBInstance", "AWS::ECS::Service"
_ACCESS_BLOCK = (
    *("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"),
)
# LATEST means 1.4.0 for Linux, whose 1.0.0 is retired, and 1.0.0 for Windows:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html
_LATEST = {"", "LATEST", "1.4.0", "1.0.0"}


@check("The load balancer drops invalid headers", {_BALANCER: ("LoadBalancerAttributes",)})
def invalid_headers_are_dropped(topology: Topology) -> Finding:
    """Check that load balancers drop headers with invalid names."""
    balancers = [it for it in topology.stack.of_type(_BALANCER) if _is_application(it)]
    if not balancers:
        return absent("there is no load balancer for web requests")
    for balancer in balancers:
        attributes = balancer.properties.attributes("LoadBalancerAttributes")
        if not attributes.flag("routing.http.drop_invalid_header_fields.enabled"):
            return broken(f"{balancer.logical_id} passes invalid headers on")
    return kept(f"{quantity(len(balancers), 'load balancer')}, dropping invalid headers")


@check("Minor versions of the database are installed", {_INSTANCE: ("AutoMinorVersionUpgrade",)})
def minor_versions_are_installed(topology: Topology) -> Finding:
    """Check that RDS installs minor versions; otherwise an operator must.

    In a global database RDS never does:
    https://docs.aws.amazon.com/config/latest/developerguide/rds-automatic-minor-version-upgrade-enabled.html
    """
    instances = topology.stack.of_type(_INSTANCE)
    if not instances:
        return absent("there is no database instance")
    by_hand = [
        each.logical_id for each in instances if not each.properties.flag("AutoMinorVersionUpgrade")
    ]
    if not by_hand and _is_global(topology):
        return conditional(
            "if an operator installs every minor version: RDS upgrades no cluster of a global "
            "database by itself"
        )
    if by_hand:
        return conditional(f"if an operator installs every minor version on {', '.join(by_hand)}")
    return kept(f"{quantity(len(instances), 'instance')}, updated by RDS")


@check("Tasks run on the latest platform", {_SERVICE: ("PlatformVersion",)})
def tasks_run_on_latest_platform(topology: Topology) -> Finding:
    """Check that no service pins an old platform version of Fargate."""
    services = topology.stack.of_type(_SERVICE)
    if not services:
        return absent("there is no service")
    for service in services:
        if (version := service.properties.text("PlatformVersion")) not in _LATEST:
            return broken(f"{service.logical_id} runs on platform version {version}")
    return kept(f"{quantity(len(services), 'service')} on the latest platform version")


@check("Buckets are private", {_BUCKET: ("PublicAccessBlockConfiguration",)})
def buckets_are_private(topology: Topology) -> Finding:
    """Check that each bucket blocks public access.

    New buckets do so by default:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    buckets = topology.stack.of_type(_BUCKET)
    if not buckets:
        return not_applicable("there is no bucket")
    by_default: list[str] = []
    for bucket in buckets:
        if "PublicAccessBlockConfiguration" not in bucket.properties:
            by_default.append(bucket.logical_id)
            continue
        block = bucket.properties.child("PublicAccessBlockConfiguration")
        if missing := [name for name in _ACCESS_BLOCK if not block.flag(name)]:
            return broken(f"{bucket.logical_id} can become public: {', '.join(missing)}")
    if by_default:
        return conditional(f"if S3's default for new buckets stays: {', '.join(by_default)}")
    return kept(f"{quantity(len(buckets), 'bucket')} without public access")


@check("Buckets take TLS only", {_BUCKET_POLICY: ("PolicyDocument",), _BUCKET: ()})
def buckets_take_tls_only(topology: Topology) -> Finding:
    """Check that the policy of each bucket denies requests without TLS."""
    stack = topology.stack
    buckets = stack.of_type(_BUCKET)
    if not buckets:
        return not_applicable("there is no bucket")
    for bucket in buckets:
        if not any(
            _denies_plain_requests(statement)
            for policy in stack.of_type(_BUCKET_POLICY)
            if stack.find(policy.properties.get("Bucket"), _BUCKET) is bucket
            for statement in policy.properties.child("PolicyDocument").children("Statement")
        ):
            return broken(f"{bucket.logical_id} takes requests without TLS")
    return kept(f"{quantity(len(buckets), 'bucket')} with TLS only")


def _is_global(topology: Topology) -> bool:
    stack = topology.stack
    return bool(stack.of_type("AWS::RDS::GlobalCluster")) or any(
        "GlobalClusterIdentifier" in cluster.properties
        for cluster in stack.of_type("AWS::RDS::DBCluster")
    )


def _is_application(balancer: StackResource) -> bool:
    return balancer.properties.text("Type") in {"", "application"}


def _denies_plain_requests(statement: Properties) -> bool:
    """Return whether a statement denies every principal every request without TLS."""
    secure = statement.child("Condition").child("Bool").text("aws:SecureTransport")
    everyone = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    everything = bool({"s3:*", "*"} & {*statement.texts("Action")})
    is_denial = statement.text("Effect") == "Deny" and secure.lower() == "false"
    return is_denial and everyone and everything
