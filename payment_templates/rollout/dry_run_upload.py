"""Uploads the template of a dry run, and removes everything that it has created."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, code_of, first_line, is_refusal
from payment_templates.rollout.template_bucket import (
    bucket_exists,
    bucket_name,
    create_bucket,
    dry_run_bucket_name,
    protect_bucket,
    region_of,
)
from payment_templates.rollout.template_upload import (
    Body,
    key_of,
    partition_of,
    put_template,
    require_size,
    url_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from boto3 import Session
    from mypy_boto3_s3 import S3Client

    from payment_templates.cloudformation import Template

# Where a dry run uploads its template.
DRY_RUN_FOLDER = "dry-run"


@contextmanager
def temporary_body(
    session: Session,
    region: str,
    template: Template,
    *,
    account: str,
    bucket: str | None,
    warn: Callable[[str], None],
) -> Generator[Body]:
    """Prepare the body of a dry run, and remove what it has created, however the run ends.

    Says what it cannot remove. An existing bucket is used as it is.
    """
    if template.fits_inline and bucket is None:
        yield Body(text=template.text)
        return
    require_size(template)
    partition = partition_of(session, region)
    upload = _Upload(client=clients.s3(session, region), region=region, account=account, warn=warn)
    with ExitStack() as created:
        if bucket is not None:
            name, place = bucket, region_of(upload.client, bucket, region, account)
            upload = replace(upload, client=clients.s3(session, place), region=place)
        elif bucket_exists(upload.client, bucket_name(account, region), account):
            name = bucket_name(account, region)
        else:
            name = created.enter_context(upload.new_bucket(partition["id"]))
        # A name of its own, so that no other run uses the object that is removed.
        key = f"{DRY_RUN_FOLDER}/{uuid4()}/{key_of(template)}"
        created.enter_context(upload.new_object(name, key, template))
        yield Body(url=url_of(upload.region, partition, name, key))


@dataclass(frozen=True, kw_only=True)
class _Upload:
    client: S3Client
    region: str
    account: str
    warn: Callable[[str], None]

    @contextmanager
    def new_bucket(self, partition: str) -> Generator[str]:
        name = dry_run_bucket_name(self.account, self.region)
        # AWS may have executed a call whose response is lost, or that is interrupted.
        exists = True
        try:
            try:
                create_bucket(self.client, name, self.region)
            except RolloutError:
                exists = False
                raise
            except ClientError as error:
                exists = not is_refusal(error)
                raise
            protect_bucket(self.client, name, self.account, partition)
            yield name
        finally:
            if exists:
                self._delete_bucket(name)

    @contextmanager
    def new_object(self, bucket: str, key: str, template: Template) -> Generator[None]:
        # As above; None until the response says the version.
        exists, version = True, None
        try:
            try:
                version = put_template(self.client, bucket, key, template, self.account)
            except ClientError as error:
                exists = not is_refusal(error)
                raise
            yield
        finally:
            if exists:
                self._delete_object(bucket, key, version)

    def _delete_bucket(self, name: str) -> None:
        try:
            self.client.delete_bucket(Bucket=name, ExpectedBucketOwner=self.account)
        except (BotoCoreError, ClientError, RolloutError) as error:
            if not isinstance(error, ClientError) or code_of(error) != "NoSuchBucket":
                self.warn(f"left behind: the bucket {name} ({first_line(error)})")

    def _delete_object(self, bucket: str, key: str, version: str | None) -> None:
        versions = ["" if version is None else version]
        try:
            if version is None:
                versions = self._versions(bucket, key)
            for one in versions:
                # In a bucket with versions, a deletion without one only hides the object.
                which: dict[str, Any] = {"VersionId": one} if one else {}
                self.client.delete_object(
                    Bucket=bucket, Key=key, ExpectedBucketOwner=self.account, **which
                )
        except (BotoCoreError, ClientError, RolloutError) as error:
            named = f"s3://{bucket}/{key}" + "".join(f", version {one}" for one in versions if one)
            self.warn(f"left behind: the uploaded template {named} ({first_line(error)})")

    def _versions(self, bucket: str, key: str) -> list[str]:
        shown = self.client.list_object_versions(
            Bucket=bucket, Prefix=key, ExpectedBucketOwner=self.account
        )
        return [one.get("VersionId", "") for one in shown.get("Versions", ())]
