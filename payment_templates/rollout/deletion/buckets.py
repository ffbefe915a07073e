"""Empties the buckets of a stack: CloudFormation deletes only an empty bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.deletion.retained import plan_retention
from payment_templates.rollout.errors import RolloutError, code_of
from payment_templates.rollout.existing_stacks import read_stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3 import Session
    from mypy_boto3_s3 import S3Client

    from payment_templates.rollout.existing_stacks import ExistingStack

_BUCKET = "AWS::S3::Bucket"


def empty_buckets(session: Session, shown: ExistingStack, tell: Callable[[str], None]) -> None:
    """Empty the buckets that the deletion of a stack deletes; raises RolloutError if that fails.

    Nothing in another account, and nothing that the template retains.
    """
    if shown.members is None:
        return
    stack = read_stack(session, shown.region, shown.stack_id, made_by=shown.made_by)
    whole = {one.logical_id for one in plan_retention(session, stack)}
    for member in stack.members or ():
        if member.resource_type != _BUCKET or member.logical_id in whole:
            continue
        # Without a physical ID, the bucket was never created.
        if member.physical_id and _empty(
            clients.s3(session, stack.region), member.physical_id, stack.account
        ):
            tell(f"emptied the bucket {member.physical_id} in {stack.region}")


def _empty(client: S3Client, bucket: str, account: str) -> bool:
    """Delete every version of every object; return whether there was one."""
    found = False
    try:
        # First, so that a load balancer writes no more logs until it is deleted.
        client.delete_bucket_policy(Bucket=bucket, ExpectedBucketOwner=account)
        pages = client.get_paginator("list_object_versions").paginate(
            Bucket=bucket, ExpectedBucketOwner=account
        )
        for page in pages:
            # A page has at most the 1,000 entries that DeleteObjects accepts.
            versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if not versions:
                continue
            found = True
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
                    hint="allow s3:DeleteObjectVersion, then run the same command again",
                )
    except client.exceptions.ClientError as error:
        if code_of(error) == "NoSuchBucket":
            return False
        raise
    return found
