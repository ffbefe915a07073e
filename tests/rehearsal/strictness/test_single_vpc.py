from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks

_NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "OtherVpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"},
    },
    "OtherGroup": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "elsewhere", "VpcId": {"Ref": "OtherVpc"}},
    },
}


@pytest.mark.parametrize(
    ("resource_type", "properties", "reason"),
    [
        pytest.param(
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            {"Subnets": [{"Ref": "Subnet"}], "SecurityGroups": [{"Ref": "OtherGroup"}]},
            "You have specified two resources that belong to different networks.",
            id="security group of another VPC",
        ),
        pytest.param(
            "AWS::EC2::SubnetRouteTableAssociation",
            {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "OtherTable"}},
            "You have specified two resources that belong to different networks.",
            id="route table of another VPC",
        ),
        pytest.param(
            "AWS::EC2::RouteTable",
            {"VpcId": "vpc-0123456789abcdef0"},
            "The vpc ID 'vpc-0123456789abcdef0' does not exist",
            id="VPC that does not exist",
        ),
        pytest.param(
            "AWS::RDS::DBCluster",
            {
                "Engine": "aurora-postgresql",
                "MasterUsername": "payment",
                "MasterUserPassword": "long enough",
                "DBSubnetGroupName": {"Ref": "SubnetGroup"},
                "VpcSecurityGroupIds": [{"Ref": "OtherGroup"}],
            },
            "The DB instance and EC2 security group are in different VPCs.",
            id="database in another VPC than its security group",
        ),
    ],
)
def test_resource_must_not_reference_two_networks(
    aws: EmbeddedAws, resource_type: str, properties: dict[str, Any], reason: str
) -> None:
    template = {
        "Resources": {
            **_NETWORK,
            "OtherTable": {
                "Type": "AWS::EC2::RouteTable",
                "Properties": {"VpcId": {"Ref": "OtherVpc"}},
            },
            "SubnetGroup": {
                "Type": "AWS::RDS::DBSubnetGroup",
                "Properties": {
                    "DBSubnetGroupDescription": "home",
                    "SubnetIds": [{"Ref": "Subnet"}],
                },
            },
            "It": {"Type": resource_type, "Properties": properties},
        }
    }

    outcome = stacks.create(aws, template)

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert reason in outcome.failures["It"]
