"""Empties the buckets that stop the deletion of a stack: S3 deletes only an empty bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, code_of
from payment_templates.rollout.stack.deletion import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3 import Session
    from mypy_boto3_s3 import S3Client


def empty_undeleted_buckets(
    session: Session, region: str, stack_id: str, *, account: str, tell: Callable[[str], None]
) -> None:
    """Empty the buckets that CloudFormation failed to delete; raises RolloutError if that fails.

    Only these: a deletion that is refused then loses nothing, and a retained bucket never fails
    (its status is DELETE_SKIPPED). Load balancers write no more logs by then, because the policy of
    a bucket is deleted before the bucket.
    """
    client = clients.cloudformation(session, region)
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id):
        for shown in page["StackResourceSummaries"]:
            name = shown.get("PhysicalResourceId", "")
            failed = shown["ResourceStatus"] == "DELETE_FAILED"
            if name and failed and shown["ResourceType"] == BUCKET:
                _empty(clients.s3(session, region), name, account)
                tell(f"emptied the bucket {name} in {region}")


def _empty(client: S3Client, bucket: str, account: str) -> None:
    """Delete every version of every object."""
    pages = client.get_paginator("list_object_versions").paginate(
        Bucket=bucket, ExpectedBucketOwner=account
    )
    try:
        for page in pages:
            # A page has at most the 1,000 entries that DeleteObjects accepts.
            versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if not versions:
                continue
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
