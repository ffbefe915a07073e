"""Passes the template to CloudFormation: inline, or through an S3 bucket."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader

from payment_templates.cloudformation import MOST_BYTES
from payment_templates.rollout import clients
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.template_bucket import (
    add_tags,
    bucket_exists,
    bucket_name,
    create_bucket,
    protect_bucket,
    region_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from boto3 import Session
    from mypy_boto3_s3 import S3Client

    from payment_templates.cloudformation import Template


@dataclass(frozen=True, kw_only=True)
class Body:
    """A template as a CloudFormation argument: its text or its URL."""

    text: str = ""
    url: str = ""

    def arguments(self) -> dict[str, Any]:
        """Return TemplateBody or TemplateURL for a call."""
        return {"TemplateURL": self.url} if self.url else {"TemplateBody": self.text}


def prepare_body(
    session: Session,
    region: str,
    template: Template,
    *,
    account: str,
    bucket: str | None,
    tags: Mapping[str, str],
    tell: Callable[[str], None],
) -> Body:
    """Return the template inline if it is small enough; otherwise upload it to S3.

    `tags` are those of the stack, for the default bucket. Raises RolloutError if the template
    exceeds both limits.
    """
    if template.fits_inline and bucket is None:
        return Body(text=template.text)
    require_size(template)
    partition = partition_of(session, region)
    if bucket is None:
        name, place = bucket_name(account, region), region
        client = clients.s3(session, region)
        if not bucket_exists(client, name, account):
            create_bucket(client, name, region)
        # Every time, since an interrupted run may have left the bucket half protected.
        protect_bucket(client, name, account, partition["id"])
        add_tags(client, name, account, tags, tell)
    else:
        name, place = bucket, region_of(clients.s3(session, region), bucket, region, account)
    key = key_of(template)
    put_template(clients.s3(session, place), name, key, template, account)
    return Body(url=url_of(place, partition, name, key))


def require_size(template: Template) -> None:
    """Raise RolloutError for a template that CloudFormation accepts in no way."""
    if template.bytes > MOST_BYTES:
        raise wrong_use(
            f"the template has {template.bytes} bytes, but CloudFormation accepts {MOST_BYTES}",
            "split it into several stacks",
        )


def key_of(template: Template) -> str:
    """Return the object's name, by its content: the same template goes to the same object."""
    return f"{sha256(template.text.encode()).hexdigest()}.template"


def put_template(client: S3Client, bucket: str, key: str, template: Template, account: str) -> str:
    """Upload the template; return its version, empty in a bucket without versions."""
    # Encrypted as the bucket says: its policy might refuse another setting.
    shown = client.put_object(
        Bucket=bucket,
        Key=key,
        Body=template.text.encode(),
        # Prevents uploads to a bucket of this name in another account.
        ExpectedBucketOwner=account,
    )
    return shown.get("VersionId", "")


def url_of(region: str, partition: Mapping[str, Any], bucket: str, key: str) -> str:
    """Return the URL from which CloudFormation reads the template."""
    return f"https://s3.{region}.{partition['outputs']['dnsSuffix']}/{bucket}/{key}"


def partition_of(session: Session, region: str) -> Mapping[str, Any]:
    """Return the region's entry in botocore's table of partitions."""
    wanted = session.get_partition_for_region(region)
    known: Any = Loader().load_data("partitions")
    return next(one for one in known["partitions"] if one["id"] == wanted)
