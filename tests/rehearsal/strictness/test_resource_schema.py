from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST, resource

_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}],
}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param(
            resource("AWS::SNS::Topic", TopicNam="alerts"),
            "#: extraneous key [TopicNam] is not permitted",
            id="unknown property",
        ),
        pytest.param(
            resource("AWS::ECS::Cluster", ClusterSettings=[{"Nam": "containerInsights"}]),
            "#/ClusterSettings/0: extraneous key [Nam] is not permitted",
            id="unknown property, nested",
        ),
        pytest.param(
            resource("AWS::Logs::LogGroup", RetentionInDays="a week"),
            "#/RetentionInDays: expected type: Integer, found: String",
            id="wrong type",
        ),
        pytest.param(
            resource("AWS::SNS::Topic", Tags={"Name": "alerts"}),
            "#/Tags: expected type: JSONArray, found: JSONObject",
            id="object for a list",
        ),
        pytest.param(
            resource("AWS::Logs::LogGroup", RetentionInDays=8),
            "#/RetentionInDays: failed validation constraint for keyword [enum] "
            "(8 is not one of [1, 3, 5, 7,",
            id="value not in the list",
        ),
        pytest.param(
            resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16", InstanceTenancy="shared"),
            "#/InstanceTenancy: failed validation constraint for keyword [enum]",
            id="word not in the list",
        ),
        pytest.param(
            resource("AWS::KMS::Key", KeyPolicy=_POLICY, PendingWindowInDays=31),
            "#/PendingWindowInDays: failed validation constraint for keyword [maximum] "
            "(31 is greater than the maximum of 30)",
            id="value out of range",
        ),
        pytest.param(
            resource("AWS::KMS::Key", KeyPolicy=_POLICY, PendingWindowInDays="31"),
            "(31 is greater than the maximum of 30)",
            id="value out of range, as text",
        ),
        pytest.param(
            resource("AWS::KMS::Alias", AliasName="payment", TargetKeyId="any"),
            "#/AliasName: failed validation constraint for keyword [pattern] ('payment' does not",
            id="pattern",
        ),
        pytest.param(
            resource("AWS::EC2::Subnet", CidrBlock="10.0.1.0/24"),
            "#: required key [VpcId] not found",
            id="missing required property",
        ),
        pytest.param(
            resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16", VpcId="vpc-1"),
            "#/VpcId: read-only property cannot be set",
            id="read-only property",
        ),
    ],
)
def test_properties_outside_the_schema_fail_the_resource(
    aws: EmbeddedAws, broken: dict[str, Any], reason: str
) -> None:
    outcome = stacks.create(aws, broken)

    assert outcome.status == "ROLLBACK_COMPLETE"
    message = outcome.failures["It"]
    assert message.startswith("Properties validation failed for resource It with message:\n")
    assert reason in message


@pytest.mark.parametrize(
    "accepted",
    [
        pytest.param(resource("AWS::Logs::LogGroup", RetentionInDays="7"), id="5 as text"),
        pytest.param(
            resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16", EnableDnsSupport="true"),
            id="true as text",
        ),
        pytest.param(
            resource("AWS::SSM::Parameter", Name="answer", Type="String", Value=42),
            id="number for a text",
        ),
    ],
)
def test_scalars_are_accepted_in_other_types(aws: EmbeddedAws, accepted: dict[str, Any]) -> None:
    outcome = stacks.create(aws, accepted)

    assert outcome.status == "CREATE_COMPLETE"


def test_schema_applies_to_resolved_intrinsic_functions(aws: EmbeddedAws) -> None:
    template = {
        "Parameters": {"Days": {"Type": "Number"}},
        **resource("AWS::Logs::LogGroup", RetentionInDays={"Ref": "Days"}),
    }

    outcome = stacks.create(aws, template, Days="8")

    assert "#/RetentionInDays" in outcome.failures["It"]


def test_update_is_checked_and_rolled_back(aws: EmbeddedAws) -> None:
    stacks.create(aws, resource("AWS::Logs::LogGroup", RetentionInDays=7))

    outcome = stacks.update(aws, resource("AWS::Logs::LogGroup", RetentionInDays=8))

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "#/RetentionInDays" in outcome.failures["It"]
    groups = aws.client("logs", EAST).describe_log_groups()["logGroups"]
    assert [group["retentionInDays"] for group in groups] == [7]


def test_policy_may_be_written_as_text(aws: EmbeddedAws) -> None:
    template = resource(
        "AWS::Events::Rule", EventPattern='{"source": ["aws.ecs"]}', State="ENABLED"
    )

    outcome = stacks.create(aws, template)

    assert outcome.status == "CREATE_COMPLETE"
