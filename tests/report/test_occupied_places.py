"""What CloudFormation refuses because two resources would have what can belong to only one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.slots import PARENT_LISTS
from payment_templates.report.comparison import Effect
from payment_templates.report.comparison.comparison import compare_resources
from tests.evidence.changes import changed, cut, put
from tests.report.test_collisions import LISTENER, LISTENER_RULE, REGION, SUBNET, comparison, small

if TYPE_CHECKING:
    from payment_templates.report.comparison import ResourceChange
    from tests.evidence.changes import Change, Json

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"


def compared(before: Json, new: Json) -> dict[str, ResourceChange]:
    old, other = (parse_template(json.dumps(it)) for it in (before, new))
    return {it.logical_id: it for it in compare_resources(old, other, REGION, {})}


def after(document: Json, *changes: Change) -> dict[str, ResourceChange]:
    return compared(document, changed(document, *changes))


# The type, the properties that both have, and those that only the second one has.
OCCUPIED: dict[str, tuple[str, Json, Json]] = {
    "name": ("AWS::S3::Bucket", {"BucketName": "a"}, {"Tags": []}),
    "name in another case": ("AWS::IAM::Role", {"RoleName": "a"}, {"RoleName": "A"}),
    "topic": ("AWS::SNS::Topic", {"TopicName": "a"}, {}),
    "service of a cluster": ("AWS::ECS::Service", {"ServiceName": "a", "Cluster": "b"}, {}),
    "record": ("AWS::Route53::RecordSet", {"HostedZoneId": "Z1", "Name": "a", "Type": "A"}, {}),
    "detector": ("AWS::GuardDuty::Detector", {"Enable": True}, {"Enable": False}),
    "port": (LISTENER, {"LoadBalancerArn": "arn:a", "Port": 80}, {"Protocol": "HTTP"}),
    "priority": (LISTENER_RULE, {"ListenerArn": "arn:a", "Priority": 1}, {}),
    "destination": (
        "AWS::EC2::Route",
        {"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"},
        {"NatGatewayId": "nat-1"},
    ),
    "block": (SUBNET, {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}, {"CidrBlock": "10.0.0.0/25"}),
    "group of a VPC": (
        "AWS::EC2::SecurityGroup",
        {"GroupName": "a", "VpcId": "vpc-1"},
        {"GroupName": "A", "GroupDescription": "other"},
    ),
    "identifier": ("AWS::IAM::RolePolicy", {"RoleName": "a", "PolicyName": "b"}, {}),
}


@pytest.mark.parametrize(("kind", "shared", "others"), OCCUPIED.values(), ids=OCCUPIED)
def test_new_resource_with_what_another_one_keeps_is_refused(
    kind: str, shared: Json, others: Json
) -> None:
    before = small(One=(kind, shared))
    second = small(One=(kind, shared), Two=(kind, {**shared, **others}))

    found = comparison(before, second)

    assert {it.logical_id: it.effect for it in found.resources} == {"Two": Effect.REFUSED}
    assert "One" in found.resources[0].why
    assert found.fails()


def test_two_new_resources_with_one_name_are_refused() -> None:
    bucket = ("AWS::S3::Bucket", {"BucketName": "a"})

    found = compared(small(Key=("AWS::KMS::Key", {})), small(One=bucket, Two=bucket))

    assert {found[it].effect for it in ("One", "Two")} == {Effect.REFUSED}


def test_rule_that_moves_to_the_priority_of_another_one_is_refused() -> None:
    rules = small(
        One=(LISTENER_RULE, {"ListenerArn": "arn:a", "Priority": 1}),
        Two=(LISTENER_RULE, {"ListenerArn": "arn:a", "Priority": 2}),
    )

    found = after(rules, put("Two.Properties.Priority", 1))

    assert {name: it.effect for name, it in found.items()} == {"Two": Effect.REFUSED}
    assert "One has the same ListenerArn and Priority" in found["Two"].why


def test_replaced_subnet_over_the_block_of_another_one_is_refused() -> None:
    subnets = small(
        One=(SUBNET, {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}),
        Two=(SUBNET, {"VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}),
    )

    found = after(subnets, put("Two.Properties.CidrBlock", "10.0.0.128/25"))

    assert found["Two"].effect is Effect.REFUSED


CONNECTED: Json = {"Enabled": True, "Services": [{"PortName": "http"}]}


@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        ("AWS::S3::Bucket", {"BucketName": "a"}, {"BucketName": "b"}),
        ("AWS::S3::Bucket", {}, {}),
        (
            "AWS::ECS::Service",
            {"ServiceName": "a", "Cluster": "b"},
            {"ServiceName": "a", "Cluster": "c"},
        ),
        (
            "AWS::Events::Rule",
            {"Name": "a"},
            {"Name": "a", "EventBusName": "b"},
        ),
        (
            "AWS::WAFv2::WebACL",
            {"Name": "a", "Scope": "REGIONAL"},
            {"Name": "a", "Scope": "CLOUDFRONT"},
        ),
        ("AWS::ECS::TaskDefinition", {"Family": "a"}, {"Family": "a"}),
        (
            "AWS::EC2::SecurityGroup",
            {"GroupName": "a", "VpcId": "vpc-1"},
            {"GroupName": "a", "VpcId": "vpc-2"},
        ),
        (
            "AWS::Route53::HostedZone",
            {"Name": "a.com", "HostedZoneConfig": {"Comment": "b"}},
            {"Name": "a.com", "HostedZoneConfig": {"Comment": "c"}},
        ),
        (
            "AWS::ECS::Service",
            {"Cluster": "a", "ServiceConnectConfiguration": CONNECTED},
            {"Cluster": "b", "ServiceConnectConfiguration": CONNECTED},
        ),
        (
            "AWS::Lambda::EventSourceMapping",
            {"FunctionName": "a", "EventSourceArn": "arn:a", "Topics": ["b"]},
            {"FunctionName": "a", "EventSourceArn": "arn:a", "Topics": ["c"]},
        ),
        (
            "AWS::IAM::UserToGroupAddition",
            {"GroupName": "a", "Users": ["x"]},
            {"GroupName": "a", "Users": ["x", "y"]},
        ),
        (
            "AWS::Route53::RecordSet",
            {"HostedZoneId": "Z1", "Name": "a", "Type": "A", "SetIdentifier": "x"},
            {"HostedZoneId": "Z1", "Name": "a", "Type": "A", "SetIdentifier": "y"},
        ),
    ],
    ids=[
        "names",
        "no names",
        "clusters",
        "event buses",
        "scopes",
        "revisions",
        "VPCs",
        "public zones",
        "namespaces",
        "topics",
        "counted once",
        "weighted records",
    ],
)
def test_new_resource_that_shares_nothing_unique_is_added(kind: str, one: Json, two: Json) -> None:
    found = compared(small(One=(kind, one)), small(One=(kind, one), Two=(kind, two)))

    assert [it.effect for it in found.values()] == [Effect.ADDED]


def test_resources_that_share_a_place_before_the_update_too_are_no_reason_to_refuse() -> None:
    bucket = ("AWS::S3::Bucket", {"BucketName": "a"})

    found = after(small(One=bucket, Two=bucket), put("Two.Properties.Tags", [{"Key": "a"}]))

    assert found["Two"].effect is Effect.IN_PLACE


def test_resources_of_conditions_that_may_exclude_each_other_do_not_meet() -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "a"}}
    before: Json = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {
            "IsTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
            "IsLive": {"Fn::Not": [{"Condition": "IsTest"}]},
        },
        "Resources": {"One": {**bucket, "Condition": "IsTest"}},
    }

    found = after(before, put("Resources.Two", {**bucket, "Condition": "IsLive"}))

    assert found["Two"].effect is Effect.ADDED


TABLE = ("AWS::DynamoDB::Table", {"TableName": "a"})
GLOBAL = ("AWS::DynamoDB::GlobalTable", {"TableName": "a"})


@pytest.mark.parametrize(
    "new", [small(Two=GLOBAL), small(One=TABLE, Two=GLOBAL)], ids=["removed", "kept"]
)
def test_global_table_cannot_have_the_name_of_a_table(new: Json) -> None:
    found = compared(small(One=TABLE), new)

    assert found["Two"].effect is Effect.REFUSED


@pytest.mark.parametrize(
    ("document", "effect"),
    [({"Statement": ["other"]}, Effect.UNDONE), ({"Statement": []}, Effect.ADDED)],
    ids=["other", "same"],
)
def test_second_policy_of_a_topic_overwrites_the_first(document: Json, effect: Effect) -> None:
    kind = "AWS::SNS::TopicPolicy"
    first: Json = {"Statement": []}
    one, two = (
        (kind, {"Topics": ["arn:a"], "PolicyDocument": statements})
        for statements in (first, document)
    )

    (change,) = compared(small(One=one), small(One=one, Two=two)).values()

    assert change.effect is effect
    assert ("overwrites the other" in change.why) is (effect is Effect.UNDONE)


def forwarding(balancer: str, group: str) -> tuple[str, Json]:
    actions = [{"Type": "forward", "TargetGroupArn": {"Ref": group}}]
    return LISTENER, {
        "LoadBalancerArn": {"Ref": balancer},
        "Port": 80,
        "DefaultActions": actions,
    }


BALANCERS = small(
    First=(BALANCER, {}),
    Second=(BALANCER, {}),
    Group=(TARGETS, {"Port": 80}),
    Other=(TARGETS, {"Port": 81}),
    OfFirst=forwarding("First", "Group"),
)


def test_target_group_cannot_get_a_second_load_balancer() -> None:
    kind, properties = forwarding("Second", "Group")
    listener = {"Type": kind, "Properties": properties}

    found = after(BALANCERS, put("Resources.OfSecond", listener))

    assert found["Group"].effect is Effect.REFUSED
    assert "First and Second use it" in found["Group"].why


def test_target_group_of_a_removed_listener_belongs_to_its_load_balancer_until_the_end() -> None:
    kind, properties = forwarding("Second", "Group")
    listener = {"Type": kind, "Properties": properties}

    found = after(BALANCERS, cut("Resources.OfFirst"), put("Resources.OfSecond", listener))

    assert found["Group"].effect is Effect.REFUSED
    assert "it belongs to First until the end" in found["Group"].why


@pytest.mark.parametrize("order", [(), ("OfFirst",)], ids=["none", "after the other"])
def test_target_group_that_a_listener_gives_up_may_need_an_order(order: tuple[str, ...]) -> None:
    kind, properties = forwarding("Second", "Group")
    listener = {"Type": kind, "Properties": properties, "DependsOn": [*order]}
    other = [{"Type": "forward", "TargetGroupArn": {"Ref": "Other"}}]

    found = after(
        BALANCERS,
        put("OfFirst.Properties.DefaultActions", other),
        put("Resources.OfSecond", listener),
    )

    assert {it.effect for it in found.values()} == {Effect.ADDED, Effect.IN_PLACE}
    assert ("may fail" in found["OfSecond"].why) is (not order)


RULE: Json = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
FIREWALL = "AWS::EC2::SecurityGroup"
RULES = small(
    Group=(FIREWALL, {"GroupDescription": "a"}),
    Listed=(FIREWALL, {"GroupDescription": "b", "SecurityGroupIngress": [RULE]}),
    Rule=("AWS::EC2::SecurityGroupIngress", {"GroupId": {"Ref": "Group"}, **RULE}),
)


def test_rule_that_moves_into_its_group_is_removed_at_the_end() -> None:
    found = after(
        RULES, cut("Resources.Rule"), put("Group.Properties.SecurityGroupIngress", [RULE])
    )

    assert found["Group"].effect is Effect.UNDONE
    assert "with Rule" in found["Group"].why


def test_rule_that_moves_out_of_its_group_stays() -> None:
    rule = {**RULES["Resources"]["Rule"]}
    rule["Properties"] = {**RULE, "GroupId": {"Ref": "Listed"}}

    found = after(RULES, cut("Listed.Properties.SecurityGroupIngress"), put("Resources.New", rule))

    assert {it.effect for it in found.values()} == {Effect.INTERRUPTION, Effect.ADDED}


@pytest.mark.parametrize(
    ("port", "effect"), [(443, Effect.REFUSED), (80, Effect.ADDED)], ids=["same", "other"]
)
def test_rule_beside_the_same_one_in_its_group_is_a_duplicate(port: int, effect: Effect) -> None:
    properties = {**RULE, "GroupId": {"Ref": "Listed"}, "FromPort": port}
    rule = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}

    found = after(RULES, put("Resources.New", rule))

    assert found["New"].effect is effect


@pytest.mark.parametrize("kind", PARENT_LISTS)
def test_lists_of_parents_are_in_the_schemas(kind: str) -> None:
    place = PARENT_LISTS[kind]
    child, parent = resource_schema(kind), resource_schema(place.kind)
    assert child
    assert parent

    assert {place.parent, *place.names} <= child.properties.keys()
    assert all(parent.definition(f"{place.entries}/{name}") for name in place.names)
