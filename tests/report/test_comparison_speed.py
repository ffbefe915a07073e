"""How the work of a comparison grows with the resources of a template."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.report.comparison.comparison import compare_resources
from tests.report.test_collisions import REGION

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from tests.evidence.changes import Json

# Four times as many resources: 4 if each is looked at once, 16 if each is compared with each.
FEW, MANY = 60, 240
GROWTH = 5


def rule(number: int) -> Json:
    properties = {"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": number, "ToPort": number}
    return {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}


def subnet(number: int) -> Json:
    block = f"10.{number // 250}.{number % 250}.0/24"
    return {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": "vpc-1", "CidrBlock": block}}


def bucket(number: int) -> Json:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"bucket-{number}"}}


def subscription(number: int) -> Json:
    properties = {"TopicArn": "arn:a", "Protocol": "sqs", "Endpoint": f"arn:{number}"}
    return {"Type": "AWS::SNS::Subscription", "Properties": properties}


@pytest.mark.parametrize("resource", [rule, subnet, bucket, subscription])
def test_work_grows_with_the_resources_and_not_with_their_pairs(
    resource: Callable[[int], Json],
) -> None:
    # The first comparison reads the schemas.
    calls_of_comparison(resource, 2)

    few, many = (calls_of_comparison(resource, count) for count in (FEW, MANY))

    assert many / few < GROWTH


def calls_of_comparison(resource: Callable[[int], Json], count: int) -> int:
    """Return how many functions run while all resources get another logical ID."""
    before, after = (
        parse_template(
            json.dumps({"Resources": {f"{side}{it}": resource(it) for it in range(count)}})
        )
        for side in ("Old", "New")
    )
    calls = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    former = sys.getprofile()
    sys.setprofile(counted)
    try:
        compare_resources(before, after, REGION, {})
    finally:
        sys.setprofile(former)
    return calls
