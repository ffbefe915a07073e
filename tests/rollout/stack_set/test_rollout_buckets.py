"""A rollout whose rollback left a bucket is refused with the commands that delete the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.rollout.bucket_deletion import deletion_command
from tests.rollout.access_logs import failing, filled_bucket, working
from tests.rollout.colleague import create
from tests.rollout.running import EAST, OPEN, SUFFIX, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

_POLICIES = ("Delete", "RetainExceptOnCreate")


@pytest.mark.parametrize("policy", _POLICIES)
def test_rollout_is_refused_while_the_bucket_exists(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    failed = commands.rollout(template=failing(tmp_path, policy))

    refused = commands.rollout(template=working(tmp_path, policy), preflight=True)
    _delete_bucket(commands)
    again = commands.rollout(template=working(tmp_path, policy), preflight=True)

    assert (failed.exit_code, refused.exit_code) == (1, 3), failed.output
    assert f"the bucket {_name(commands)} exists, which StackSet-" in refused.stderr
    assert deletion_command(_name(commands), EAST) in refused.stderr
    assert again.exit_code == 0, again.output


def test_rollout_shows_no_command_that_deletes_the_bucket_of_another_stack(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout(template=failing(tmp_path, "RetainExceptOnCreate"))
    _delete_bucket(commands)
    owner = changed(tmp_path, {"Bucket": filled_bucket("payment-logs")}, template=OPEN)
    create(commands, "payment-live", owner, suffix=SUFFIX)

    refused = commands.rollout(template=working(tmp_path, "RetainExceptOnCreate"), preflight=True)

    assert refused.exit_code == 3
    assert f"it was made by {commands.stack(name='payment-live')['StackId']}" in refused.stderr
    assert "aws s3api" not in refused.stderr


def _name(commands: Commands) -> str:
    return f"payment-logs-{commands.aws.account}-{SUFFIX}-{EAST}"


def _delete_bucket(commands: Commands) -> None:
    client, name = commands.aws.client("s3", EAST), _name(commands)
    for one in client.list_object_versions(Bucket=name).get("Versions", ()):
        client.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
    client.delete_bucket(Bucket=name)
