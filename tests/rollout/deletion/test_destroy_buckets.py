"""Destroy empties the buckets of a stack, which CloudFormation deletes only when empty."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import pytest
from botocore.exceptions import ClientError

from tests.rollout import colleague
from tests.rollout.running import EAST, OPEN, SUFFIX, WEST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return _with_bucket(tmp_path, DeletionPolicy="Delete")


def test_destroy_empties_the_bucket_of_a_stack(commands: Commands, template: Path) -> None:
    commands.deploy(template=template)
    _fill(commands, EAST)

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert f"emptied the bucket {_name(commands, EAST)} in {EAST}" in result.output
    assert _buckets(commands) == []


def test_destroy_empties_the_buckets_of_a_set(commands: Commands, template: Path) -> None:
    commands.rollout(template=template)
    for region in (EAST, WEST):
        _fill(commands, region)

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    for region in (EAST, WEST):
        assert f"emptied the bucket {_name(commands, region)} in {region}" in result.output
    assert _buckets(commands) == []


def test_destroy_keeps_the_bucket_that_another_stack_has_made_since(
    commands: Commands, template: Path
) -> None:
    commands.deploy(template=template)
    commands.aws.client("s3", EAST).delete_bucket(Bucket=_name(commands, EAST))
    document = json.loads(template.read_text())
    document["Resources"] = {"Bucket": document["Resources"]["Bucket"]}
    del document["Outputs"]
    colleague.create(commands, "payment-live", json.dumps(document), suffix=SUFFIX)
    _fill(commands, EAST)

    result = commands.destroy()

    assert result.exit_code == 3
    owner = commands.stack(name="payment-live")["StackId"]
    assert f"was made by {owner}; it was not emptied" in result.stderr
    assert "--retain-resources Bucket" in result.stderr
    assert _versions(commands, EAST) == 3


def test_bucket_is_shown_before_the_confirmation_and_kept_without_it(
    commands: Commands, template: Path
) -> None:
    commands.deploy(template=template)
    _fill(commands, EAST)

    result = commands.run("destroy")

    assert result.exit_code == 2
    assert "Bucket (S3::Bucket)" in result.stdout
    assert _versions(commands, EAST) == 3


def test_retained_bucket_keeps_its_objects(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=_with_bucket(tmp_path, DeletionPolicy="Retain"))
    _fill(commands, EAST)

    document = commands.document("destroy", "--confirm", SUFFIX)

    assert document["exit_code"] == 0
    retained = [one["name"] for one in document["retained"] if one["kind"] == "bucket"]
    assert retained == [_name(commands, EAST)]
    assert _versions(commands, EAST) == 3


# What is refused loses nothing: the objects go only once CloudFormation has tried.
def test_refused_deletion_keeps_the_objects(
    commands: Commands, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy(template=template)
    _fill(commands, EAST)
    colleague.act_before(monkeypatch, "DeleteStack", _deny)

    result = commands.destroy()

    assert result.exit_code != 0
    assert _versions(commands, EAST) == 3


def test_refused_deletion_of_a_set_keeps_the_objects(
    commands: Commands, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout(template=template)
    for region in (EAST, WEST):
        _fill(commands, region)
    colleague.act_before(monkeypatch, "DeleteStackInstances", _deny)

    result = commands.destroy()

    assert result.exit_code != 0
    assert [_versions(commands, region) for region in (EAST, WEST)] == [3, 3]


def test_retained_bucket_keeps_its_objects_if_the_template_cannot_be_read(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy(template=_with_bucket(tmp_path, DeletionPolicy="Retain"))
    _fill(commands, EAST)
    colleague.act_before(monkeypatch, "GetTemplate", _deny)

    commands.destroy()

    assert _versions(commands, EAST) == 3


def _deny() -> NoReturn:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "denied"}}, "AnyOperation")


def _with_bucket(folder: Path, **attributes: str) -> Path:
    name = {"Fn::Sub": "payment-logs-${AWS::AccountId}-${EnvironmentSuffix}-${AWS::Region}"}
    bucket = {
        "Type": "AWS::S3::Bucket",
        **attributes,
        "Properties": {
            "BucketName": name,
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    }

    return changed(folder, {"Bucket": bucket}, template=OPEN)


def _name(commands: Commands, region: str) -> str:
    return f"payment-logs-{commands.aws.account}-{SUFFIX}-{region}"


def _fill(commands: Commands, region: str) -> None:
    """Write an object twice and delete it: two old versions and a delete marker."""
    client, bucket = commands.aws.client("s3", region), _name(commands, region)
    for body in (b"one", b"two"):
        client.put_object(Bucket=bucket, Key="AWSLogs/log.gz", Body=body)
    client.delete_object(Bucket=bucket, Key="AWSLogs/log.gz")


def _versions(commands: Commands, region: str) -> int:
    client = commands.aws.client("s3", region)
    shown = client.list_object_versions(Bucket=_name(commands, region))
    return len([*shown.get("Versions", ()), *shown.get("DeleteMarkers", ())])


def _buckets(commands: Commands) -> list[str]:
    listed = commands.aws.client("s3", EAST).list_buckets()["Buckets"]
    return [one["Name"] for one in listed if one["Name"].startswith("payment-logs")]
