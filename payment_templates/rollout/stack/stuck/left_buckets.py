"""Deletes the buckets that a failed creation made and its rollback could not delete.

A load balancer writes a test file into the bucket of its access logs, and S3 deletes only an empty
bucket. A bucket is deleted only if CloudFormation's own tag shows that this stack made it, and only
with objects from the time of the creation: another stack may have the name by now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.bucket_deletion import (
    STACK_TAG,
    deletion_command,
    empty_bucket,
    find_maker,
    list_versions,
    undeleted_buckets,
)
from payment_templates.rollout.errors import RolloutError, code_of
from payment_templates.rollout.ownership import NOTHING_DELETED
from payment_templates.rollout.progress.events import all_events

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef

# A stack that only had these has never worked. Any other status is that of a completed creation or
# of an operation that needs one: User Guide, "Stack status codes".
_NEVER_COMPLETE = frozenset(
    {
        "REVIEW_IN_PROGRESS",
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_FAILED",
        "ROLLBACK_COMPLETE",
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
    }
)


@dataclass(frozen=True, kw_only=True)
class LeftBucket:
    """A bucket of a failed creation, with the time in which that creation filled it."""

    name: str
    region: str
    stack_id: str
    # The load balancer and the bucket's policy are deleted before the bucket: they write nothing
    # after its first failed deletion.
    start: datetime
    end: datetime

    @property
    def account(self) -> str:
        """Return the account of the stack."""
        # arn:aws:cloudformation:region:account:stack/name/identity
        return self.stack_id.split(":")[4]


def find_left_buckets(
    client: CloudFormationClient, region: str, stack_id: str
) -> tuple[LeftBucket, ...]:
    """Return the buckets of a failed creation that CloudFormation failed to delete.

    Empty if the stack was ever complete, or if its events no longer show how it was created. One
    that the template retains is not among them: its deletion is skipped.
    """
    undeleted = undeleted_buckets(client, stack_id)
    if not undeleted:
        return ()
    events = all_events(client, stack_id)
    of_stack = [event for event in events if event.of_stack]
    starts = [event.at for event in of_stack if event.status == "CREATE_IN_PROGRESS"]
    if not starts or {event.status for event in of_stack} - _NEVER_COMPLETE:
        return ()
    return tuple(
        LeftBucket(name=name, region=region, stack_id=stack_id, start=starts[0], end=min(failures))
        for logical_id, name in undeleted.items()
        if (
            failures := [
                event.at
                for event in events
                if event.logical_id == logical_id and event.status == "DELETE_FAILED"
            ]
        )
    )


def describe_maker(maker: str) -> str:
    """Describe who made a bucket, for a message."""
    return f"by {maker}" if maker else f"without CloudFormation (no tag {STACK_TAG})"


def remediation_of(bucket: LeftBucket, maker: str) -> str:
    """Return how to free the name of a bucket; no deletion commands for that of another stack."""
    if maker not in {"", bucket.stack_id}:
        return "use another --suffix, or first delete that stack and its bucket"
    return (
        "move what is needed, empty and delete the bucket with "
        f"{deletion_command(bucket.name, bucket.region)}; then run the same command again"
    )


def require_deletable(session: Session, bucket: LeftBucket) -> None:
    """Raise RolloutError for a bucket, or an object in it, that the creation did not make."""
    client = clients.s3(session, bucket.region)
    if not _exists(client, bucket):
        return
    for page in list_versions(client, bucket.name, bucket.account):
        for one in page.get("Versions", ()):
            _require_of_creation(bucket, one)


def delete_left_bucket(
    session: Session, bucket: LeftBucket, *, tell: Callable[[str], None]
) -> None:
    """Empty and delete a bucket; raises RolloutError for what the creation did not make."""
    client = clients.s3(session, bucket.region)
    if not _exists(client, bucket):
        return
    empty_bucket(
        client,
        bucket.name,
        bucket.account,
        require=lambda version: _require_of_creation(bucket, version),
    )
    try:
        client.delete_bucket(Bucket=bucket.name, ExpectedBucketOwner=bucket.account)
    except client.exceptions.ClientError as error:
        # Someone else has deleted it.
        if code_of(error) != "NoSuchBucket":
            raise
    else:
        tell(f"deleted the bucket {bucket.name} in {bucket.region}")


def _exists(client: S3Client, bucket: LeftBucket) -> bool:
    """Return whether the bucket is there; raises RolloutError if this stack did not make it."""
    maker = find_maker(client, bucket.name, bucket.account)
    if maker is None:
        return False
    if maker != bucket.stack_id:
        raise RolloutError(
            f"the bucket {bucket.name} was not made by the failed stack, but "
            f"{describe_maker(maker)}; {NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint=remediation_of(bucket, maker),
        )
    return True


def _require_of_creation(bucket: LeftBucket, version: ObjectVersionTypeDef) -> None:
    written = version.get("LastModified")
    # S3 shows whole seconds.
    if written is None or not bucket.start.replace(microsecond=0) <= written <= bucket.end:
        raise RolloutError(
            f"the bucket {bucket.name} holds {version.get('Key')}, which was not written by the "
            "failed creation; the bucket was not deleted",
            ExitCode.REFUSED,
            hint=remediation_of(bucket, bucket.stack_id),
        )
