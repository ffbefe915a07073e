"""What CloudFormation refuses or undoes because a new resource meets an old one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.slots import SLOTS
from payment_templates.report.comparison import Effect, compare
from payment_templates.report.comparison.comparison import compare_resources
from tests.evidence.changes import append, changed, cut, put
from tests.evidence.templates import production_document, real_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.report.comparison import Comparison, ResourceChange
    from tests.evidence.changes import Change, Json

REGION = "us-east-1"
SUBNET = "AWS::EC2::Subnet"


def resources(*changes: Change, before: Json | None = None) -> Mapping[str, ResourceChange]:
    document = before or real_document()
    old = parse_template(json.dumps(document))
    new = parse_template(json.dumps(changed(document, *changes)))
    return {it.logical_id: it for it in compare_resources(old, new, REGION, {})}


def renamed(document: Json, name: str) -> Json:
    """Return the document with another logical ID, in all references too."""
    text = json.dumps(document)
    for before, after in (('"%s"', '"%s"'), ("${%s}", "${%s}"), ("${%s.", "${%s.")):
        text = text.replace(before % name, after % f"{name}New")
    new: Json = json.loads(text)
    return new


def small(**entries: tuple[str, Json]) -> Json:
    return {
        "Resources": {
            name: {"Type": kind, "Properties": properties}
            for name, (kind, properties) in entries.items()
        }
    }


def comparison(before: Json, after: Json) -> Comparison:
    return compare(parse_template(json.dumps(before)), parse_template(json.dumps(after)))


# A resource of the stack; the effect and the reason of its new logical ID.
ONLY_ONE = {
    "HttpListener": (Effect.REFUSED, "DuplicateListener"),
    "NatGatewayA": (Effect.REFUSED, "Resource.AlreadyAssociated"),
    "PrivateSubnetA": (Effect.REFUSED, "InvalidSubnet.Conflict"),
    "PrivateRouteA": (Effect.REFUSED, "RouteAlreadyExists"),
    "RequestsIngress": (Effect.REFUSED, "InvalidPermission.Duplicate"),
    "S3Endpoint": (Effect.REFUSED, "already has a route"),
    "GatewayAttachment": (Effect.REFUSED, "Resource.AlreadyAssociated"),
    "ScalableTarget": (Effect.REFUSED, "already exists in the stack"),
    "AlertTopicPolicy": (Effect.UNDONE, "the update deletes it at its end"),
    "AlertEmailSubscription": (Effect.UNDONE, "the update deletes it at its end"),
    "PrivateAssociationA": (Effect.UNDONE, "the update deletes it at its end"),
    "ScalingPolicy": (Effect.UNDONE, "the update deletes it at its end"),
}


@pytest.mark.parametrize(("name", "expected"), ONLY_ONE.items(), ids=ONLY_ONE)
def test_new_logical_id_of_what_exists_only_once_fails(
    name: str, expected: tuple[Effect, str]
) -> None:
    effect, reason = expected
    document = real_document()

    old, new = (parse_template(json.dumps(it)) for it in (document, renamed(document, name)))

    found = {it.logical_id: it for it in compare_resources(old, new, REGION, {})}

    change = found[f"{name}New"]
    assert change.effect is effect
    assert reason in change.why
    assert f"{name} has the same" in change.why


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": "arn:a", "Port": 80}),
        ("AWS::SNS::TopicPolicy", {"Topics": ["arn:a"], "PolicyDocument": {}}),
    ],
    ids=["refused", "undone"],
)
def test_update_that_is_refused_or_undone_fails(kind: str, properties: Json) -> None:
    before, after = (small(**{name: (kind, properties)}) for name in ("Old", "New"))

    assert comparison(before, after).fails()


BUCKET: Json = {"Bucket": "payments", "PolicyDocument": {"Statement": []}}
RULE = {"ListenerArn": "arn:a", "Priority": 1}
ENTRY = {"NetworkAclId": "acl-1", "RuleNumber": 100}
INTERFACE = {
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.us-east-1.ssm",
    "VpcEndpointType": "Interface",
    "PrivateDnsEnabled": True,
}
ASSOCIATION = {"ResourceArn": "arn:a", "WebACLArn": "arn:b"}
QUERIES = {"ResolverQueryLogConfigId": "rqlc-1", "ResourceId": "vpc-1"}
GROUP = {"GroupName": "web", "GroupDescription": "a", "VpcId": "vpc-1"}
MAPPINGS = [{"SubnetId": "subnet-1", "AllocationId": "eipalloc-1"}]
OTHERS: dict[str, tuple[str, Json, Effect]] = {
    "security group": ("AWS::EC2::SecurityGroup", GROUP, Effect.REFUSED),
    "resource of an API": (
        "AWS::ApiGateway::Resource",
        {"RestApiId": "a", "ParentId": "b", "PathPart": "c"},
        Effect.REFUSED,
    ),
    "route of an API": (
        "AWS::ApiGatewayV2::Route",
        {"ApiId": "a", "RouteKey": "GET /"},
        Effect.REFUSED,
    ),
    "name of a distribution": (
        "AWS::CloudFront::Distribution",
        {"DistributionConfig": {"Aliases": ["a.com"]}},
        Effect.REFUSED,
    ),
    "address of a load balancer": (
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Type": "network", "SubnetMappings": MAPPINGS},
        Effect.REFUSED,
    ),
    "alias": ("AWS::Lambda::Alias", {"FunctionName": "a", "Name": "b"}, Effect.REFUSED),
    "event source": (
        "AWS::Lambda::EventSourceMapping",
        {"FunctionName": "a", "EventSourceArn": "arn:a"},
        Effect.REFUSED,
    ),
    "discovered service": (
        "AWS::ServiceDiscovery::Service",
        {"NamespaceId": "a", "Name": "b"},
        Effect.REFUSED,
    ),
    "private zone": (
        "AWS::Route53::HostedZone",
        {"Name": "a.local", "VPCs": [{"VPCId": "vpc-1", "VPCRegion": "us-east-1"}]},
        Effect.REFUSED,
    ),
    "namespace": (
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        {"Name": "a.local", "Vpc": "vpc-1"},
        Effect.REFUSED,
    ),
    "peering": (
        "AWS::EC2::VPCPeeringConnection",
        {"VpcId": "vpc-1", "PeerVpcId": "vpc-2"},
        Effect.REFUSED,
    ),
    "interface with an address": (
        "AWS::EC2::NetworkInterface",
        {"SubnetId": "subnet-1", "PrivateIpAddress": "10.0.0.5"},
        Effect.REFUSED,
    ),
    "address of an instance": (
        "AWS::EC2::EIPAssociation",
        {"AllocationId": "eipalloc-1", "InstanceId": "i-1"},
        Effect.UNDONE,
    ),
    "targets of a proxy": (
        "AWS::RDS::DBProxyTargetGroup",
        {"DBProxyName": "a", "TargetGroupName": "default"},
        Effect.UNDONE,
    ),
    "group of records": (
        "AWS::Route53::RecordSetGroup",
        {"HostedZoneId": "Z1", "RecordSets": [{"Name": "a", "Type": "A"}]},
        Effect.UNDONE,
    ),
    "certificate of a listener": (
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        {"ListenerArn": "arn:a", "Certificates": [{"CertificateArn": "arn:b"}]},
        Effect.UNDONE,
    ),
    "user of a group": (
        "AWS::IAM::UserToGroupAddition",
        {"GroupName": "a", "Users": ["b"]},
        Effect.UNDONE,
    ),
    "policy of a queue": (
        "AWS::SQS::QueuePolicy",
        {"Queues": ["a"], "PolicyDocument": {}},
        Effect.UNDONE,
    ),
    "bucket policy": ("AWS::S3::BucketPolicy", BUCKET, Effect.REFUSED),
    "listener rule": ("AWS::ElasticLoadBalancingV2::ListenerRule", RULE, Effect.REFUSED),
    "rule of a network ACL": ("AWS::EC2::NetworkAclEntry", ENTRY, Effect.REFUSED),
    "interface endpoint": ("AWS::EC2::VPCEndpoint", INTERFACE, Effect.REFUSED),
    "association of a web ACL": ("AWS::WAFv2::WebACLAssociation", ASSOCIATION, Effect.REFUSED),
    "query log": (
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
        QUERIES,
        Effect.REFUSED,
    ),
    "policy of a secret": (
        "AWS::SecretsManager::ResourcePolicy",
        {"SecretId": "arn:a"},
        Effect.REFUSED,
    ),
    "rotation": ("AWS::SecretsManager::RotationSchedule", {"SecretId": "arn:a"}, Effect.UNDONE),
    "detector": ("AWS::GuardDuty::Detector", {"Enable": True}, Effect.REFUSED),
    "hub": ("AWS::SecurityHub::Hub", {"EnableDefaultStandards": False}, Effect.REFUSED),
    "behavior graph": ("AWS::Detective::Graph", {"AutoEnableMembers": True}, Effect.REFUSED),
    "URL of a function": (
        "AWS::Lambda::Url",
        {"TargetFunctionArn": "arn:a", "AuthType": "NONE"},
        Effect.REFUSED,
    ),
    "block of a VPC": (
        "AWS::EC2::VPCCidrBlock",
        {"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"},
        Effect.REFUSED,
    ),
    "flow log": (
        "AWS::EC2::FlowLog",
        {"ResourceId": "vpc-1", "TrafficType": "ALL", "LogDestination": "arn:a"},
        Effect.REFUSED,
    ),
}


@pytest.mark.parametrize(("kind", "properties", "effect"), OTHERS.values(), ids=OTHERS)
def test_new_logical_id_of_another_type_that_exists_only_once_fails(
    kind: str, properties: Json, effect: Effect
) -> None:
    found = comparison(small(Old=(kind, properties)), small(New=(kind, properties)))

    (change,) = [it for it in found.resources if it.logical_id == "New"]
    assert change.effect is effect
    assert found.fails()


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("AWS::EC2::NatGateway", {"AllocationId": "a"}, {"AllocationId": "b"}),
        (SUBNET, {"VpcId": "a", "CidrBlock": "10.0.0.0/24"}, {"VpcId": "a"}),
        (
            SUBNET,
            {"VpcId": "a", "CidrBlock": "10.0.0.0/24"},
            {"VpcId": "a", "CidrBlock": "10.0.1.0/24"},
        ),
        (
            SUBNET,
            {"VpcId": "a", "CidrBlock": "10.0.0.0/24"},
            {"VpcId": "b", "CidrBlock": "10.0.0.0/24"},
        ),
        ("AWS::EC2::VPCEndpoint", INTERFACE, {**INTERFACE, "PrivateDnsEnabled": False}),
        (
            "AWS::EC2::VPCCidrBlock",
            *({"VpcId": "a", "CidrBlock": f"10.{it}.0.0/16"} for it in (1, 2)),
        ),
        (
            "AWS::Lambda::Url",
            *({"TargetFunctionArn": "arn:a", "Qualifier": it} for it in ("blue", "green")),
        ),
        ("AWS::SNS::TopicPolicy", {"Topics": ["a"]}, {"Topics": ["b"]}),
        (
            "AWS::EC2::Route",
            {"RouteTableId": "a", "DestinationCidrBlock": "0.0.0.0/0"},
            {"RouteTableId": "a", "DestinationCidrBlock": "10.0.0.0/8"},
        ),
        ("AWS::EC2::InternetGateway", {}, {}),
    ],
)
def test_new_resource_with_another_value_is_added(kind: str, before: Json, after: Json) -> None:
    found = comparison(small(Old=(kind, before)), small(New=(kind, after)))

    assert {it.logical_id: it.effect for it in found.resources} == {
        "Old": Effect.REMOVED,
        "New": Effect.ADDED,
    }


def test_block_inside_the_old_one_is_refused() -> None:
    before = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}
    after = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.128/25"}

    (change,) = comparison(small(One=(SUBNET, before)), small(One=(SUBNET, after))).resources

    assert change.effect is Effect.REFUSED
    assert "the old one, which has the same VpcId and CidrBlock" in change.why


@pytest.mark.parametrize(
    ("change", "effect"),
    [
        ({"GroupDescription": "b"}, Effect.REFUSED),
        ({"GroupName": "WEB"}, Effect.REFUSED),
        ({"GroupDescription": "b", "GroupName": "other"}, Effect.REPLACED),
        ({"VpcId": "vpc-2"}, Effect.REPLACED),
        ({"SecurityGroupEgress": []}, Effect.INTERRUPTION),
    ],
    ids=["description", "case", "name", "vpc", "rules"],
)
def test_replaced_security_group_needs_another_name_in_its_vpc(
    change: Json, effect: Effect
) -> None:
    kind = "AWS::EC2::SecurityGroup"

    (found,) = comparison(small(One=(kind, GROUP)), small(One=(kind, GROUP | change))).resources

    assert found.effect is effect
    assert ("InvalidGroup.Duplicate" in found.why) is (effect is Effect.REFUSED)


def test_replaced_instance_cannot_keep_its_address() -> None:
    kind = "AWS::EC2::Instance"
    one: Json = {"SubnetId": "subnet-1", "PrivateIpAddress": "10.0.0.5", "ImageId": "ami-1"}

    (found,) = comparison(
        small(One=(kind, one)), small(One=(kind, {**one, "ImageId": "ami-2"}))
    ).resources

    assert found.effect is Effect.REFUSED


def test_security_group_of_a_replaced_vpc_keeps_its_name() -> None:
    vpc = ("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})
    group = ("AWS::EC2::SecurityGroup", {**GROUP, "VpcId": {"Ref": "Vpc"}})

    found = resources(
        put("Vpc.Properties.CidrBlock", "10.1.0.0/16"), before=small(Vpc=vpc, Group=group)
    )

    assert found["Group"].effect is Effect.REPLACED


def test_replaced_endpoint_with_the_default_type_has_the_same_routes() -> None:
    found = resources(put("S3Endpoint.Properties.VpcEndpointType", "Gateway"))

    assert found["S3Endpoint"].effect is Effect.REFUSED


FLOW_LOG = {"ResourceId": "vpc-1", "TrafficType": "ALL", "LogDestination": "arn:a"}


@pytest.mark.parametrize(
    ("kind", "before", "spelled_out"),
    [
        ("AWS::EC2::FlowLog", FLOW_LOG, {"MaxAggregationInterval": 600}),
        ("AWS::EC2::NetworkAclEntry", ENTRY, {"Egress": False}),
    ],
)
def test_default_that_is_spelled_out_is_the_same_place(
    kind: str, before: Json, spelled_out: Json
) -> None:
    found = comparison(small(Old=(kind, before)), small(New=(kind, {**before, **spelled_out})))

    assert {it.logical_id: it.effect for it in found.resources} == {"New": Effect.REFUSED}


def test_replaced_association_of_a_web_acl_is_removed_at_the_end() -> None:
    kind = "AWS::WAFv2::WebACLAssociation"

    (change,) = comparison(
        small(One=(kind, ASSOCIATION)), small(One=(kind, {**ASSOCIATION, "WebACLArn": "arn:c"}))
    ).resources

    assert change.effect is Effect.UNDONE
    assert "may remove the new one too" in change.why


def test_association_of_a_renamed_web_acl_is_removed_at_the_end() -> None:
    document = production_document()
    old, new = (parse_template(json.dumps(it)) for it in (document, renamed(document, "WebAcl")))

    found = {it.logical_id: it for it in compare_resources(old, new, REGION, {})}

    assert found["WebAclAssociation"].effect is Effect.UNDONE


def into_topic(document: Json) -> None:
    properties = document["Resources"].pop("AlertEmailSubscription")["Properties"]
    entry = {name: properties[name] for name in ("Protocol", "Endpoint")}
    document["Resources"]["AlertTopic"]["Properties"]["Subscription"] = [entry]


def test_subscription_that_moves_into_its_topic_is_removed_at_the_end() -> None:
    found = resources(into_topic)

    assert found["AlertTopic"].effect is Effect.UNDONE
    assert "with AlertEmailSubscription" in found["AlertTopic"].why


def test_subscription_with_another_endpoint_in_the_topic_stays() -> None:
    found = resources(into_topic, put("AlertTopic.Properties.Subscription.0.Endpoint", "a@b.com"))

    assert found["AlertTopic"].effect is Effect.IN_PLACE


def test_policy_of_a_topic_that_cloudformation_retains_undoes_nothing() -> None:
    kind = "AWS::SNS::TopicPolicy"
    before = small(Old=(kind, {"Topics": ["arn:a"]}))
    before["Resources"]["Old"]["DeletionPolicy"] = "Retain"

    found = comparison(before, small(New=(kind, {"Topics": ["arn:a"]})))

    assert {it.logical_id: it.effect for it in found.resources}["New"] is Effect.ADDED


def test_one_shared_topic_is_enough_to_undo_a_policy() -> None:
    kind = "AWS::SNS::TopicPolicy"

    found = comparison(
        small(Old=(kind, {"Topics": ["arn:a", "arn:b"]})),
        small(New=(kind, {"Topics": ["arn:b"]})),
    )

    assert {it.logical_id: it.effect for it in found.resources}["New"] is Effect.UNDONE


def test_listener_that_takes_over_the_port_of_a_removed_one_is_refused() -> None:
    # github.com/aws/aws-cdk/issues/13901: generated logical IDs move by one.
    kind = "AWS::ElasticLoadBalancingV2::Listener"
    first, second = ({"LoadBalancerArn": "arn:a", "Port": port} for port in (22, 80))

    found = comparison(
        small(One=(kind, first), Two=(kind, second)),
        small(One=(kind, second)),
    )

    assert {it.logical_id: it.effect for it in found.resources}["One"] is Effect.REFUSED


ZONE = {"Name": "shop.example.", "VPCs": [{"VPCId": "vpc-1", "VPCRegion": "us-east-1"}]}
RECORD = {"HostedZoneId": "Z1", "Name": "a.shop.example.", "Type": "A"}
WITH_SUFFIX = {"Fn::Sub": "${Suffix}.Shop.Example."}


@pytest.mark.parametrize(
    ("kind", "before", "name"),
    [
        ("AWS::Route53::RecordSet", RECORD, "A.shop.example"),
        (
            "AWS::Route53::RecordSet",
            {**RECORD, "Name": WITH_SUFFIX},
            {"Fn::Sub": "${Suffix}.shop.example"},
        ),
        ("AWS::Route53::HostedZone", ZONE, "shop.example"),
    ],
    ids=["record", "record with a parameter", "zone"],
)
@pytest.mark.parametrize("renamed", [True, False], ids=["renamed", "beside"])
def test_final_dot_and_case_make_no_other_dns_name(
    kind: str, before: Json, name: Json, *, renamed: bool
) -> None:
    suffix = {"Parameters": {"Suffix": {"Type": "String"}}}
    new = {"New": (kind, {**before, "Name": name})}
    old = {"Old": (kind, before)}

    found = comparison(suffix | small(**old), suffix | small(**(new if renamed else old | new)))

    assert {it.logical_id: it.effect for it in found.resources}["New"] is Effect.REFUSED


LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
LISTENER_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (LISTENER_RULE, RULE, {**RULE, "Priority": 2}),
        (
            LISTENER,
            {"LoadBalancerArn": "arn:a", "Port": 80},
            {"LoadBalancerArn": "arn:a", "Port": 81},
        ),
    ],
    ids=["priorities", "ports"],
)
def test_places_that_two_resources_exchange_are_refused(
    kind: str, first: Json, second: Json
) -> None:
    found = comparison(
        small(One=(kind, first), Two=(kind, second)), small(One=(kind, second), Two=(kind, first))
    )

    assert {it.logical_id: it.effect for it in found.resources} == {
        "One": Effect.REFUSED,
        "Two": Effect.REFUSED,
    }
    assert all("Free the place in an earlier update" in it.why for it in found.resources)


def taking_the_port(document: Json) -> None:
    listener = document["Resources"]["HttpListener"]
    document["Resources"]["Second"] = changed(listener)
    listener["Properties"]["Port"] = 8080


def test_place_that_another_resource_gives_up_may_need_an_order() -> None:
    found = resources(taking_the_port)

    assert found["Second"].effect is Effect.ADDED
    assert "may fail: HttpListener has the same LoadBalancerArn and Port" in found["Second"].why
    assert found["Second"].why.endswith("Add DependsOn: HttpListener")
    assert found["Second"].may_fail.startswith("HttpListener has the same")
    assert not found["HttpListener"].may_fail


def test_place_is_free_after_the_resource_that_gives_it_up() -> None:
    found = resources(taking_the_port, put("Second.DependsOn", "HttpListener"))

    assert not found["Second"].why


def test_place_that_is_given_up_later_is_refused() -> None:
    found = resources(taking_the_port, put("HttpListener.DependsOn", "Second"))

    assert found["Second"].effect is Effect.REFUSED


def test_advice_fits_resources_that_keep_their_logical_ids() -> None:
    one, two = ({"VpcId": "vpc-1", "CidrBlock": block} for block in ("10.0.0.0/24", "10.0.1.0/24"))

    found = comparison(
        small(One=(SUBNET, one), Two=(SUBNET, two)), small(One=(SUBNET, two), Two=(SUBNET, one))
    )

    assert {it.effect for it in found.resources} == {Effect.REFUSED}
    assert all(it.why.endswith("Free the place in an earlier update") for it in found.resources)


def test_listener_that_keeps_its_port_changes_in_place() -> None:
    found = resources(put("HttpListener.Properties.Protocol", "TCP"))

    assert found["HttpListener"].effect is Effect.IN_PLACE


def test_subnet_in_another_zone_with_the_same_block_is_refused() -> None:
    zones = put("Parameters.AvailabilityZones.Default", "us-east-1d,us-east-1b,us-east-1c")

    found = resources(zones)

    assert found["PublicSubnetA"].effect is Effect.REFUSED
    assert "InvalidSubnet.Conflict" in found["PublicSubnetA"].why


def test_gateway_of_a_replaced_network_is_still_attached_to_the_old_one() -> None:
    found = resources(put("Vpc.Properties.CidrBlock", "10.1.0.0/16"))

    assert found["GatewayAttachment"].effect is Effect.REFUSED
    # Its VPC is another one.
    assert found["PublicSubnetA"].effect is Effect.REPLACED


def test_listener_of_a_load_balancer_that_cannot_be_replaced_is_not_in_its_own_way() -> None:
    found = resources(put("LoadBalancer.Properties.Scheme", "internal"))

    assert found["LoadBalancer"].effect is Effect.REFUSED
    assert found["HttpListener"].effect is Effect.REPLACED


def test_endpoint_of_another_kind_adds_no_route() -> None:
    found = resources(put("S3Endpoint.Properties.VpcEndpointType", "Interface"))

    assert found["S3Endpoint"].effect is Effect.REPLACED


@pytest.mark.parametrize(
    ("configuration", "effect"),
    [
        ({"Enabled": True, "Services": [{"PortName": "http"}]}, Effect.REFUSED),
        ({"Enabled": True}, Effect.REPLACED),
        ({"Enabled": False}, Effect.REPLACED),
    ],
    ids=["server", "client", "disabled"],
)
def test_replaced_service_with_names_of_service_connect_is_refused(
    configuration: Json, effect: Effect
) -> None:
    connected = changed(
        real_document(),
        put("Service.Properties.ServiceConnectConfiguration", configuration),
        cut("Service.Properties.ServiceName"),
    )

    found = resources(put("Service.Properties.LaunchType", "EC2"), before=connected)

    assert found["Service"].effect is effect
    assert ("ServiceConnectConfiguration" in found["Service"].why) is (effect is Effect.REFUSED)


INTERNAL = (
    put("LoadBalancer.Properties.Scheme", "internal"),
    put("LoadBalancer.Properties.Name", "other"),
)


def test_target_group_cannot_have_the_old_and_the_new_load_balancer() -> None:
    found = resources(*INTERNAL)

    assert found["LoadBalancer"].effect is Effect.REPLACED
    assert found["TargetGroup"].effect is Effect.REFUSED
    assert "more than one load balancer" in found["TargetGroup"].why


def test_target_group_of_a_load_balancer_that_keeps_its_name_is_refused_too() -> None:
    found = resources(put("LoadBalancer.Properties.Scheme", "internal"))

    assert "rename it too" in found["LoadBalancer"].why
    assert found["TargetGroup"].effect is Effect.REFUSED


def test_target_group_that_is_replaced_too_is_free() -> None:
    found = resources(*INTERNAL, put("TargetGroup.Properties.Name", "other"))

    assert found["TargetGroup"].effect is Effect.REPLACED


def test_target_group_of_a_rule_has_one_load_balancer_too() -> None:
    forward = [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]
    before = small(
        Balancer=("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internal"}),
        Group=("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 80}),
        Listener=(
            "AWS::ElasticLoadBalancingV2::Listener",
            {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80},
        ),
        Rule=(
            "AWS::ElasticLoadBalancingV2::ListenerRule",
            {"ListenerArn": {"Ref": "Listener"}, "Actions": forward},
        ),
    )

    found = resources(put("Balancer.Properties.Scheme", "internet-facing"), before=before)

    assert found["Group"].effect is Effect.REFUSED


def test_added_load_balancer_beside_the_old_one_is_no_collision() -> None:
    added = put(
        "Resources.Second",
        {
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {"LoadBalancerArn": {"Ref": "LoadBalancer"}, "Port": 8443},
        },
    )

    found = resources(added, append("LoadBalancer.Properties.Tags", {"Key": "a", "Value": "b"}))

    assert {name: it.effect for name, it in found.items()} == {
        "Second": Effect.ADDED,
        "LoadBalancer": Effect.IN_PLACE,
    }


@pytest.mark.parametrize("kind", SLOTS)
def test_slots_name_properties_of_the_schema(kind: str) -> None:
    schema = resource_schema(kind, REGION)
    assert schema

    for slot in SLOTS[kind]:
        values = (*slot.only_with, *slot.defaults)
        names = (*slot.properties, *slot.optional, *slot.within)
        named = {*names, *(name for name, _ in values)}
        assert all(schema.definition(name.replace(".", "/")) for name in named)
        assert {*slot.overlapping} <= {*slot.properties}
        assert {*slot.without_case} <= {*slot.properties}
        assert {*slot.dns_names} <= {*slot.properties, *slot.optional}
