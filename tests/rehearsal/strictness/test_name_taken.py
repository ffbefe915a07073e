import json
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST, WEST, resource

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
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}],
}
_TARGET_GROUP = {"Port": 80, "Protocol": "HTTP", "VpcId": {"Ref": "Vpc"}}


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        pytest.param(
            resource("AWS::Logs::LogGroup", LogGroupName="/payment"),
            "Resource of type 'AWS::Logs::LogGroup' with identifier "
            '\'{"/properties/LogGroupName":"/payment"}\' already exists.',
            id="log group",
        ),
        pytest.param(resource("AWS::SNS::Topic", TopicName="alerts"), "already exists", id="topic"),
        pytest.param(
            resource("AWS::ECS::Cluster", ClusterName="payment"), "already exists", id="ECS cluster"
        ),
        pytest.param(
            resource("AWS::SSM::Parameter", Name="/payment/x", Type="String", Value="x"),
            "already exists",
            id="parameter",
        ),
        pytest.param(
            resource("AWS::SecretsManager::Secret", Name="database"), "already exists", id="secret"
        ),
        pytest.param(
            resource("AWS::Events::Rule", Name="failover", EventPattern={"source": ["aws.rds"]}),
            "already exists",
            id="rule",
        ),
        pytest.param(
            {
                "Resources": {
                    **_NETWORK,
                    "It": {
                        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
                        "Properties": {"Name": "payment-tg", **_TARGET_GROUP},
                    },
                }
            },
            "already exists",
            id="target group",
        ),
        pytest.param(
            resource(
                "AWS::CloudWatch::Alarm",
                AlarmName="cpu",
                ComparisonOperator="GreaterThanThreshold",
                EvaluationPeriods=1,
                MetricName="CPUUtilization",
                Namespace="AWS/ECS",
                Period=60,
                Statistic="Average",
                Threshold=75,
            ),
            "already exists",
            id="alarm",
        ),
    ],
)
def test_name_is_taken_in_its_region_and_free_in_another(
    aws: EmbeddedAws, template: dict[str, Any], reason: str
) -> None:
    assert stacks.create(aws, template).status == "CREATE_COMPLETE"

    again = stacks.create(aws, template, name="again")
    elsewhere = stacks.create(aws, template, region=WEST)

    assert again.status == "ROLLBACK_COMPLETE"
    assert reason in again.failures["It"]
    assert elsewhere.status == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        pytest.param(
            resource("AWS::IAM::Role", RoleName="task", AssumeRolePolicyDocument=_TRUST),
            "task already exists",
            id="role",
        ),
        pytest.param(
            resource("AWS::IAM::ManagedPolicy", ManagedPolicyName="task", PolicyDocument=_POLICY),
            "task already exists",
            id="managed policy",
        ),
        pytest.param(
            resource(
                "AWS::CloudWatch::Dashboard",
                DashboardName="payment",
                DashboardBody=json.dumps({"widgets": []}),
            ),
            "Dashboard 'payment' already exists",
            id="dashboard",
        ),
    ],
)
def test_global_name_is_taken_in_every_region(
    aws: EmbeddedAws, template: dict[str, Any], reason: str
) -> None:
    assert stacks.create(aws, template).status == "CREATE_COMPLETE"

    elsewhere = stacks.create(aws, template, region=WEST)

    assert elsewhere.status == "ROLLBACK_COMPLETE"
    assert elsewhere.failures["It"] == reason


def test_name_is_found_on_a_later_page(aws: EmbeddedAws) -> None:
    logs = aws.client("logs", EAST)
    for number in range(60):
        logs.create_log_group(logGroupName=f"/payment/{number:02}")

    outcome = stacks.create(aws, resource("AWS::Logs::LogGroup", LogGroupName="/payment/59"))

    assert "already exists" in outcome.failures["It"]
