"""Passes the template to CloudFormation: inline, or through an S3 bucket."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.loaders import Loader

from payment_templates.cloudformation import MOST_BYTES
from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of, wrong_use

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from boto3 import Session
    from mypy_boto3_s3 import S3Client

    from payment_templates.cloudformation import Template

# Where a dry run uploads its template.
DRY_RUN_FOLDER = "dry-run"
# CreateBucket accepts every region but this one as LocationConstraint.
_FIRST_REGION = "us-east-1"
# HeadBucket has no response body: its error code is the HTTP status.
_ABSENT = frozenset({"404", "NoSuchBucket", "NotFound"})


@dataclass(frozen=True, kw_only=True)
class Body:
    """A template as a CloudFormation argument: its text or its URL."""

    text: str = ""
    url: str = ""

    def arguments(self) -> dict[str, Any]:
        """Return TemplateBody or TemplateURL for a call."""
        return {"TemplateURL": self.url} if self.url else {"TemplateBody": self.text}


def prepare_body(
    session: Session, region: str, template: Template, *, account: str, bucket: str | None
) -> Body:
    """Return the template inline if it is small enough; otherwise upload it to S3.

    Raises RolloutError if it exceeds both limits.
    """
    if template.fits_inline and bucket is None:
        return Body(text=template.text)
    return _upload(session, region, template, account=account, bucket=bucket).body


@contextmanager
def temporary_body(
    session: Session, region: str, template: Template, *, account: str, bucket: str | None
) -> Generator[Body]:
    """Prepare the body of a dry run: removes the uploaded template, and the bucket if it is new."""
    if template.fits_inline and bucket is None:
        yield Body(text=template.text)
        return
    # A name of its own, so that no other run uses the object that is removed.
    folder = f"{DRY_RUN_FOLDER}/{uuid4()}/"
    upload = _upload(session, region, template, account=account, bucket=bucket, folder=folder)
    try:
        yield upload.body
    finally:
        client = clients.s3(session, upload.region)
        client.delete_object(Bucket=upload.bucket, Key=upload.key, ExpectedBucketOwner=account)
        if upload.new_bucket:
            _delete_if_empty(client, upload.bucket, account)


@dataclass(frozen=True, kw_only=True)
class _Upload:
    body: Body
    bucket: str
    region: str
    key: str
    new_bucket: bool


def _upload(
    session: Session,
    region: str,
    template: Template,
    *,
    account: str,
    bucket: str | None,
    folder: str = "",
) -> _Upload:
    if template.bytes > MOST_BYTES:
        raise wrong_use(
            f"the template has {template.bytes} bytes, but CloudFormation accepts {MOST_BYTES}",
            "split it into several stacks",
        )
    partition = _partition(session, region)
    new = False
    if bucket is None:
        name, place = bucket_name(account, region), region
        new = _make_bucket(clients.s3(session, region), name, region, account, partition)
    else:
        name, place = bucket, _region_of(clients.s3(session, region), bucket, region, account)
    # Named by its content, so that the same template is uploaded to the same object.
    key = f"{folder}{sha256(template.text.encode()).hexdigest()}.template"
    # Encrypted as the bucket says: its policy might refuse another setting.
    clients.s3(session, place).put_object(
        Bucket=name,
        Key=key,
        Body=template.text.encode(),
        # Prevents uploads to a bucket of this name in another account.
        ExpectedBucketOwner=account,
    )
    body = Body(url=f"https://s3.{place}.{partition['outputs']['dnsSuffix']}/{name}/{key}")
    return _Upload(body=body, bucket=name, region=place, key=key, new_bucket=new)


def bucket_name(account: str, region: str) -> str:
    """Return the name of the default bucket, which all suffixes share."""
    return f"payment-templates-{account}-{region}"


def _partition(session: Session, region: str) -> Mapping[str, Any]:
    # botocore's table of partitions: their DNS suffixes and ARN prefixes.
    wanted = session.get_partition_for_region(region)
    known: Any = Loader().load_data("partitions")
    return next(one for one in known["partitions"] if one["id"] == wanted)


def _region_of(client: S3Client, bucket: str, region: str, account: str) -> str:
    try:
        shown = client.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except client.exceptions.ClientError as error:
        if code_of(error) not in _ABSENT:
            raise
        raise wrong_use(
            f"there is no bucket {bucket}", "name an existing one, or leave --bucket out"
        ) from None
    return shown.get("BucketRegion") or region


def _make_bucket(
    client: S3Client, name: str, region: str, account: str, partition: Mapping[str, Any]
) -> bool:
    new = False
    try:
        client.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except client.exceptions.ClientError as error:
        if code_of(error) not in _ABSENT:
            raise
        _create_bucket(client, name, region)
        new = True
    # Every time, since an interrupted run may have left the bucket half protected.
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
        Policy=json.dumps(_only_encrypted_transport(f"arn:{partition['id']}:s3:::{name}")),
    )
    return new


def _delete_if_empty(client: S3Client, name: str, account: str) -> None:
    try:
        client.delete_bucket(Bucket=name, ExpectedBucketOwner=account)
    except client.exceptions.ClientError as error:
        # Another run has uploaded its template meanwhile.
        if code_of(error) != "BucketNotEmpty":
            raise


def _create_bucket(client: S3Client, name: str, region: str) -> None:
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
