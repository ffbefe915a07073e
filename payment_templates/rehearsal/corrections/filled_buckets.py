"""Rejects the deletion of a bucket that holds objects; ministack deletes it with them.

The wording is that of the S3 API: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from uuid import uuid4

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Properties

_TYPE = "AWS::S3::Bucket"


def install() -> None:
    """Reject the deletion by CloudFormation; S3's own DeleteBucket does so already."""
    handlers = ministack.resource_handlers()[_TYPE]
    original = handlers["delete"]

    def delete(name: str, properties: Properties) -> None:
        if _is_filled(name):
            raise RuntimeError(
                "The bucket you tried to delete is not empty. You must delete all versions in the "
                f"bucket. (Service: S3, Status Code: 409, Request ID: {uuid4()})"
            )
        original(name, properties)

    handlers["delete"] = delete


def _is_filled(name: str) -> bool:
    try:
        shown = account.call("s3", "ListObjectVersions", Bucket=name, MaxKeys=1)
    except ClientError:
        # Someone has deleted it before the stack.
        return False
    return bool(shown.get("Versions") or shown.get("DeleteMarkers"))
