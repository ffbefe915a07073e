"""Empties the buckets that stop the deletion of a stack: S3 deletes only an empty bucket."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from boto3 import Session
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import DeleteMarkerEntryTypeDef, ObjectVersionTypeDef

BUCKET = "AWS::S3::Bucket"


def empty_undeleted_buckets(
    session: Session,
    region: str,
    stack_id: str,
    *,
    account: str,
    tell: Callable[[str], None],
    among: Mapping[str, datetime] | None = None,
) -> None:
    """Empty the buckets that CloudFormation failed to delete; raises RolloutError if that fails.

    Only these: a deletion that is refused then loses nothing, and a retained bucket never fails
    (its status is DELETE_SKIPPED). Load balancers write no more logs by then, because the policy of
    a bucket is deleted before the bucket. With `among`, only buckets of these names, and none that
    holds an object from before the given time.
    """
    client = clients.cloudformation(session, region)
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id):
        for shown in page["StackResourceSummaries"]:
            name = shown.get("PhysicalResourceId", "")
            failed = shown["ResourceStatus"] == "DELETE_FAILED"
            if not (name and failed and shown["ResourceType"] == BUCKET):
                continue
            if among is None or name in among:
                since = among[name] if among else None
                _empty(clients.s3(session, region), name, account, since=since)
                tell(f"emptied the bucket {name} in {region}")


def delete_bucket(
    session: Session,
    region: str,
    name: str,
    *,
    account: str,
    tell: Callable[[str], None],
    since: datetime,
) -> None:
    """Empty and delete a bucket, unless it holds an object from before `since`.

    Raises RolloutError if it does, or if it cannot be emptied.
    """
    client = clients.s3(session, region)
    _empty(client, name, account, since=since)
    # Someone else may have deleted it.
    with suppress(client.exceptions.NoSuchBucket):
        client.delete_bucket(Bucket=name, ExpectedBucketOwner=account)
    tell(f"deleted the bucket {name} in {region}")


def _empty(client: S3Client, bucket: str, account: str, *, since: datetime | None) -> None:
    """Delete every version of every object, unless one is from before `since`."""
    try:
        if since is not None:
            _require_no_older_object(client, bucket, account, since)
        for versions in _versions(client, bucket, account):
            result = client.delete_objects(
                Bucket=bucket,
                ExpectedBucketOwner=account,
                Delete={
                    "Objects": [
                        {"Key": one.get("Key", ""), "VersionId": one.get("VersionId", "")}
                        for one in versions
                    ],
                    "Quiet": True,
                },
            )
            if errors := result.get("Errors"):
                first = errors[0]
                raise RolloutError(
                    f"{first.get('Key')} in the bucket {bucket} cannot be deleted: "
                    f"{first.get('Message')}",
                    hint="allow s3:DeleteObjectVersion, or wait until the object's lock or legal "
                    "hold ends, then run the same command again",
                )
    except client.exceptions.ClientError as error:
        # Someone else has deleted it.
        if code_of(error) != "NoSuchBucket":
            raise


def _require_no_older_object(client: S3Client, bucket: str, account: str, since: datetime) -> None:
    # S3 shows whole seconds.
    start = since.replace(microsecond=0)
    for versions in _versions(client, bucket, account):
        for one in versions:
            if (written := one.get("LastModified")) is not None and written < start:
                raise RolloutError(
                    f"the bucket {bucket} holds {one.get('Key')}, which is older than the stack; "
                    "nothing was deleted from it",
                    ExitCode.REFUSED,
                    hint="move its objects, delete the bucket, then run the same command again",
                )


def _versions(
    client: S3Client, bucket: str, account: str
) -> Iterator[list[ObjectVersionTypeDef | DeleteMarkerEntryTypeDef]]:
    """Yield the object versions of a bucket with its delete markers, at most 1,000 at a time.

    DeleteObjects accepts as many.
    """
    pages = client.get_paginator("list_object_versions").paginate(
        Bucket=bucket, ExpectedBucketOwner=account
    )
    for page in pages:
        if versions := [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
            yield versions
