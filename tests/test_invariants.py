"""Tests properties of every template that Options allow."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from payment_templates import PROFILES, Options, build_template
from payment_templates.cloudformation import references_in
from payment_templates.facts.fargate import MEMORY_BY_CPU
from payment_templates.options import (
    LOG_DAYS,
    LONGEST_BACKUP_DAYS,
    LOST_SECONDS,
    MONITORING_SECONDS,
    MOST_READERS,
    MOST_READERS_OF_PAIR,
    MOST_ZONES,
    VPC_CIDR,
)
from payment_templates.rendering import MOST_BYTES, render
from tests.view import View, patterns

# The longest values that the parameter and AWS allow.
LONGEST = {
    "${AWS::AccountId}": "1" * 12,
    "${AWS::Region}": "us-isof-south-1",
    "${EnvironmentSuffix}": "s" * 20,
}
# The property with a resource's name, and the service's limit for it (botocore's models).
NAME_PROPERTIES = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": ("PolicyName", 256),
    "AWS::Chatbot::SlackChannelConfiguration": ("ConfigurationName", 128),
    "AWS::CloudWatch::Alarm": ("AlarmName", 255),
    "AWS::CloudWatch::Dashboard": ("DashboardName", 255),
    "AWS::ECS::Cluster": ("ClusterName", 255),
    "AWS::ECS::Service": ("ServiceName", 255),
    "AWS::ECS::TaskDefinition": ("Family", 255),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Name", 32),
    "AWS::ElasticLoadBalancingV2::TargetGroup": ("Name", 32),
    "AWS::Events::Rule": ("Name", 64),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", 128),
    "AWS::IAM::Role": ("RoleName", 64),
    "AWS::KMS::Alias": ("AliasName", 256),
    "AWS::Logs::LogGroup": ("LogGroupName", 512),
    "AWS::RDS::DBCluster": ("DBClusterIdentifier", 63),
    "AWS::RDS::DBInstance": ("DBInstanceIdentifier", 63),
    "AWS::RDS::DBSubnetGroup": ("DBSubnetGroupName", 255),
    "AWS::RDS::EventSubscription": ("SubscriptionName", 255),
    "AWS::RDS::GlobalCluster": ("GlobalClusterIdentifier", 63),
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": ("Name", 64),
    "AWS::S3::Bucket": ("BucketName", 63),
    "AWS::SNS::Topic": ("TopicName", 256),
    "AWS::SSM::Parameter": ("Name", 1011),
    "AWS::SecretsManager::Secret": ("Name", 512),
    "AWS::WAFv2::WebACL": ("Name", 128),
}
# Links between two resources have neither a name nor tags.
LINKS = {
    "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::Route53::RecordSet",
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
}


@st.composite
def shapes(draw: st.DrawFn) -> Options:
    zones = draw(st.integers(3, MOST_ZONES))
    cpu = draw(st.sampled_from(sorted(MEMORY_BY_CPU)))
    shared = draw(st.booleans())
    tasks = zones * draw(st.integers(1, 10))
    return Options(
        profile=draw(st.sampled_from(sorted(PROFILES))),
        zones=zones,
        nat_gateways=draw(st.sampled_from([1, zones])),
        instance_class=draw(st.sampled_from(["db.t3.medium"] * (not shared) + ["db.r6g.large"])),
        readers=draw(st.integers(1, MOST_READERS_OF_PAIR if shared else MOST_READERS)),
        backup_days=draw(st.integers(1, LONGEST_BACKUP_DAYS)),
        log_days=draw(st.sampled_from(LOG_DAYS)),
        tasks=tasks,
        most_tasks=draw(st.sampled_from([0, tasks, tasks + 1])),
        task_cpu=cpu,
        task_memory_mib=draw(st.sampled_from(MEMORY_BY_CPU[cpu])),
        target_cpu_percent=draw(st.integers(1, 100)),
        deletion_policy=draw(st.sampled_from(["Delete", "Snapshot"])),
        deletion_protection=draw(st.booleans()),
        require_certificate=draw(st.booleans()),
        global_database=shared,
        lost_seconds=draw(st.sampled_from([0, *LOST_SECONDS])) if shared else 0,
        zonal_autoshift=draw(st.booleans()),
        weighted_random_routing=draw(st.booleans()),
        region_alerts=shared and draw(st.booleans()),
        more_alert_endpoints=draw(st.booleans()),
        flow_logs=draw(st.booleans()),
        dns_query_logs=draw(st.booleans()),
        web_acl=draw(st.booleans()),
        access_logs=draw(st.booleans()),
        hsts=draw(st.booleans()),
        interface_endpoints=draw(st.booleans()),
        vpc_cidr=draw(st.sampled_from([VPC_CIDR, "172.16.0.0/18", "192.168.240.0/20"])),
        restrict_container=draw(st.booleans()),
        enhanced_monitoring_seconds=draw(st.sampled_from(MONITORING_SECONDS)),
        database_audit=draw(st.booleans()),
        automatic_minor_upgrades=not shared and draw(st.booleans()),
        database_change_events=draw(st.booleans()),
        certificate_alerts=draw(st.booleans()),
        permissions_boundary=draw(st.sampled_from(["", "boundaries/payments"])),
        tags=draw(st.sampled_from([(), (("CostCenter", "42"),)])),
    )


@cache
def view(options: Options) -> View:
    return View.of(build_template(options))


for_every_shape = given(options=shapes())


@for_every_shape
def test_every_reference_resolves(options: Options) -> None:
    template = view(options)
    known = {*template.resources, *template.document["Parameters"]}

    named = {name for name in references_in(template.document) if not name.startswith("AWS::")}

    assert named <= known


@for_every_shape
def test_dependencies_have_no_cycle(options: Options) -> None:
    template = view(options)

    graph = {logical_id: template.depends_on(logical_id) for logical_id in template.resources}

    assert list(TopologicalSorter(graph).static_order())


# CloudFormation refuses a template in which DependsOn names a resource that does not exist.
@for_every_shape
def test_nothing_depends_on_a_resource_that_may_not_exist(options: Options) -> None:
    resources = view(options).resources

    needed = {name for resource in resources.values() for name in resource.get("DependsOn", [])}

    assert not [name for name in needed if "Condition" in resources[name]]


@for_every_shape
def test_every_shape_is_within_the_limits_of_cloudformation(options: Options) -> None:
    text = render(build_template(options))

    assert len(text.encode()) <= MOST_BYTES


# cfn-lint takes more than a second for a template: one in the gate, more in `make faults`.
@settings(max_examples=settings().max_examples // 5, phases=[Phase.generate])
@for_every_shape
def test_every_shape_is_lint_clean(options: Options) -> None:
    # Imported here: loading cfn-lint takes half a second in each worker.
    import cfnlint.api  # noqa: PLC0415
    from cfnlint.config import ManualArgs  # noqa: PLC0415

    # The committed template is linted in four regions: make lint.
    config = ManualArgs(include_checks=["I"], regions=["us-west-2"])

    findings = cfnlint.api.lint(json.dumps(view(options).document), config=config)

    assert [f"{found.rule.id} {found.message}" for found in findings] == []


@for_every_shape
def test_longest_names_stay_within_the_limit_of_their_service(options: Options) -> None:
    for resource_type, (name, limit) in NAME_PROPERTIES.items():
        for properties in view(options).of_type(resource_type).values():
            assert all(len(longest(text)) <= limit for text in patterns(properties[name]))


def longest(text: str) -> str:
    for variable, value in LONGEST.items():
        text = text.replace(variable, value)
    return text


@for_every_shape
def test_everything_is_named_or_tagged_with_the_suffix(options: Options) -> None:
    for logical_id, resource in view(options).resources.items():
        if resource["Type"] in LINKS:
            continue
        name, _ = NAME_PROPERTIES.get(resource["Type"], (None, None))
        named = [resource["Properties"].get(key) for key in (name, "Tags", "HealthCheckTags")]
        assert "EnvironmentSuffix" in set(references_in(named)), logical_id


@for_every_shape
def test_snapshot_is_retained_only_with_key_logs_and_backups(
    options: Options,
) -> None:
    template = view(options)

    retained = {
        resource["Type"]
        for resource in template.resources.values()
        if resource["DeletionPolicy"] != "Delete"
    }

    deletes_backups = template.only("AWS::RDS::DBCluster")["DeleteAutomatedBackups"]
    nothing = set[str](), True
    bucket = {"AWS::S3::Bucket"} if options.access_logs else set[str]()
    everything = {"AWS::RDS::DBCluster", "AWS::KMS::Key", "AWS::Logs::LogGroup", *bucket}, False
    expected = nothing if options.deletion_policy == "Delete" else everything
    assert (retained, deletes_backups) == expected


@for_every_shape
def test_only_the_load_balancer_is_public(options: Options) -> None:
    template = view(options)

    open_groups = {
        group
        for group in template.of_type("AWS::EC2::SecurityGroup")
        if any("CidrIp" in rule for rule in template.rules_into(group))
    }

    assert open_groups == {"LoadBalancerSecurityGroup"}
    assert _public_flags(template) == {False}


def _public_flags(template: View) -> set[object]:
    subnets = template.of_type("AWS::EC2::Subnet").values()
    instances = template.of_type("AWS::RDS::DBInstance").values()
    flags: set[object] = {subnet["MapPublicIpOnLaunch"] for subnet in subnets}
    return flags | {instance["PubliclyAccessible"] for instance in instances}


@for_every_shape
def test_only_secret_and_cluster_read_the_password(options: Options) -> None:
    template = view(options)

    readers = {
        logical_id
        for logical_id, resource in template.resources.items()
        if "DBMasterPassword" in set(references_in(resource))
    }

    assert readers == {"DatabaseSecret", "DatabaseCluster"}
    assert "DBMasterPassword" not in set(references_in(template.document["Outputs"]))


@given(options=shapes().filter(lambda shape: shape.zones < MOST_ZONES))
def test_another_zone_moves_no_subnet_and_renames_nothing(options: Options) -> None:
    # Without a range of tasks, whose alarm the wider stack does not have.
    options = replace(options, most_tasks=0)
    zones = options.zones + 1
    nat_gateways = 1 if options.nat_gateways == 1 else zones
    # Whether the service scales decides about an alarm of its own.
    most_tasks = zones + 1 if options.scales else 0
    wider = replace(
        options, zones=zones, nat_gateways=nat_gateways, tasks=zones, most_tasks=most_tasks
    )

    before, after = view(options), view(wider)

    assert set(before.resources) <= set(after.resources)
    for subnet, properties in before.of_type("AWS::EC2::Subnet").items():
        assert after.properties(subnet) == properties


@given(options=shapes())
def test_one_nat_gateway_per_zone_changes_only_routes(options: Options) -> None:
    one = view(replace(options, nat_gateways=1))
    each = view(replace(options, nat_gateways=options.zones))

    changed = {name for name in one.resources if one.resource(name) != each.resource(name)}
    added = {each.resource(name)["Type"] for name in set(each.resources) - set(one.resources)}

    assert {one.resource(name)["Type"] for name in changed} == {"AWS::EC2::Route"}
    assert added == {"AWS::EC2::EIP", "AWS::EC2::NatGateway"}
