"""Provides small templates for these tests, and the generated one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import Stack, Value, evaluate, template_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
PRODUCT = Path(__file__).parents[2] / "output" / "TapStack.json"
TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}}
VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
CLUSTER = {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": "payment"}}
DATABASE = {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-postgresql"}}
ACCOUNT = "111122223333"
ZONES = {
    "us-east-1": ("us-east-1a", "us-east-1b", "us-east-1c"),
    "eu-west-1": ("eu-west-1a", "eu-west-1b"),
}


def product() -> Json:
    """Read the generated template again, so that a test may change it."""
    document: Json = json.loads(PRODUCT.read_text(encoding="utf-8"))
    return document


def stack_of(
    document: Json, region: str = "us-east-1", given: Mapping[str, str] | None = None
) -> Stack:
    """Evaluate a document in an account with a known number and known zones."""
    return evaluate(
        template_of(document), region=region, parameters=given or {}, account=ACCOUNT, zones=ZONES
    )


def stack_with(expression: object, **sections: object) -> Stack:
    """Evaluate one expression as property P of resource It, beside a few other resources."""
    it = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"P": expression}}
    resources = {
        "Topic": TOPIC,
        "Vpc": VPC,
        "Cluster": CLUSTER,
        "Database": DATABASE,
        "It": it,
    }
    return stack_of({**sections, "Resources": resources})


def value_of(expression: object, **sections: object) -> Value:
    """Evaluate one expression, beside a few other resources."""
    return stack_with(expression, **sections).resources["It"].properties.get("P")
