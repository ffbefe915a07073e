"""How the template's text reaches CloudFormation: in the call itself, or through S3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of, wrong_use
from payment_templates.rollout.template import MOST_BYTES

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_s3 import S3Client

    from payment_templates.rollout.template import Template

# CreateBucket takes every region as its constraint but this one.
_FIRST_REGION = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Body:
    """A template as CloudFormation is given it."""

    text: str = ""
    url: str = ""

    def arguments(self) -> dict[str, Any]:
        """Write the argument of a call."""
        return {"TemplateURL": self.url} if self.url else {"TemplateBody": self.text}


def place_body(
    session: Session, region: str, template: Template, *, account: str, bucket: str | None
) -> Body:
    """Hand over the text as it is while CloudFormation takes it so, and else put it into S3.

    Raises RolloutError when it is too long for both.
    """
    if template.inline and bucket is None:
        return Body(text=template.body)
    if template.bytes > MOST_BYTES:
        raise wrong_use(
            f"the template has {template.bytes} bytes and CloudFormation takes {MOST_BYTES}; "
            "part it into several stacks"
        )
    client = clients.s3(session, region)
    name = bucket or bucket_name(account, region)
    if bucket is None:
        _make_bucket(client, name, region, account)
    # By its content: the same template is the same object, however often it is sent.
    key = f"{sha256(template.body.encode()).hexdigest()}.template"
    client.put_object(
        Bucket=name,
        Key=key,
        Body=template.body.encode(),
        ServerSideEncryption="AES256",
        # A bucket of this name in another account is somebody's trap.
        ExpectedBucketOwner=account,
    )
    return Body(url=f"https://s3.{region}.amazonaws.com/{name}/{key}")


def bucket_name(account: str, region: str) -> str:
    """Name the bucket that is made when none is given; all suffixes share it."""
    return f"payment-templates-{account}-{region}"


def _make_bucket(client: S3Client, name: str, region: str, account: str) -> None:
    try:
        client.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except client.exceptions.ClientError as error:
        if code_of(error) not in {"404", "NoSuchBucket", "NotFound"}:
            raise
        _create_bucket(client, name, region)
    # Each time, so that an interrupted run leaves nothing half protected.
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
        Bucket=name, ExpectedBucketOwner=account, Policy=json.dumps(_only_encrypted_transport(name))
    )


def _create_bucket(client: S3Client, name: str, region: str) -> None:
    try:
        if region == _FIRST_REGION:
            client.create_bucket(Bucket=name)
        else:
            # The stub knows the regions of its day by name.
            constraint: Any = region
            client.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": constraint}
            )
    except client.exceptions.BucketAlreadyOwnedByYou:
        # The answer to an earlier attempt was lost.
        return


def _only_encrypted_transport(name: str) -> dict[str, object]:
    arn = f"arn:aws:s3:::{name}"
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
