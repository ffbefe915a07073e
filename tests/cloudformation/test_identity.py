"""Tests that every spelling of a resource's name or ARN identifies the resource."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import Reference, Value
from payment_templates.cloudformation.evaluation.resource_names import NAMINGS
from payment_templates.cloudformation.schemas import resource_schema
from tests.cloudformation.templates import ACCOUNT, Json, stack_of

SUFFIX: Json = {"Suffix": {"Type": "String", "Default": "dev"}, "Open": {"Type": "String"}}
NAME = {"Fn::Sub": "payment-${Suffix}"}
RESOURCES: Json = {
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": NAME}},
    "OtherTopic": {"Type": "AWS::SNS::Topic", "Properties": {}},
    "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": NAME}},
    "PathRole": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "Path": "/app/"}},
    "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": NAME}},
    "OpenCluster": {
        "Type": "AWS::ECS::Cluster",
        "Properties": {"ClusterName": {"Fn::Sub": "c-${Open}"}},
    },
    "PlainCluster": {"Type": "AWS::ECS::Cluster", "Properties": {}},
    "Database": {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {"DBClusterIdentifier": "Payment-DB"},
    },
    "Subnets": {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"DBSubnetGroupName": "Private"}},
    "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/payment"}},
    "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/payment/host"}},
    "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "secret"}},
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "payment"}},
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {}},
    "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {}},
    "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
    "Rule": {"Type": "AWS::Events::Rule", "Properties": {}},
    "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {}},
}
STACK = stack_of({"Parameters": SUFFIX, "Resources": RESOURCES})
ARN = "arn:${AWS::Partition}"
REGIONAL = "${AWS::Region}:${AWS::AccountId}"


def evaluated(expression: object) -> Value:
    return STACK.value(expression)


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"Ref": "Vpc"}, sub("${Vpc}")),
        ({"Ref": "Vpc"}, {"Fn::Join": ["", [{"Ref": "Vpc"}]]}),
        ({"Ref": "Vpc"}, {"Fn::Join": ["-", [sub("${Vpc}")]]}),
        ({"Ref": "Vpc"}, {"Fn::Select": [0, [{"Ref": "Vpc"}]]}),
        ({"Fn::GetAtt": ["Role", "Arn"]}, sub("${Role.Arn}")),
        ({"Fn::GetAtt": ["Role", "Arn"]}, {"Fn::GetAtt": "Role.Arn"}),
        ({"Ref": "OtherTopic"}, {"Fn::GetAtt": "OtherTopic.TopicArn"}),
        ({"Ref": "Secret"}, {"Fn::GetAtt": "Secret.Id"}),
        ({"Ref": "Subnet"}, sub("${Subnet.SubnetId}")),
        ({"Ref": "Vpc"}, {"Fn::GetAtt": "Vpc.VpcId"}),
        ({"Ref": "Group"}, {"Fn::GetAtt": "Group.GroupId"}),
        ({"Ref": "Balancer"}, {"Fn::GetAtt": "Balancer.LoadBalancerArn"}),
        ({"Ref": "Cluster"}, NAME),
        ({"Ref": "Cluster"}, "payment-dev"),
        ({"Ref": "OpenCluster"}, sub("c-${Open}")),
        ({"Ref": "Topic"}, sub(ARN + ":sns:" + REGIONAL + ":payment-${Suffix}")),
        ({"Ref": "Topic"}, f"arn:aws:sns:us-east-1:{ACCOUNT}:payment-dev"),
        ({"Fn::GetAtt": "Role.Arn"}, sub(ARN + ":iam::${AWS::AccountId}:role/payment-dev")),
        ({"Fn::GetAtt": "PathRole.Arn"}, f"arn:aws:iam::{ACCOUNT}:role/app/r"),
        ({"Fn::GetAtt": "Cluster.Arn"}, sub(ARN + ":ecs:" + REGIONAL + ":cluster/${Cluster}")),
        (
            {"Fn::GetAtt": "PlainCluster.Arn"},
            sub(ARN + ":ecs:" + REGIONAL + ":cluster/${PlainCluster}"),
        ),
        (
            sub(ARN + ":ecs:" + REGIONAL + ":cluster/${Cluster}"),
            f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/payment-dev",
        ),
        ({"Fn::GetAtt": "Key.Arn"}, sub(ARN + ":kms:" + REGIONAL + ":key/${Key}")),
        ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::payment"),
    ],
    ids=str,
)
def test_two_spellings_are_the_same(left: object, right: object) -> None:
    assert STACK.same(evaluated(left), evaluated(right)) is True
    assert STACK.same(evaluated(right), evaluated(left)) is True


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"Ref": "Topic"}, {"Ref": "OtherTopic"}, False),
        ({"Ref": "Vpc"}, {"Ref": "Subnet"}, False),
        ({"Ref": "Cluster"}, "payment-prod", False),
        ({"Ref": "Topic"}, f"arn:aws:sns:us-west-2:{ACCOUNT}:payment-dev", False),
        ({"Ref": "Topic"}, {"Fn::GetAtt": "Topic.TopicName"}, None),
        ({"Ref": "Vpc"}, sub("${!Vpc}"), None),
        ({"Ref": "Vpc"}, "vpc-1", None),
        ({"Ref": "Open"}, "x", None),
    ],
    ids=str,
)
def test_other_values_are_different_or_unknown(
    left: object, right: object, expected: object
) -> None:
    assert STACK.same(evaluated(left), evaluated(right)) is expected


@pytest.mark.parametrize(
    ("expression", "types", "found"),
    [
        ({"Ref": "Role"}, ("AWS::IAM::Role",), "Role"),
        ({"Ref": "Role"}, ("AWS::ECS::Cluster",), None),
        ({"Ref": "Role"}, (), "Role"),
        ("payment-dev", ("AWS::IAM::Role",), "Role"),
        ("payment-dev", ("AWS::ECS::Cluster",), "Cluster"),
        ("payment-dev", (), None),
        (sub(ARN + ":iam::${AWS::AccountId}:role/${Role}"), (), "Role"),
        (sub(ARN + ":iam::999999999999:role/${Role}"), (), None),
        ("payment-db", ("AWS::RDS::DBCluster",), "Database"),
        ("PAYMENT-db", ("AWS::RDS::DBCluster",), "Database"),
        (f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:payment-db", (), "Database"),
        ("private", ("AWS::RDS::DBSubnetGroup",), "Subnets"),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/payment", (), "Logs"),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/payment:*", (), "Logs"),
        (f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/payment/host", (), "Parameter"),
        ("secret", ("AWS::SecretsManager::Secret",), "Secret"),
        ("PAYMENT-DEV", ("AWS::IAM::Role",), None),
        (5, ("AWS::IAM::Role",), None),
        (["payment-dev"], ("AWS::IAM::Role",), None),
    ],
    ids=str,
)
def test_resource_is_found_by(
    expression: object, types: tuple[str, ...], found: str | None
) -> None:
    resource = STACK.find(evaluated(expression), *types)

    assert (resource and resource.logical_id) == found


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ({"Ref": "Topic"}, "arn"),
        ({"Fn::GetAtt": "Topic.TopicName"}, "name"),
        ({"Ref": "Vpc"}, "id"),
        ({"Ref": "Secret"}, "arn"),
        ({"Ref": "Role"}, "name"),
        ({"Fn::GetAtt": "Role.RoleId"}, "id"),
        ({"Fn::GetAtt": "Role.Arn"}, "arn"),
        ({"Ref": "Rule"}, "name"),
        ({"Fn::GetAtt": "Balancer.DNSName"}, "dns name"),
        ({"Fn::GetAtt": "Database.Endpoint.Address"}, "dns name"),
        ({"Fn::GetAtt": "Database.Endpoint.Port"}, "port"),
        ({"Fn::GetAtt": "Vpc.DefaultNetworkAcl"}, "other"),
    ],
    ids=str,
)
def test_reference_has_its_kind(expression: object, kind: str) -> None:
    found = evaluated(expression)

    assert isinstance(found, Reference)
    assert found.kind == kind


def test_value_of_the_wrong_kind_identifies_nothing() -> None:
    name = evaluated({"Fn::GetAtt": "Topic.TopicName"})

    assert STACK.find(name, "AWS::SNS::Topic")
    assert not STACK.find(name, "AWS::SNS::Topic", kinds=("arn",))
    assert STACK.find(evaluated({"Ref": "Topic"}), "AWS::SNS::Topic", kinds=("arn",))
    assert not STACK.find("payment-dev", "AWS::SNS::Topic", kinds=("arn",))


@pytest.mark.parametrize("resource_type", NAMINGS)
def test_ref_is_the_identifier_in_the_aws_schema(resource_type: str) -> None:
    schema = resource_schema(resource_type)
    naming = NAMINGS[resource_type]

    assert schema is not None
    # Ref of a rule is its name: AWS::Events::Rule, return values.
    if resource_type != "AWS::Events::Rule":
        assert schema.primary_identifier[0] in naming.ref
    assert {naming.name} - {""} <= schema.properties.keys()
