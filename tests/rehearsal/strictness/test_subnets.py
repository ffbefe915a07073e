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
    ("properties", "reason"),
    [
        pytest.param(
            {"CidrBlock": "10.0.2.0/24", "AvailabilityZone": "us-west-2a"},
            "Value (us-west-2a) for parameter availabilityZone is invalid. Subnets can currently "
            "only be created in the following availability zones: us-east-1a, us-east-1b,",
            id="zone of another region",
        ),
        pytest.param(
            {"CidrBlock": "10.2.0.0/24"}, "The CIDR '10.2.0.0/24' is invalid.", id="outside the VPC"
        ),
        pytest.param(
            {"CidrBlock": "10.0.0.0/15"}, "The CIDR '10.0.0.0/15' is invalid.", id="around the VPC"
        ),
        pytest.param(
            {"CidrBlock": "10.0.1.128/25"},
            "The CIDR '10.0.1.128/25' conflicts with another subnet",
            id="overlaps another subnet",
        ),
    ],
)
def test_subnet_must_fit_its_region_and_its_vpc(
    aws: EmbeddedAws, properties: dict[str, Any], reason: str
) -> None:
    it = {
        "Type": "AWS::EC2::Subnet",
        "DependsOn": "Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, **properties},
    }

    outcome = stacks.create(aws, {"Resources": {**_NETWORK, "It": it}})

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert reason in outcome.failures["It"]


@pytest.mark.parametrize(
    ("block", "status"),
    [
        pytest.param("10.0.1.0/24", "UPDATE_ROLLBACK_COMPLETE", id="same addresses"),
        pytest.param("10.0.9.0/24", "UPDATE_COMPLETE", id="other addresses"),
    ],
)
def test_zone_of_a_subnet_changes_only_with_another_cidr_block(
    aws: EmbeddedAws, block: str, status: str
) -> None:
    def network(zone: str, cidr: str) -> dict[str, Any]:
        properties = {"VpcId": {"Ref": "Vpc"}, "CidrBlock": cidr, "AvailabilityZone": zone}
        subnet = {"Type": "AWS::EC2::Subnet", "Properties": properties}
        return {"Resources": {"Vpc": _NETWORK["Vpc"], "It": subnet}}

    stacks.create(aws, network("us-east-1a", "10.0.1.0/24"))

    outcome = stacks.update(aws, network("us-east-1b", block))

    assert outcome.status == status
    reason = outcome.failures.get("It", "conflicts with another subnet")
    assert "conflicts with another subnet" in reason
