"""A load balancer writes a test file when its access logs are enabled."""

from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks
from tests.rehearsal.stacks import EAST

_BUCKET = {"Fn::Sub": "access-logs-${AWS::AccountId}"}


def test_load_balancer_writes_a_test_file_for_its_access_logs(aws: EmbeddedAws) -> None:
    outcome = stacks.create(aws, _template(enabled="true"))

    assert outcome.status == "CREATE_COMPLETE"
    assert _keys(aws) == [f"AWSLogs/{aws.account}/ELBAccessLogTestFile"]


def test_test_file_is_below_the_prefix_of_the_access_logs(aws: EmbeddedAws) -> None:
    stacks.create(aws, _template(enabled="true", prefix="payments"))

    assert _keys(aws) == [f"payments/AWSLogs/{aws.account}/ELBAccessLogTestFile"]


def test_load_balancer_writes_nothing_without_access_logs(aws: EmbeddedAws) -> None:
    stacks.create(aws, _template(enabled="false"))

    assert _keys(aws) == []


def test_load_balancer_writes_a_test_file_once_access_logs_are_switched_on(
    aws: EmbeddedAws,
) -> None:
    stacks.create(aws, _template(enabled="false"))

    outcome = stacks.update(aws, _template(enabled="true"))

    assert outcome.status == "UPDATE_COMPLETE"
    assert len(_keys(aws)) == 1


def test_bucket_has_the_tags_of_its_stack(aws: EmbeddedAws) -> None:
    stacks.create(aws, _template(enabled="false"))

    tags = aws.client("s3", EAST).get_bucket_tagging(Bucket=f"access-logs-{aws.account}")["TagSet"]
    (stack,) = aws.client("cloudformation", EAST).describe_stacks()["Stacks"]
    assert {one["Key"]: one["Value"] for one in tags} == {
        "aws:cloudformation:stack-id": stack["StackId"],
        "aws:cloudformation:stack-name": stack["StackName"],
        "aws:cloudformation:logical-id": "Bucket",
    }


def test_load_balancer_needs_the_bucket_of_its_access_logs(aws: EmbeddedAws) -> None:
    outcome = stacks.create(aws, _template(enabled="true", bucket="missing"))

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert "Access Denied for bucket: missing." in outcome.failures["Balancer"]
    assert aws.client("elbv2", EAST).describe_load_balancers()["LoadBalancers"] == []


@pytest.mark.parametrize(
    ("policy", "status"),
    [("Delete", "DELETE_FAILED"), ("RetainExceptOnCreate", "DELETE_COMPLETE")],
)
def test_deletion_after_a_failed_rollback_retains_what_the_template_retains(
    aws: EmbeddedAws, policy: str, status: str
) -> None:
    template = _template(enabled="true", policy=policy)
    # The second role fails: its name is taken by then.
    template["Resources"].update(First=_role(), Failing=_role("First", "Balancer"))
    client = aws.client("cloudformation", EAST)
    created = client.create_change_set(
        StackName="payment",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        **stacks.request(template, {}),
    )
    client.get_waiter("change_set_create_complete").wait(ChangeSetName=created["Id"])
    client.execute_change_set(ChangeSetName=created["Id"])
    rolled_back = stacks.outcome(aws, region=EAST)

    deleted = stacks.delete(aws)

    assert (rolled_back.status, deleted.status) == ("ROLLBACK_FAILED", status)
    assert len(_keys(aws)) == 1


def _template(
    *, enabled: str, bucket: object = _BUCKET, prefix: str = "", policy: str = "Delete"
) -> dict[str, Any]:
    attributes = {"enabled": enabled, "bucket": bucket, **({"prefix": prefix} if prefix else {})}
    return {
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": policy,
                "Properties": {"BucketName": _BUCKET},
            },
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            "SubnetA": _subnet("a", 1),
            "SubnetB": _subnet("b", 2),
            "Balancer": {
                "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
                "DependsOn": "Bucket",
                "Properties": {
                    "Subnets": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
                    "LoadBalancerAttributes": [
                        {"Key": f"access_logs.s3.{key}", "Value": value}
                        for key, value in attributes.items()
                    ],
                },
            },
        }
    }


def _role(*depends_on: str) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Role",
        "DependsOn": depends_on,
        "Properties": {
            "RoleName": "first",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        },
    }


def _subnet(zone: str, number: int) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": f"{EAST}{zone}",
        },
    }


def _keys(aws: EmbeddedAws) -> list[str]:
    listed = aws.client("s3", EAST).list_objects_v2(Bucket=f"access-logs-{aws.account}")
    return [one["Key"] for one in listed.get("Contents", ())]
