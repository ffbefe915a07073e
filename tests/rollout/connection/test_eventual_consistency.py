"""The commands in an account that sees changes late, as IAM and EC2 do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.rollout.running import EAST, WEST, Commands

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

    from payment_templates.rehearsal import EmbeddedAws

_STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
_TRUST = {"Version": "2012-10-17", "Statement": [_STATEMENT]}


@pytest.fixture
def late(commands: Commands) -> Commands:
    commands.aws.show_changes_late()
    return commands


def test_read_after_a_change_answers_the_old_state_once(aws: EmbeddedAws) -> None:
    aws.show_changes_late()
    ec2 = aws.client("ec2", EAST)
    before = len(ec2.describe_vpcs()["Vpcs"])
    ec2.create_vpc(CidrBlock="10.0.0.0/16")

    counts = [len(ec2.describe_vpcs()["Vpcs"]) - before for _ in range(3)]

    assert counts == [0, 1, 1]


def test_new_role_is_not_found_once_and_a_deleted_one_is_shown_once_more(aws: EmbeddedAws) -> None:
    aws.show_changes_late()
    iam = aws.client("iam", EAST)
    before = [_has_role(iam)]

    iam.create_role(RoleName="payment", AssumeRolePolicyDocument=json.dumps(_TRUST))
    after_creation = [_has_role(iam) for _ in range(2)]
    iam.delete_role(RoleName="payment")
    after_deletion = [_has_role(iam) for _ in range(2)]

    assert (before, after_creation, after_deletion) == ([False], [False, True], [True, False])


def test_changes_are_seen_at_once_by_default(aws: EmbeddedAws) -> None:
    ec2 = aws.client("ec2", EAST)
    before = len(ec2.describe_vpcs()["Vpcs"])
    ec2.create_vpc(CidrBlock="10.0.0.0/16")

    assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1


def test_rollout_waits_until_its_new_roles_can_be_used(late: Commands) -> None:
    result = late.rollout(preflight=True)

    assert result.exit_code == 0, result.output
    assert "IAM has not propagated the new roles yet: retrying" in result.output
    assert (late.greeting(EAST), late.greeting(WEST)) == ("first", "first")


def test_stacks_are_created_changed_and_deleted(late: Commands) -> None:
    created = late.deploy(preflight=True)
    everywhere = late.rollout(preflight=True)
    changed = late.rollout("--parameter", "Message=second", preflight=True)
    deleted = late.destroy()

    assert [one.exit_code for one in (created, everywhere, changed, deleted)] == [0, 0, 0, 0], (
        created.output + everywhere.output + changed.output + deleted.output
    )
    assert (late.stack(EAST), late.greeting(WEST)) == (None, None)


def test_same_suffix_can_be_deployed_again_after_its_deletion(late: Commands) -> None:
    late.deploy(preflight=True)
    late.destroy()

    again = late.deploy(preflight=True)

    assert again.exit_code == 0, again.output


def _has_role(iam: IAMClient) -> bool:
    try:
        return iam.get_role(RoleName="payment")["Role"]["RoleName"] == "payment"
    except iam.exceptions.NoSuchEntityException:
        return False
