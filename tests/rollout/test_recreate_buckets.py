"""Recreate deletes the bucket of a failed creation, which holds the load balancer's test file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rollout.progress.events import all_events
from payment_templates.rollout.stack.stuck import failed_creation
from tests.rollout import colleague
from tests.rollout.running import EAST, FAILING, NAME, OPEN, SUFFIX, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_cloudformation import CloudFormationClient

_RECREATE = ("--recreate", "--allow-replacement", "Bucket")
_RETAINING = "RetainExceptOnCreate"
_POLICIES = ("Delete", _RETAINING)


@pytest.mark.parametrize("policy", _POLICIES)
def test_rollback_fails_on_the_test_file_of_the_load_balancer(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    result = commands.deploy(template=_failing(tmp_path, policy))

    assert result.exit_code == 1
    assert commands.stack()["StackStatus"] == "ROLLBACK_FAILED"
    assert _keys(commands) == [f"AWSLogs/{commands.aws.account}/ELBAccessLogTestFile"]


@pytest.mark.parametrize("policy", _POLICIES)
def test_recreate_deletes_the_bucket_of_a_failed_creation(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    commands.deploy(template=_failing(tmp_path, policy))
    _put(commands, "AWSLogs/first.log.gz")

    result = commands.deploy(*_RECREATE, template=_working(tmp_path, policy))

    assert result.exit_code == 0, result.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert _keys(commands) == [f"AWSLogs/{commands.aws.account}/ELBAccessLogTestFile"]


@pytest.mark.parametrize("policy", _POLICIES)
def test_bucket_of_a_failed_creation_is_deleted_only_by_name(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    commands.deploy(template=_failing(tmp_path, policy))

    result = commands.deploy("--recreate", template=_working(tmp_path, policy))

    assert result.exit_code == 3
    assert "Bucket: is removed: every object is lost; nothing was changed" in result.stderr
    assert "use --allow-replacement Bucket" in result.stderr
    assert len(_keys(commands)) == 1


def test_recreate_succeeds_after_a_deletion_outside_the_commands(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=_failing(tmp_path, "Delete"))
    commands.aws.client("cloudformation", EAST).delete_stack(StackName=NAME)
    colleague.wait_until(commands, "DELETE_FAILED")

    result = commands.deploy(*_RECREATE, template=_working(tmp_path, "Delete"))

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("policy", [*_POLICIES, "Retain"])
def test_recreate_keeps_the_bucket_of_a_stack_that_was_complete(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    stuck = {"Stuck": _filled_bucket()}
    template = changed(tmp_path, {**_resources(policy), **stuck}, template=OPEN)
    commands.deploy(template=template)
    _put(commands, "AWSLogs/first.log.gz")
    _put(commands, "anything", bucket=_name(commands, "payment-stuck"))
    commands.aws.client("cloudformation", EAST).delete_stack(StackName=NAME)
    colleague.wait_until(commands, "DELETE_FAILED")

    result = commands.deploy(*_RECREATE, "--allow-replacement", "Stuck", template=template)

    assert result.exit_code == 1
    assert len(_keys(commands)) == 2
    assert len(_keys(commands, _name(commands, "payment-stuck"))) == 1


def test_recreate_keeps_a_bucket_that_the_creation_found(
    commands: Commands, tmp_path: Path
) -> None:
    commands.aws.client("s3", EAST).create_bucket(Bucket=_name(commands))
    _put(commands, "payments")
    template = _failing(tmp_path, _RETAINING)
    colleague.create(
        commands, NAME, template, suffix=SUFFIX, until="CREATE_FAILED", OnFailure="DO_NOTHING"
    )

    commands.deploy(*_RECREATE, template=template)

    assert "payments" in _keys(commands)


def test_recreate_keeps_a_bucket_that_the_template_retains(
    commands: Commands, tmp_path: Path
) -> None:
    colleague.create(
        commands,
        NAME,
        _failing(tmp_path, "Retain"),
        suffix=SUFFIX,
        until="CREATE_FAILED",
        OnFailure="DO_NOTHING",
    )

    commands.deploy(*_RECREATE, template=_working(tmp_path, "Retain"))

    assert len(_keys(commands)) == 1


@pytest.mark.parametrize("policy", _POLICIES)
def test_recreate_keeps_objects_that_are_older_than_the_stack(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    commands.deploy(template=_failing(tmp_path, policy))

    def an_hour_later(client: CloudFormationClient, stack_id: str) -> Any:  # noqa: ANN401 - events
        events = all_events(client, stack_id)
        return tuple(replace(one, at=one.at + timedelta(hours=1)) for one in events)

    monkeypatch.setattr(failed_creation, "all_events", an_hour_later)
    result = commands.deploy(*_RECREATE, template=_working(tmp_path, policy))

    assert result.exit_code == 3
    assert "ELBAccessLogTestFile, which is older than the stack" in result.stderr
    assert len(_keys(commands)) == 1


def _failing(folder: Path, policy: str) -> Path:
    wrong = {**FAILING, "DependsOn": ["Person", "Balancer"]}
    return changed(folder, {**_resources(policy), "Wrong": wrong}, template=OPEN)


def _working(folder: Path, policy: str) -> Path:
    return changed(folder, _resources(policy), template=OPEN)


def _resources(policy: str) -> dict[str, Any]:
    return {
        "Bucket": {**_filled_bucket("payment-logs"), "DeletionPolicy": policy},
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "SubnetA": _subnet("a", 1),
        "SubnetB": _subnet("b", 2),
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Name": {"Fn::Sub": "payment-alb-${EnvironmentSuffix}"},
                "Subnets": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
                "LoadBalancerAttributes": [
                    {"Key": "access_logs.s3.enabled", "Value": "true"},
                    {"Key": "access_logs.s3.bucket", "Value": {"Ref": "Bucket"}},
                ],
            },
        },
    }


def _filled_bucket(start: str = "payment-stuck") -> dict[str, Any]:
    name = start + "-${AWS::AccountId}-${EnvironmentSuffix}-${AWS::Region}"
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Delete",
        "Properties": {
            "BucketName": {"Fn::Sub": name},
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }


def _subnet(zone: str, number: int) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Network"},
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": f"{EAST}{zone}",
        },
    }


def _name(commands: Commands, start: str = "payment-logs") -> str:
    return f"{start}-{commands.aws.account}-{SUFFIX}-{EAST}"


def _put(commands: Commands, key: str, *, bucket: str = "") -> None:
    commands.aws.client("s3", EAST).put_object(
        Bucket=bucket or _name(commands), Key=key, Body=b"lines"
    )


def _keys(commands: Commands, bucket: str = "") -> list[str]:
    listed = commands.aws.client("s3", EAST).list_objects_v2(Bucket=bucket or _name(commands))
    return [one["Key"] for one in listed.get("Contents", ())]
