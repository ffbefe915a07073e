"""Drift that CloudFormation reports only in part, and false drift."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack.drift import Comparison, Drift, detect_drift
from payment_templates.rollout.stack.drift_meaning import explain, repair_for
from tests.rollout.running import EAST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

_STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/payment/1"


def _difference(
    kind: str, path: str, expected: str, actual: str, *, is_added: bool = False
) -> Drift:
    return Drift(
        account="123456789012",
        region="us-east-1",
        logical_id="It",
        resource_type=kind,
        path=path,
        expected=expected,
        actual=actual,
        physical_id="it",
        is_added=is_added,
    )


def test_failed_comparison_hides_no_other_drift(cloudformation: Stubber) -> None:
    client = cast("CloudFormationClient", cloudformation.client)
    cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "it"})
    cloudformation.add_response("describe_stack_drift_detection_status", _status())
    cloudformation.add_response(
        "describe_stack_resource_drifts", {"StackResourceDrifts": [_drift()]}
    )
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": []})

    found = detect_drift(client, _STACK, Pace(shortest=0, longest=0))

    assert [(drift.logical_id, drift.path, drift.actual) for drift in found.drifts] == [
        ("Alarm", "/Threshold", "5"),
        ("payment", "", "Failed to detect drift on resource [Service]"),
    ]


def test_type_without_drift_detection_is_listed(cloudformation: Stubber) -> None:
    found = _compare(
        cloudformation,
        [{**_drift(), "StackResourceDriftStatus": "IN_SYNC", "PropertyDifferences": []}],
        [("Alarm", "AWS::CloudWatch::Alarm"), ("AlertTopicPolicy", "AWS::SNS::TopicPolicy")],
    )

    assert (found.drifts, found.not_compared) == ((), frozenset({"AWS::SNS::TopicPolicy"}))


def test_failed_comparison_counts_as_drift(cloudformation: Stubber) -> None:
    unknown: dict[str, Any] = {
        **_drift(),
        "StackResourceDriftStatus": "UNKNOWN",
        "DriftStatusReason": "AccessDenied",
        "PropertyDifferences": [],
    }

    found = _compare(cloudformation, [unknown], [("Alarm", "AWS::CloudWatch::Alarm")])

    assert [(one.logical_id, one.actual) for one in found.drifts] == [("Alarm", "AccessDenied")]


@pytest.mark.parametrize(
    "drift",
    [
        _difference("AWS::RDS::DBCluster", "/DeletionProtection", "true", '"true"'),
        _difference("AWS::IAM::Role", "/Policy", '{"a": 1, "b": 2}', '"{\\"b\\": 2, \\"a\\": 1}"'),
        _difference("AWS::Logs::LogGroup", "/KmsKeyId", "1-2", "arn:aws:kms:us-east-1:1:key/1-2"),
        _difference(
            "AWS::EC2::SecurityGroup",
            "/SecurityGroupIngress/0/SourceSecurityGroupOwnerId",
            "null",
            "123456789012",
            is_added=True,
        ),
        _difference(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            "/TargetGroupAttributes/3",
            "null",
            '{"Key": "stickiness.enabled", "Value": "false"}',
            is_added=True,
        ),
        _difference("AWS::RDS::EventSubscription", "/EventCategories", '["a", "b"]', '["b", "a"]'),
    ],
    ids=["text", "document", "key", "owner", "attribute", "order"],
)
def test_false_drift_is_explained(drift: Drift) -> None:
    assert explain(drift) is not None


@pytest.mark.parametrize(
    "drift",
    [
        _difference("AWS::RDS::DBCluster", "/DeletionProtection", "true", "false"),
        _difference("AWS::RDS::DBCluster", "", "there", "gone"),
        _difference("AWS::Logs::LogGroup", "/KmsKeyId", "1-2", "arn:aws:kms:us-east-1:1:key/3"),
        _difference(
            "AWS::EC2::SecurityGroup",
            "/SecurityGroupIngress/0/SourceSecurityGroupOwnerId",
            "null",
            "999999999999",
            is_added=True,
        ),
        _difference(
            "AWS::EC2::SecurityGroup",
            "/SecurityGroupIngress/1",
            "null",
            '{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}',
            is_added=True,
        ),
        _difference(
            "AWS::ElasticLoadBalancingV2::TargetGroup", "/TargetGroupAttributes/0", "a", "b"
        ),
        _difference("AWS::RDS::EventSubscription", "/EventCategories", '["a", "b"]', '["a"]'),
    ],
    ids=["value", "gone", "key", "owner", "rule", "attribute", "members"],
)
def test_real_drift_is_not_explained(drift: Drift) -> None:
    assert explain(drift) is None


@pytest.mark.parametrize(
    ("drift", "command"),
    [
        (
            _difference("AWS::RDS::DBCluster", "/Port", "5432", "5433"),
            "--db-cluster-identifier it --region us-east-1 --port 5432",
        ),
        (
            _difference("AWS::RDS::DBCluster", "/VpcSecurityGroupIds", '["sg-1"]', '["sg-2"]'),
            "--vpc-security-group-ids sg-1",
        ),
        (
            _difference("AWS::RDS::DBCluster", "/EnableIAMDatabaseAuthentication", "true", "false"),
            "us-east-1 --enable-iam-database-authentication",
        ),
        (
            _difference("AWS::RDS::DBCluster", "/EnableIAMDatabaseAuthentication", "false", "true"),
            "us-east-1 --no-enable-iam-database-authentication",
        ),
        (
            _difference(
                "AWS::RDS::DBCluster", "/EnableCloudwatchLogsExports", '["postgresql"]', "[]"
            ),
            "EnableLogTypes=postgresql",
        ),
        (
            _difference("AWS::RDS::DBClusterParameterGroup", "/Parameters/rds.force_ssl", "1", "0"),
            "ParameterName=rds.force_ssl,ParameterValue=1,",
        ),
        (
            _difference(
                "AWS::RDS::DBClusterParameterGroup", "/Parameters/rds.global_db_rpo", "60", "null"
            ),
            "ParameterName=rds.global_db_rpo,ParameterValue=60,ApplyMethod=immediate",
        ),
        (_difference("AWS::KMS::Key", "/Enabled", "true", "false"), "enable-key --key-id it"),
        (_difference("AWS::KMS::Key", "", "there", "gone"), "cancel-key-deletion --key-id it"),
        (_difference("AWS::Events::Rule", "/State", "ENABLED", "DISABLED"), "enable-rule"),
        (
            _difference("AWS::CloudWatch::Alarm", "/ActionsEnabled", "true", "false"),
            "enable-alarm-actions --alarm-names it",
        ),
    ],
)
def test_manual_change_has_a_repair_command(drift: Drift, command: str) -> None:
    assert command in repair_for(drift)


@pytest.mark.parametrize(
    "drift",
    [
        _difference("AWS::RDS::DBCluster", "/VpcSecurityGroupIds/0", "null", "sg-2", is_added=True),
        _difference("AWS::Events::Rule", "/State", "DISABLED", "ENABLED"),
        _difference("AWS::EC2::VPC", "/CidrBlock", "a", "b"),
    ],
    ids=["no expected value", "disabled in the template", "not in the table"],
)
def test_change_without_a_reliable_repair_has_none(drift: Drift) -> None:
    assert repair_for(drift) == ""


def test_explained_drift_is_no_failure(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.deploy()
    false = _difference("AWS::RDS::DBCluster", "/DeletionProtection", "true", '"true"')
    found = Comparison(drifts=(false,), not_compared=frozenset({"AWS::SNS::TopicPolicy"}))

    def detect(*_: object) -> Comparison:
        return found

    monkeypatch.setattr("payment_templates.commands.drift.detect_drift", detect)

    result = commands.run("drift")

    assert result.exit_code == 0
    assert "has not drifted, although AWS reports it" in result.stdout
    assert "CloudFormation does not check: AWS::SNS::TopicPolicy" in result.stdout
    assert "no drift in anything that CloudFormation checks" in result.stdout


def test_topic_policy_of_a_set_is_listed(commands: Commands, tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "payment-alerts-dev-001"}}
    policy = {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [{"Ref": "Topic"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
    template = changed(tmp_path, {"Topic": topic, "Policy": policy})
    commands.rollout("--region", EAST, template=template)

    document = commands.document("drift", "--region", EAST)

    assert (document["exit_code"], document["not_compared"]) == (0, ["AWS::SNS::TopicPolicy"])


def test_dns_record_of_a_set_is_listed(commands: Commands, tmp_path: Path) -> None:
    record = {
        "Type": "AWS::Route53::RecordSet",
        "Condition": "HasDomain",
        "Properties": {"Name": "pay.example.com", "Type": "A", "HostedZoneId": "Z1"},
    }
    template = changed(tmp_path, {"Record": record})
    document = json.loads(template.read_text())
    document["Conditions"] = {"HasDomain": {"Fn::Equals": ["yes", "no"]}}
    template.write_text(json.dumps(document))
    commands.rollout("--region", EAST, template=template)

    shown = commands.document("drift", "--region", EAST)

    assert shown["not_compared"] == ["AWS::Route53::RecordSet"]


def _compare(
    cloudformation: Stubber, drifts: list[dict[str, Any]], resources: list[tuple[str, str]]
) -> Comparison:
    client = cast("CloudFormationClient", cloudformation.client)
    complete = {**_status(), "DetectionStatus": "DETECTION_COMPLETE"}
    listed = [
        {
            "LogicalResourceId": name,
            "ResourceType": kind,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": "2026-01-01T00:00:00Z",
        }
        for name, kind in resources
    ]
    cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "it"})
    cloudformation.add_response("describe_stack_drift_detection_status", complete)
    cloudformation.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": drifts})
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": listed})
    return detect_drift(client, _STACK, Pace(shortest=0, longest=0))


def _status() -> dict[str, Any]:
    return {
        "StackId": _STACK,
        "StackDriftDetectionId": "it",
        "DetectionStatus": "DETECTION_FAILED",
        "DetectionStatusReason": "Failed to detect drift on resource [Service]",
        "Timestamp": "2026-01-01T00:00:00Z",
    }


def _drift() -> dict[str, Any]:
    difference = {
        "PropertyPath": "/Threshold",
        "ExpectedValue": "0",
        "ActualValue": "5",
        "DifferenceType": "NOT_EQUAL",
    }
    return {
        "StackId": _STACK,
        "LogicalResourceId": "Alarm",
        "ResourceType": "AWS::CloudWatch::Alarm",
        "StackResourceDriftStatus": "MODIFIED",
        "PropertyDifferences": [difference],
        "Timestamp": "2026-01-01T00:00:00Z",
    }
