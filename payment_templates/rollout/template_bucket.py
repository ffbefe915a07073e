"""Creates, tags and finds the S3 buckets for templates that are too large to pass inline."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from payment_templates.rollout.errors import RolloutError, code_of, is_expired, wrong_use

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from mypy_boto3_s3 import S3Client

# CreateBucket accepts every region but this one as LocationConstraint.
_FIRST_REGION = "us-east-1"
# HeadBucket has no response body: its error code is the HTTP status.
_ABSENT = frozenset({"404", "NoSuchBucket", "NotFound"})
DRY_RUN_BUCKETS = "payment-templates-dry-run"


def bucket_name(account: str, region: str) -> str:
    """Return the name of the default bucket, which all suffixes share."""
    return f"payment-templates-{account}-{region}"


def dry_run_bucket_name(account: str, region: str) -> str:
    """Return a name that no other run uses: S3 refuses the name of a deleted bucket for a while."""
    # With the longest region name, it has 62 of the 63 characters that S3 accepts.
    return f"{DRY_RUN_BUCKETS}-{account}-{region}-{uuid4().hex[:8]}"


def bucket_exists(client: S3Client, name: str, account: str) -> bool:
    """Return whether the account has this bucket."""
    try:
        client.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if code_of(error) not in _ABSENT:
            raise
        return False
    return True


def region_of(client: S3Client, bucket: str, region: str, account: str) -> str:
    """Return the region of an existing bucket; raises RolloutError if there is none."""
    try:
        shown = client.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if code_of(error) not in _ABSENT:
            raise
        raise wrong_use(
            f"there is no bucket {bucket}", "name an existing one, or leave --bucket out"
        ) from None
    return shown.get("BucketRegion") or region


def create_bucket(client: S3Client, name: str, region: str) -> None:
    """Create a bucket, unless the account already has it."""
    with _explained_conflict(name):
        try:
            if region == _FIRST_REGION:
                client.create_bucket(Bucket=name)
            else:
                # The stub lists regions as literals, which may be outdated.
                constraint: Any = region
                client.create_bucket(
                    Bucket=name, CreateBucketConfiguration={"LocationConstraint": constraint}
                )
        except client.exceptions.BucketAlreadyOwnedByYou:
            # The response to an earlier attempt was lost.
            return


def protect_bucket(client: S3Client, name: str, account: str, partition: str) -> None:
    """Block public access and unencrypted transport, and encrypt what is uploaded."""
    with _explained_conflict(name):
        client.put_public_access_block(
            Bucket=name,
            ExpectedBucketOwner=account,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        client.put_bucket_encryption(
            Bucket=name,
            ExpectedBucketOwner=account,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        )
        client.put_bucket_policy(
            Bucket=name,
            ExpectedBucketOwner=account,
            Policy=json.dumps(_only_encrypted_transport(f"arn:{partition}:s3:::{name}")),
        )


def add_tags(
    client: S3Client, name: str, account: str, tags: Mapping[str, str], tell: Callable[[str], None]
) -> None:
    """Add the tags that the bucket does not have; without the permission, only say so."""
    if not tags:
        return
    try:
        present = _tags_of(client, name, account)
        # Stacks with other tags use the bucket too: the first value of a key stays.
        wanted = {**tags, **present}
        if wanted != present:
            # PutBucketTagging replaces the whole set.
            client.put_bucket_tagging(
                Bucket=name,
                ExpectedBucketOwner=account,
                Tagging={"TagSet": [{"Key": key, "Value": one} for key, one in wanted.items()]},
            )
    except ClientError as error:
        if is_expired(error):
            raise
        tell(f"the bucket {name} gets no tags: {error}")


def _tags_of(client: S3Client, name: str, account: str) -> dict[str, str]:
    try:
        shown = client.get_bucket_tagging(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if code_of(error) != "NoSuchTagSet":
            raise
        return {}
    return {tag["Key"]: tag["Value"] for tag in shown["TagSet"]}


@contextmanager
def _explained_conflict(name: str) -> Generator[None]:
    try:
        yield
    except ClientError as error:
        if code_of(error) != "OperationAborted":
            raise
        raise RolloutError(
            f"S3 is still creating or deleting a bucket named {name} (OperationAborted)",
            hint="run the same command again later: S3 may refuse the name of a deleted bucket "
            "for an hour or more; or pass --bucket with an existing one",
        ) from None


def _only_encrypted_transport(arn: str) -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
