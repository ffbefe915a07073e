"""References that AWS takes, or that no table lists, are no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.templates import CLAIMS, real_document, result_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from tests.evidence.changes import Change, Json

_CLAIM = "references-have-the-right-kind"
_CLUSTER_ARN = {"Fn::Sub": "arn:aws:ecs:us-east-1:${AWS::AccountId}:cluster/payment"}
_ROLE_ARN = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/payment"}
_SUBNETS = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets.0"
_TOPIC_NAME = {"Fn::GetAtt": ["AlertTopic", "TopicName"]}


def finding_of(document: Json) -> Finding:
    return result_of(CLAIMS[_CLAIM], document).finding


def resource(resource_type: str, **properties: Any) -> Change:  # noqa: ANN401 - as in a template
    return put("Other", {"Type": resource_type, "Properties": properties})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(put("Service.Properties.Cluster", _CLUSTER_ARN), id="a cluster by ARN"),
        pytest.param(
            put("Service.Properties.Cluster", {"Fn::GetAtt": ["Cluster", "Arn"]}),
            id="a cluster by its ARN's attribute",
        ),
        pytest.param(
            put("TaskDefinition.Properties.TaskRoleArn", _ROLE_ARN), id="a role by an ARN in text"
        ),
        pytest.param(put(_SUBNETS, "subnet-0123456789abcdef0"), id="a subnet from outside"),
        pytest.param(
            put(_SUBNETS, {"Fn::GetAtt": ["PrivateSubnetA", "SubnetId"]}), id="an equal attribute"
        ),
        pytest.param(put(_SUBNETS, {"Fn::ImportValue": "subnet"}), id="a subnet of another stack"),
        pytest.param(
            put(
                "DatabaseCluster.Properties.VpcSecurityGroupIds.0",
                {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]},
            ),
            id="the default group of a network",
        ),
        pytest.param(
            put("DatabaseCluster.Properties.KmsKeyId", {"Ref": "EncryptionKeyAlias"}),
            id="a key by its alias",
        ),
        pytest.param(
            resource("AWS::Lambda::Permission", FunctionName={"Fn::GetAtt": ["Code", "Arn"]}),
            id="a function by ARN",
        ),
        pytest.param(
            resource("AWS::Lambda::Function", Environment={"Variables": {"TopicArn": _TOPIC_NAME}}),
            id="a variable of the application",
        ),
        pytest.param(
            resource("Custom::Notice", TopicArn=_TOPIC_NAME), id="a property of a custom resource"
        ),
        pytest.param(
            resource("AWS::CloudFormation::Stack", Parameters={"VpcId": {"Ref": "AlertTopic"}}),
            id="a parameter of a nested stack",
        ),
        pytest.param(
            resource("AWS::SNS::Topic", TopicName={"Ref": "ExecutionRole"}),
            id="a name made of another name",
        ),
        pytest.param(
            resource("AWS::SNS::Subscription", Protocol="email", Endpoint=_TOPIC_NAME),
            id="an endpoint that is no ARN",
        ),
        pytest.param(
            resource("AWS::SNS::Topic", Tags=[{"Key": "VpcId", "Value": {"Ref": "Cluster"}}]),
            id="a tag",
        ),
        pytest.param(
            resource(
                "AWS::IAM::Policy",
                PolicyDocument={
                    "Statement": {"Resource": ["*", {"Fn::Sub": "${ApplicationLogGroup.Arn}:*"}]}
                },
            ),
            id="a resource below another",
        ),
        pytest.param(
            put("Outputs.TaskRoleArn", {"Value": {"Fn::GetAtt": ["TaskRole", "Arn"]}}),
            id="an output of what its name says",
        ),
        pytest.param(
            put(
                "Outputs.DatabaseClusterArn",
                {"Value": {"Fn::GetAtt": ["DatabaseCluster", "DBClusterArn"]}},
            ),
            id="an output by a shorter name",
        ),
    ],
)
def test_reference_that_aws_takes_is_no_fault(change: Change) -> None:
    code = put("Code", {"Type": "AWS::Lambda::Function", "Properties": {}})

    found = finding_of(changed(real_document(), code, change))

    assert found.verdict is Verdict.KEPT


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            put("HttpListener.Properties.LoadBalancerArn", {"Ref": "TargetGroup"}),
            (
                "HttpListener.LoadBalancerArn expects the ARN of "
                "ElasticLoadBalancingV2::LoadBalancer, "
                "not ${TargetGroup}: the ARN of ElasticLoadBalancingV2::TargetGroup"
            ),
        ),
        (
            put("Service.Properties.Cluster", {"Ref": "ApplicationLogGroup"}),
            (
                "Service.Cluster expects the name or ARN of ECS::Cluster, "
                "not ${ApplicationLogGroup}: the name of Logs::LogGroup"
            ),
        ),
        (
            resource(
                "AWS::IAM::Policy",
                PolicyDocument={"Statement": {"Resource": {"Ref": "ApplicationLogGroup"}}},
            ),
            (
                "Other.PolicyDocument.Statement.Resource expects the ARN, "
                "not ${ApplicationLogGroup}: the name of Logs::LogGroup"
            ),
        ),
        (
            resource("AWS::SQS::QueuePolicy", Queues=[{"Fn::GetAtt": ["Queue", "Arn"]}]),
            "Other.Queues expects the URL of SQS::Queue, not ${Queue.Arn}: the ARN of SQS::Queue",
        ),
        (
            resource(
                "AWS::SNS::Subscription",
                TopicArn={"Ref": "AlertTopic"},
                Protocol="sqs",
                Endpoint={"Ref": "Queue"},
            ),
            "Other.Endpoint expects the ARN, not ${Queue}: the URL of SQS::Queue",
        ),
    ],
)
def test_finding_says_what_is_taken_and_what_is_given(change: Change, why: str) -> None:
    queue = put("Queue", {"Type": "AWS::SQS::Queue", "Properties": {}})

    found = finding_of(changed(real_document(), queue, change))

    assert found.verdict is Verdict.BROKEN
    assert found.why == why


def test_reference_to_what_no_table_lists_is_counted() -> None:
    document: Json = {
        "Resources": {
            "Key": {"Type": "AWS::Unknown::Thing", "Properties": {"Other": {"Ref": "Bucket"}}},
            "Bucket": {"Type": "AWS::S3::Bucket"},
        }
    }

    found = finding_of(document)

    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "1 reference to properties that are not listed" in found.evidence
