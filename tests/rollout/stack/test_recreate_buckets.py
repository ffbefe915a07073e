"""Recreate deletes the bucket of a failed creation, and nothing that this creation did not make."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from botocore.exceptions import ClientError

from payment_templates.rollout.bucket_deletion import deletion_command
from payment_templates.rollout.progress.events import all_events
from payment_templates.rollout.stack.stuck import left_buckets, recovery
from tests.rehearsal import aws_cli
from tests.rollout import colleague
from tests.rollout.access_logs import failing, filled_bucket, resources, working
from tests.rollout.running import EAST, NAME, OPEN, SUFFIX, Commands, changed

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
    result = commands.deploy(template=failing(tmp_path, policy))

    assert result.exit_code == 1
    assert commands.stack()["StackStatus"] == "ROLLBACK_FAILED"
    assert _keys(commands) == [f"AWSLogs/{commands.aws.account}/ELBAccessLogTestFile"]


@pytest.mark.parametrize("policy", _POLICIES)
def test_recreate_deletes_the_bucket_of_a_failed_creation(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    commands.deploy(template=failing(tmp_path, policy))

    result = commands.deploy(*_RECREATE, template=working(tmp_path, policy))

    assert result.exit_code == 0, result.output
    assert f"deleted the bucket {_name(commands)} in {EAST}" in result.output
    # It does not fail first, to advise what it does by itself.
    assert "use deploy --recreate" not in result.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert _keys(commands) == [f"AWSLogs/{commands.aws.account}/ELBAccessLogTestFile"]


@pytest.mark.parametrize("policy", _POLICIES)
def test_bucket_of_a_failed_creation_is_deleted_only_by_name(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    commands.deploy(template=failing(tmp_path, policy))

    result = commands.deploy("--recreate", template=working(tmp_path, policy))

    assert result.exit_code == 3
    assert "Bucket: is removed: every object is lost; nothing was changed" in result.stderr
    assert "use --allow-replacement Bucket" in result.stderr
    assert len(_keys(commands)) == 1


def test_recreate_succeeds_after_a_deletion_outside_the_commands(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=failing(tmp_path, "Delete"))
    commands.aws.client("cloudformation", EAST).delete_stack(StackName=NAME)
    colleague.wait_until(commands, "DELETE_FAILED")

    result = commands.deploy(*_RECREATE, template=working(tmp_path, "Delete"))

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("policy", [*_POLICIES, "Retain"])
def test_recreate_keeps_the_bucket_of_a_stack_that_was_complete(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    stuck = {"Stuck": filled_bucket()}
    template = changed(tmp_path, {**resources(policy), **stuck}, template=OPEN)
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
    template = failing(tmp_path, _RETAINING)
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
        failing(tmp_path, "Retain"),
        suffix=SUFFIX,
        until="CREATE_FAILED",
        OnFailure="DO_NOTHING",
    )

    commands.deploy(*_RECREATE, template=working(tmp_path, "Retain"))

    assert len(_keys(commands)) == 1


@pytest.mark.parametrize("policy", _POLICIES)
@pytest.mark.parametrize("hours", [-2, 2], ids=["later", "earlier"])
def test_recreate_keeps_objects_that_the_creation_did_not_write(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str, hours: int
) -> None:
    commands.deploy(template=failing(tmp_path, policy))

    def shifted(client: CloudFormationClient, stack_id: str) -> Any:  # noqa: ANN401 - events
        events = all_events(client, stack_id)
        return tuple(replace(one, at=one.at + timedelta(hours=hours)) for one in events)

    monkeypatch.setattr(left_buckets, "all_events", shifted)
    result = commands.deploy(*_RECREATE, template=working(tmp_path, policy))

    assert result.exit_code == 3
    assert "ELBAccessLogTestFile, which was not written by the failed creation" in result.stderr
    assert deletion_command(_name(commands), EAST) in result.stderr
    assert len(_keys(commands)) == 1
    assert commands.stack()["StackStatus"] == "ROLLBACK_FAILED"


@pytest.mark.parametrize("key", ["ledger/2026.csv", ""], ids=["filled", "empty"])
@pytest.mark.parametrize("policy", _POLICIES)
def test_recreate_keeps_the_bucket_of_another_stack(
    commands: Commands, tmp_path: Path, policy: str, key: str
) -> None:
    commands.deploy(template=failing(tmp_path, policy))
    _delete_bucket(commands)
    owner = _create_owner(commands, tmp_path)
    if key:
        _put(commands, key)

    result = commands.deploy(*_RECREATE, template=working(tmp_path, policy))

    assert result.exit_code == 3
    assert f"was not made by the failed stack, but by {owner}; nothing was deleted" in result.stderr
    assert _keys(commands) == [key][: len(key)]
    assert commands.stack()["StackStatus"] == "ROLLBACK_FAILED"


@pytest.mark.parametrize("policy", _POLICIES)
def test_recreate_keeps_a_bucket_made_by_hand(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    commands.deploy(template=failing(tmp_path, policy))
    _delete_bucket(commands)
    commands.aws.client("s3", EAST).create_bucket(Bucket=_name(commands))
    _put(commands, "ledger/2026.csv")

    result = commands.deploy(*_RECREATE, template=working(tmp_path, policy))

    assert result.exit_code == 3
    assert "was not made by the failed stack, but without CloudFormation" in result.stderr
    assert deletion_command(_name(commands), EAST) in result.stderr
    assert _keys(commands) == ["ledger/2026.csv"]


def test_bucket_is_checked_again_after_the_confirmation(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy(template=failing(tmp_path, _RETAINING))

    def replace_bucket(*_: object, **__: object) -> None:
        _delete_bucket(commands)
        _create_owner(commands, tmp_path)
        _put(commands, "ledger/2026.csv")

    monkeypatch.setattr(recovery, "_require_confirmation", replace_bucket)
    result = commands.deploy(*_RECREATE, template=working(tmp_path, _RETAINING))

    assert result.exit_code == 3
    assert _keys(commands) == ["ledger/2026.csv"]
    assert commands.stack()["StackStatus"] == "ROLLBACK_FAILED"


@pytest.mark.parametrize("policy", _POLICIES)
def test_recreate_accepts_that_the_bucket_is_gone(
    commands: Commands, tmp_path: Path, policy: str
) -> None:
    commands.deploy(template=failing(tmp_path, policy))
    _delete_bucket(commands)

    result = commands.deploy(*_RECREATE, template=working(tmp_path, policy))

    assert result.exit_code == 0, result.output
    assert "deleted the bucket" not in result.output


@pytest.mark.parametrize("call", ["DeleteObjects", "DeleteBucket", "DeleteStack"])
@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "denied"}}, "AnyOperation"),
        KeyboardInterrupt(),
    ],
    ids=["denied", "interrupted"],
)
def test_recreate_continues_after_an_error(
    commands: Commands,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    error: BaseException,
) -> None:
    commands.deploy(template=failing(tmp_path, _RETAINING))

    def fail() -> NoReturn:
        raise error

    colleague.act_before(monkeypatch, call, fail)
    failed = commands.deploy(*_RECREATE, template=working(tmp_path, _RETAINING))
    status = commands.stack()["StackStatus"]
    again = commands.deploy(*_RECREATE, template=working(tmp_path, _RETAINING))

    assert failed.exit_code == (130 if isinstance(error, KeyboardInterrupt) else 1), failed.output
    assert status == "ROLLBACK_FAILED"
    assert again.exit_code == 0, again.output


def test_recreate_accepts_a_deletion_policy_of_a_parameter(
    commands: Commands, tmp_path: Path
) -> None:
    given = {"Policy": {"Type": "String", "Default": "Delete"}}
    for make in (failing, working):
        template = make(tmp_path, {"Ref": "Policy"})
        document = json.loads(template.read_text())
        document["Transform"] = "AWS::LanguageExtensions"
        document["Parameters"].update(given)
        template.write_text(json.dumps(document))
        result = commands.deploy(*_RECREATE, template=template)

    assert result.exit_code == 0, result.output
    assert "deleted the bucket" in result.output


def test_shown_command_deletes_a_bucket_with_every_version(commands: Commands) -> None:
    client, name = commands.aws.client("s3", EAST), _name(commands)
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    _put(commands, "one")
    _put(commands, "one")
    client.delete_object(Bucket=name, Key="one")
    empty, delete = deletion_command(name, EAST).split("; ")
    before, listed = empty.removesuffix(')"').split(' --delete "$(')

    # Options of the AWS CLI itself.
    own = " --max-items 1000 --output json"
    versions = aws_cli.execute(commands.aws, EAST, shlex.split(listed.replace(own, "")))
    client.delete_objects(Bucket=name, Delete=versions)
    aws_cli.execute(commands.aws, EAST, shlex.split(delete))

    assert before == f"aws s3api delete-objects --bucket {name} --region {EAST}"
    assert own in listed
    assert client.list_buckets()["Buckets"] == []


def _name(commands: Commands, start: str = "payment-logs") -> str:
    return f"{start}-{commands.aws.account}-{SUFFIX}-{EAST}"


def _put(commands: Commands, key: str, *, bucket: str = "") -> None:
    commands.aws.client("s3", EAST).put_object(
        Bucket=bucket or _name(commands), Key=key, Body=b"lines"
    )


def _delete_bucket(commands: Commands) -> None:
    client, name = commands.aws.client("s3", EAST), _name(commands)
    for one in client.list_object_versions(Bucket=name).get("Versions", ()):
        client.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
    client.delete_bucket(Bucket=name)


def _create_owner(commands: Commands, folder: Path) -> str:
    """Create a second stack that owns the bucket's name; returns its ID."""
    name = "payment-live"
    bucket = {"Bucket": filled_bucket("payment-logs")}
    template = changed(folder, bucket, template=OPEN)
    colleague.create(commands, name, template, suffix=SUFFIX)
    return str(commands.stack(name=name)["StackId"])


def _keys(commands: Commands, bucket: str = "") -> list[str]:
    listed = commands.aws.client("s3", EAST).list_objects_v2(Bucket=bucket or _name(commands))
    return [one["Key"] for one in listed.get("Contents", ())]
