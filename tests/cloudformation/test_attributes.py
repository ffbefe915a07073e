"""An attribute that has the value of a property evaluates to that value."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import Reference, Stack, Unknown, Value, conditions_of
from payment_templates.cloudformation.evaluation.read_tracking import OUTPUTS
from tests.cloudformation.templates import Json, stack_of

RESOURCES: Json = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Block"}}},
    "Pooled": {"Type": "AWS::EC2::VPC", "Properties": {"Ipv4NetmaskLength": 16}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": {"Fn::Select": [1, {"Fn::Cidr": [{"Fn::GetAtt": "Vpc.CidrBlock"}, 2, 8]}]},
            "AvailabilityZone": "us-east-1a",
        },
    },
    "Database": {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {"Port": 5432, "DBClusterIdentifier": "payments"},
    },
    "Alone": {"Type": "AWS::RDS::DBInstance", "Properties": {"Port": "5433"}},
    "Member": {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"Port": "3306", "DBClusterIdentifier": {"Ref": "Database"}},
    },
    "Portless": {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-postgresql"}},
    "Setting": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "on"}},
    "Own": {"Type": "Custom::Thing", "Properties": {"CidrBlock": "10.1.0.0/16"}},
    "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupName": "payments"}},
    "First": {
        "Type": "AWS::EC2::VPC",
        "Properties": {"CidrBlock": {"Fn::GetAtt": "Last.CidrBlock"}},
    },
    "Last": {
        "Type": "AWS::EC2::VPC",
        "Properties": {"CidrBlock": {"Fn::GetAtt": "First.CidrBlock"}},
    },
}


def stack_with(expression: object, block: str = "10.0.0.0/16") -> Stack:
    it = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"P": expression}}
    document = {
        "Parameters": {"Block": {"Type": "String"}},
        "Resources": {**RESOURCES, "It": it},
    }
    return stack_of(document, given={"Block": block} if block else {})


def value_of(expression: object, block: str = "10.0.0.0/16") -> Value:
    return stack_with(expression, block).resources["It"].properties.get("P")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("Vpc.CidrBlock", "10.0.0.0/16"),
        ("Subnet.CidrBlock", "10.0.1.0/24"),
        ("Subnet.VpcId", Reference(logical_id="Vpc")),
        ("Database.Endpoint.Port", 5432),
        ("Alone.Endpoint.Port", "5433"),
        ("Setting.Value", "on"),
    ],
)
def test_attribute_is_the_property(attribute: str, value: object) -> None:
    assert value_of({"Fn::GetAtt": attribute}) == value
    assert value_of({"Fn::Sub": f"${{{attribute}}}"}) in (value, str(value))


@pytest.mark.parametrize(
    "attribute",
    [
        "Portless.Endpoint.Port",
        # The port of its cluster.
        "Member.Endpoint.Port",
        "Database.Endpoint.Address",
        # Its readers follow it themselves.
        "Subnet.AvailabilityZone",
        # Whatever the handler of a custom resource returns.
        "Own.CidrBlock",
        # It identifies the group.
        "Group.GroupName",
        "Vpc.DefaultSecurityGroup",
    ],
)
def test_other_attribute_stays_a_reference(attribute: str) -> None:
    name, _, own = attribute.partition(".")

    assert value_of({"Fn::GetAtt": attribute}) == Reference(logical_id=name, attribute=own)


def test_block_of_a_pool_is_unknown() -> None:
    found = value_of({"Fn::GetAtt": "Pooled.CidrBlock"})

    assert isinstance(found, Unknown)
    assert found.reason == "the template does not state the CidrBlock of Pooled"
    assert found.source == "Pooled.CidrBlock"


def test_block_of_an_open_parameter_is_unknown() -> None:
    found = value_of({"Fn::GetAtt": "Vpc.CidrBlock"}, block="")

    assert isinstance(found, Unknown)
    assert found.parameter == "Block"


def test_attributes_in_a_circle_stay_references() -> None:
    assert isinstance(value_of({"Fn::GetAtt": "First.CidrBlock"}), Reference)


def test_stacks_of_other_parameters_do_not_share_the_value() -> None:
    stack = stack_with({"Fn::GetAtt": "Subnet.CidrBlock"})
    other = stack.with_values({"Block": "10.8.0.0/16"})

    assert stack.resources["It"].properties.get("P") == "10.0.1.0/24"
    assert other.resources["It"].properties.get("P") == "10.8.1.0/24"


@pytest.mark.parametrize("part", ["AWS::EC2::SecurityGroup", OUTPUTS])
def test_condition_behind_the_property_decides_the_attribute(part: str) -> None:
    block = {"Fn::GetAtt": "Vpc.CidrBlock"}
    document = {
        "Parameters": {"Size": {"Type": "String", "Default": "small"}},
        "Conditions": {"Small": {"Fn::Equals": [{"Ref": "Size"}, "small"]}},
        "Resources": {
            "Vpc": {
                "Type": "AWS::EC2::VPC",
                "Properties": {"CidrBlock": {"Fn::If": ["Small", "10.0.0.0/24", "10.0.0.0/16"]}},
            },
            "Group": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"SecurityGroupEgress": [{"CidrIp": block}]},
            },
        },
        "Outputs": {"Block": {"Value": block}},
    }

    assert conditions_of(stack_of(document).template, (part,)) == {"Small"}
