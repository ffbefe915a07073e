from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from payment_templates.rollout.stack_set import drift as set_drift
from payment_templates.rollout.stack_set.chosen_roles import EXECUTION
from payment_templates.rollout.stack_set.instances import Instance, list_instances
from tests.rollout.running import EAST, FAILING, WEST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from mypy_boto3_cloudformation import CloudFormationClient


def test_status_reports_that_nothing_exists(commands: Commands) -> None:
    result = commands.run("status")

    assert result.exit_code == 0
    assert "no stack found" in result.output


def test_status_shows_the_command_that_created_each_stack(commands: Commands) -> None:
    commands.deploy()
    commands.rollout()

    document = commands.document("status")

    assert [stack["region"] for stack in document["stacks"]] == [EAST]
    assert [one["region"] for one in document["instances"]] == [WEST]


def test_status_shows_why_a_creation_failed(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=changed(tmp_path, {"Wrong": FAILING}))

    document = commands.document("status")
    shown = commands.run("status").output

    assert [cause["logical_id"] for cause in document["causes"]] == ["Wrong"]
    assert "payment-person-dev-001-us-east-1 already exists" in shown
    assert "it can only be deleted" in shown


def test_new_rollout_has_no_drift(commands: Commands) -> None:
    commands.rollout()

    document = commands.document("drift")

    assert (document["exit_code"], document["drifts"]) == (0, [])


def test_drift_shows_property_expected_and_actual_value(commands: Commands) -> None:
    commands.deploy()
    logs = commands.aws.client("logs", EAST)
    logs.put_retention_policy(logGroupName="payment-records-dev-001", retentionInDays=90)

    document = commands.document("drift")

    assert document["exit_code"] == 1
    (drift,) = document["drifts"]
    assert (drift["logical_id"], drift["path"]) == ("Records", "/RetentionInDays")
    assert (drift["expected"], drift["actual"]) == ("7", "90")


def test_drift_is_found_in_the_stacks_of_a_set(commands: Commands) -> None:
    commands.rollout()
    logs = commands.aws.client("logs", WEST)
    logs.put_retention_policy(logGroupName="payment-records-dev-001", retentionInDays=90)

    document = commands.document("drift")

    assert document["exit_code"] == 1
    assert [(one["region"], one["logical_id"]) for one in document["drifts"]] == [(WEST, "Records")]


def test_drift_fails_if_stacks_cannot_be_compared(commands: Commands) -> None:
    commands.rollout()
    iam = commands.aws.client("iam", EAST)
    for policy in iam.list_attached_role_policies(RoleName=EXECUTION)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=EXECUTION, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=EXECUTION)

    result = commands.run("drift")

    assert result.exit_code == 1
    assert "not every stack of payment-dev-001 could be compared" in result.stderr
    assert f"should have '{EXECUTION}' role" in result.stderr


def test_drift_waits_for_an_eventually_consistent_list(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout()
    logs = commands.aws.client("logs", WEST)
    logs.put_retention_policy(logGroupName="payment-records-dev-001", retentionInDays=90)
    looks = count()

    def late(client: CloudFormationClient, name: str) -> tuple[Instance, ...]:
        instances = list_instances(client, name)
        return instances if next(looks) else tuple(replace(one, drift="") for one in instances)

    monkeypatch.setattr(set_drift, "list_instances", late)
    document = commands.document("drift")

    assert [(one["region"], one["logical_id"]) for one in document["drifts"]] == [(WEST, "Records")]
