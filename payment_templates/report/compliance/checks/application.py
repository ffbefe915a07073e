"""Checks what protects the application: web ACL, headers, updates, buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.evidence.claim import absent, broken, conditional, kept, not_applicable
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check

if TYPE_CHECKING:
    from payment_templates.cloudformation import Json, Properties, Stack, StackResource
    from payment_templates.evidence import Finding, Topology

_ACL, _ASSOCIATION = "AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_BUCKET, _BUCKET_POLICY = "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
_INSTANCE, _SERVICE = "AWS::RDS::DBInstance", "AWS::ECS::Service"
_ACCESS_BLOCK = (
    *("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"),
)
# "None" overrides nothing: the rules of a group block.
_BLOCKING = {"Block", "Captcha", "Challenge", "None"}
# LATEST means 1.4.0 for Linux, whose 1.0.0 is retired, and 1.0.0 for Windows:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html
_LATEST = {"", "LATEST", "1.4.0", "1.0.0"}


@check(
    "A web ACL stops attacks",
    {_ACL: ("Rules", "DefaultAction"), _ASSOCIATION: ("ResourceArn", "WebACLArn")},
)
def web_acl_stops_attacks(topology: Topology) -> Finding:
    """Check that each public load balancer has a web ACL with a rule that blocks.

    A rule that only counts detects an attack and lets it pass. One that a parameter switches to
    blocking meets the requirement only once it is switched.
    """
    stack = topology.stack
    balancers = [it for it in stack.of_type(_BALANCER) if _takes_web_requests(it)]
    if not balancers:
        return absent("there is no public load balancer for web requests")
    elsewhere: list[str] = []
    counting: list[str] = []
    for balancer in balancers:
        associations = [
            each
            for each in stack.of_type(_ASSOCIATION)
            if stack.find(each.properties.get("ResourceArn"), _BALANCER) is balancer
        ]
        if not associations:
            return broken(f"{balancer.logical_id} has no web ACL")
        for association in associations:
            acl = stack.find(association.properties.get("WebACLArn"), _ACL)
            if acl is None:
                elsewhere.append(association.logical_id)
            elif problem := _problem(acl):
                if not _can_block(stack, acl):
                    return broken(f"{acl.logical_id} {problem}")
                counting.append(acl.logical_id)
    if counting:
        return conditional(f"once an operator lets {', '.join(counting)} block: now it only counts")
    if elsewhere:
        return conditional(f"if the web ACL of {', '.join(elsewhere)}, not shown here, blocks")
    return kept(f"{quantity(len(balancers), 'public load balancer')} behind a web ACL that blocks")


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


def _takes_web_requests(balancer: StackResource) -> bool:
    public = balancer.properties.text("Scheme") in {"", "internet-facing"}
    return public and _is_application(balancer)


def _problem(acl: StackResource) -> str:
    rules = acl.properties.children("Rules")
    if not rules:
        return "has no rules"
    if "Block" in acl.properties.child("DefaultAction") or any(map(_blocks, rules)):
        return ""
    return "only counts requests: no rule blocks"


def _can_block(stack: Stack, acl: StackResource) -> bool:
    """Return whether a condition chooses between counting and blocking for a rule."""
    declared = cast("Json", stack.template.resources[acl.logical_id].properties)
    rules = declared.get("Rules")
    return isinstance(rules, list) and any(
        _BLOCKING & {*branch}
        for rule in cast("list[Json]", rules)
        for name in ("Action", "OverrideAction")
        for branch in rule.get(name, {}).get("Fn::If", ())[1:]
    )


def _blocks(rule: Properties) -> bool:
    """Return whether a rule can stop a request: its own action, or those of its group."""
    if "OverrideAction" in rule:
        return "None" in rule.child("OverrideAction")
    return bool(_BLOCKING & {*rule.child("Action")})


def _denies_plain_requests(statement: Properties) -> bool:
    """Return whether a statement denies every principal every request without TLS."""
    secure = statement.child("Condition").child("Bool").text("aws:SecureTransport")
    everyone = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    everything = bool({"s3:*", "*"} & {*statement.texts("Action")})
    is_denial = statement.text("Effect") == "Deny" and secure.lower() == "false"
    return is_denial and everyone and everything
