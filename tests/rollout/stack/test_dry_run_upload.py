"""The upload of a dry run, which leaves nothing behind, also when S3 denies a step."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from payment_templates.cloudformation import read_template
from payment_templates.rollout import dry_run_upload
from payment_templates.rollout.dry_run_upload import temporary_body
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.template_bucket import dry_run_bucket_name
from payment_templates.rollout.template_upload import Body
from tests.rollout.running import EAST, SMALL

_ACCOUNT = "123456789012"
_SHARED = f"payment-templates-{_ACCOUNT}-{EAST}"
_BUCKET = f"payment-templates-dry-run-{_ACCOUNT}-{EAST}-0"
_PROTECTION = ("put_public_access_block", "put_bucket_encryption", "put_bucket_policy")
_OWNER = {"ExpectedBucketOwner": _ACCOUNT}
_OBJECT = {"Bucket": _BUCKET, "Key": ANY, **_OWNER}


@pytest.fixture(autouse=True)
def known_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def name(*_: str) -> str:
        return _BUCKET

    monkeypatch.setattr(dry_run_upload, "dry_run_bucket_name", name)


@pytest.fixture
def lines() -> list[str]:
    return []


def test_bucket_is_removed_when_its_protection_is_denied(
    s3: Stubber, tmp_path: Path, lines: list[str]
) -> None:
    _create_bucket(s3)
    s3.add_response("put_public_access_block", {})
    s3.add_response("put_bucket_encryption", {})
    _deny(s3, "put_bucket_policy")
    _delete_bucket(s3)

    with pytest.raises(ClientError):
        _upload(tmp_path, lines)

    assert lines == []


def test_bucket_is_removed_when_the_upload_is_denied(
    s3: Stubber, tmp_path: Path, lines: list[str]
) -> None:
    _protected_bucket(s3)
    _deny(s3, "put_object")
    _delete_bucket(s3)

    with pytest.raises(ClientError):
        _upload(tmp_path, lines)

    assert lines == []


def test_what_cannot_be_removed_is_named(s3: Stubber, tmp_path: Path, lines: list[str]) -> None:
    _protected_bucket(s3)
    s3.add_response("put_object", {"VersionId": "v1"})
    _deny(s3, "delete_object")
    s3.add_client_error("delete_bucket", "BucketNotEmpty", http_status_code=409)

    _upload(tmp_path, lines)

    assert [line.partition(" (An error")[0] for line in lines] == [
        f"left behind: the uploaded template s3://{_BUCKET}/{_key(lines[0])}, version v1",
        f"left behind: the bucket {_BUCKET}",
    ]


def test_upload_is_named_if_the_credentials_cannot_be_renewed(
    s3: Stubber, tmp_path: Path, lines: list[str]
) -> None:
    _protected_bucket(s3)
    s3.add_response("put_object", {})
    untyped: Any = s3

    def refuse(**_: object) -> None:
        raise wrong_use("the token has expired", "log in")

    with _uploaded(tmp_path, lines):
        untyped.client.meta.events.register("provide-client-params", refuse)

    assert lines[1] == f"left behind: the bucket {_BUCKET} (the token has expired)"
    assert lines[0].startswith("left behind: the uploaded template s3://")


def test_object_is_deleted_with_its_version(s3: Stubber, tmp_path: Path, lines: list[str]) -> None:
    s3.add_response("head_bucket", {"BucketRegion": EAST}, {"Bucket": _SHARED, **_OWNER})
    s3.add_response("put_object", {"VersionId": "v1"})
    s3.add_response("delete_object", {}, {**_OBJECT, "Bucket": _SHARED, "VersionId": "v1"})

    _upload(tmp_path, lines)

    assert lines == []


def test_upload_without_an_answer_is_searched_and_deleted(
    s3: Stubber, tmp_path: Path, lines: list[str]
) -> None:
    _protected_bucket(s3)
    s3.add_client_error("put_object", "InternalError", http_status_code=500)
    s3.add_response("list_object_versions", {"Versions": [{"VersionId": "v7"}]})
    s3.add_response("delete_object", {}, {**_OBJECT, "VersionId": "v7"})
    _delete_bucket(s3)

    with pytest.raises(ClientError, match="InternalError"):
        _upload(tmp_path, lines)

    assert lines == []


def test_bucket_that_s3_still_deletes_has_a_hint(
    s3: Stubber, tmp_path: Path, lines: list[str]
) -> None:
    s3.add_client_error("head_bucket", "404", http_status_code=404)
    s3.add_client_error("create_bucket", "OperationAborted", http_status_code=409)

    with pytest.raises(RolloutError) as raised:
        _upload(tmp_path, lines)

    assert "OperationAborted" in str(raised.value)
    assert "for an hour or more; or pass --bucket" in str(raised.value)


def test_each_dry_run_has_a_bucket_name_of_its_own() -> None:
    # S3 refuses the name of a deleted bucket for a while, and names with over 63 characters.
    names = {dry_run_bucket_name(_ACCOUNT, "ap-southeast-1") for _ in range(2)}

    assert len(names) == 2
    assert max(map(len, names)) <= 63


def _create_bucket(s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "404", http_status_code=404)
    s3.add_response("create_bucket", {}, {"Bucket": _BUCKET})


def _protected_bucket(s3: Stubber) -> None:
    _create_bucket(s3)
    for call in _PROTECTION:
        s3.add_response(call, {})


def _delete_bucket(s3: Stubber) -> None:
    s3.add_response("delete_bucket", {}, {"Bucket": _BUCKET, **_OWNER})


def _deny(s3: Stubber, call: str) -> None:
    s3.add_client_error(call, "AccessDenied", http_status_code=403)


def _key(line: str) -> str:
    return line.partition(f"{_BUCKET}/")[2].partition(",")[0]


def _upload(tmp_path: Path, lines: list[str]) -> None:
    with _uploaded(tmp_path, lines):
        pass


def _uploaded(tmp_path: Path, lines: list[str]) -> AbstractContextManager[Body]:
    long = tmp_path / "long.json"
    long.write_text(SMALL.read_text() + " " * 60_000)
    # Its stub overloads `client` for services that are installed.
    session: Any = boto3.Session(region_name=EAST)
    return temporary_body(
        session, EAST, read_template(long), account=_ACCOUNT, bucket=None, warn=lines.append
    )
