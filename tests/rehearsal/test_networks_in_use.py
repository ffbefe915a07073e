"""Security groups, subnets and VPCs that EC2 does not delete, because something uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal import databases, stacks
from tests.rehearsal.stacks import EAST

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"},
    },
    "Group": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "In use", "VpcId": {"Ref": "Vpc"}},
    },
}


@pytest.fixture
def network(aws: EmbeddedAws) -> dict[str, str]:
    """The IDs of a VPC, a subnet and a security group that a stack made."""
    stacks.create(aws, {"Resources": _NETWORK})
    client = aws.client("cloudformation", EAST)
    shown = client.describe_stack_resources(StackName="payment")["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in shown}


def test_stack_keeps_what_an_interface_uses(aws: EmbeddedAws, network: dict[str, str]) -> None:
    _interface(aws, network)

    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_FAILED"
    assert outcome.failures["Group"].startswith(
        f"resource {network['Group']} has a dependent object (Service: AmazonEC2; "
        "Status Code: 400; Error Code: DependencyViolation;"
    )
    assert outcome.failures["Subnet"].startswith(
        f"The subnet '{network['Subnet']}' has dependencies and cannot be deleted. (Service: "
    )
    assert remaining(aws) == ["Group", "Subnet", "Vpc"]


def test_stack_is_deleted_once_nothing_uses_its_network(
    aws: EmbeddedAws, network: dict[str, str]
) -> None:
    interface = _interface(aws, network)
    stacks.delete(aws)

    aws.client("ec2", EAST).delete_network_interface(NetworkInterfaceId=interface)
    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_COMPLETE"


def test_group_of_a_load_balancer_is_kept(aws: EmbeddedAws, network: dict[str, str]) -> None:
    aws.client("elbv2", EAST).create_load_balancer(
        Name="other", Subnets=[network["Subnet"]], SecurityGroups=[network["Group"]]
    )

    assert refusal(aws, "delete_security_group", GroupId=network["Group"]) == "DependencyViolation"
    assert refusal(aws, "delete_subnet", SubnetId=network["Subnet"]) == "DependencyViolation"


def test_group_of_a_database_is_kept(aws: EmbeddedAws, network: dict[str, str]) -> None:
    aws.client("rds", EAST).create_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER,
        Engine="aurora-postgresql",
        VpcSecurityGroupIds=[network["Group"]],
    )

    assert refusal(aws, "delete_security_group", GroupId=network["Group"]) == "DependencyViolation"


def test_group_that_a_rule_of_another_names_is_kept(
    aws: EmbeddedAws, network: dict[str, str]
) -> None:
    ec2 = aws.client("ec2", EAST)
    vpc, group = network["Vpc"], network["Group"]
    other = ec2.create_security_group(GroupName="other", Description="Other", VpcId=vpc)["GroupId"]
    pair = [{"GroupId": group}]
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": pair}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])

    assert refusal(aws, "delete_security_group", GroupId=group) == "DependencyViolation"
    ec2.delete_security_group(GroupId=other)
    ec2.delete_security_group(GroupId=group)


def test_vpc_with_a_foreign_group_is_kept(aws: EmbeddedAws, network: dict[str, str]) -> None:
    ec2 = aws.client("ec2", EAST)
    ec2.create_security_group(GroupName="by-hand", Description="Foreign", VpcId=network["Vpc"])

    outcome = stacks.delete(aws)

    assert outcome.status == "DELETE_FAILED"
    assert "has dependencies and cannot be deleted" in outcome.failures["Vpc"]
    assert remaining(aws) == ["Vpc"]


def _interface(aws: EmbeddedAws, network: dict[str, str]) -> str:
    created = aws.client("ec2", EAST).create_network_interface(
        SubnetId=network["Subnet"], Groups=[network["Group"]]
    )
    interface: str = created["NetworkInterface"]["NetworkInterfaceId"]
    return interface


def refusal(aws: EmbeddedAws, operation: str, **request: str) -> str | None:
    with pytest.raises(ClientError) as refused:
        getattr(aws.client("ec2", EAST), operation)(**request)
    answer: dict[str, Any] = {**refused.value.response}
    code: str = answer["Error"]["Code"]
    return code


def remaining(aws: EmbeddedAws) -> list[str]:
    client = aws.client("cloudformation", EAST)
    shown = client.describe_stack_resources(StackName="payment")["StackResources"]
    return sorted(
        one["LogicalResourceId"] for one in shown if one["ResourceStatus"] != "DELETE_COMPLETE"
    )
