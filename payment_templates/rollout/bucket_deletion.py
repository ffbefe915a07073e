"""Empties the buckets that stop the deletion of a stack: S3 deletes only an empty bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, code_of
from payment_templates.rollout.stack_states import find_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        DeleteMarkerEntryTypeDef,
        ListObjectVersionsOutputTypeDef,
        ObjectVersionTypeDef,
    )

BUCKET = "AWS::S3::Bucket"
# CloudFormation tags what it creates, and S3 refuses callers that set or remove such a tag ("System
# Tags cannot be removed by requester": github.com/hashicorp/terraform-provider-aws/issues/7323).
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
STACK_TAG = "aws:cloudformation:stack-id"
# Of DeleteObjects, in one call.
_MOST_OBJECTS = 1000
_VERSIONS = "{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}}"


def deletion_command(bucket: str, region: str) -> str:
    """Return the AWS CLI commands that delete a bucket with every version of its objects.

    For up to 1,000 versions. `aws s3 rb --force` deletes no versions.
    """
    at = f"--bucket {bucket} --region {region}"
    return (
        f'aws s3api delete-objects {at} --delete "$(aws s3api list-object-versions {at} '
        f"--max-items {_MOST_OBJECTS} --output json --query '{_VERSIONS}')\"; "
        f"aws s3api delete-bucket {at}"
    )


def empty_undeleted_buckets(
    session: Session, region: str, stack_id: str, *, account: str, tell: Callable[[str], None]
) -> None:
    """Empty the buckets that CloudFormation failed to delete; raises RolloutError if that fails.

    Only these: a deletion that is refused then loses nothing, and a retained bucket never fails
    (its status is DELETE_SKIPPED). Load balancers write no more logs by then, because the policy of
    a bucket is deleted before the bucket. None that another stack has made since under the name.
    """
    client, storage = clients.cloudformation(session, region), clients.s3(session, region)
    for logical_id, name in undeleted_buckets(client, stack_id).items():
        maker = find_maker(storage, name, account)
        if maker and maker != stack_id and _exists(client, maker):
            raise RolloutError(
                f"the bucket {name} in {region} was made by {maker}; it was not emptied",
                ExitCode.REFUSED,
                hint="delete the stack without it: aws cloudformation delete-stack --stack-name "
                f"{stack_id} --region {region} --retain-resources {logical_id}, then run the same "
                "command again",
            )
        empty_bucket(storage, name, account)
        tell(f"emptied the bucket {name} in {region}")


def find_maker(client: S3Client, bucket: str, account: str) -> str | None:
    """Return the ID of the stack that made a bucket, "" if none did; None if it is gone."""
    try:
        shown = client.get_bucket_tagging(Bucket=bucket, ExpectedBucketOwner=account)
    except client.exceptions.ClientError as error:
        if code_of(error) == "NoSuchBucket":
            return None
        if code_of(error) == "NoSuchTagSet":
            return ""
        raise
    return next((one["Value"] for one in shown["TagSet"] if one["Key"] == STACK_TAG), "")


def undeleted_buckets(client: CloudFormationClient, stack_id: str) -> Mapping[str, str]:
    """Return the buckets that CloudFormation failed to delete: logical IDs with names."""
    return {
        shown["LogicalResourceId"]: name
        for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
        for shown in page["StackResourceSummaries"]
        if shown["ResourceStatus"] == "DELETE_FAILED" and shown["ResourceType"] == BUCKET
        # Without a physical ID, it was never created.
        if (name := shown.get("PhysicalResourceId", ""))
    }


def empty_bucket(
    client: S3Client,
    bucket: str,
    account: str,
    *,
    require: Callable[[ObjectVersionTypeDef], None] | None = None,
) -> None:
    """Delete every version of every object; raises RolloutError if that fails.

    `require` may refuse an object version before it is deleted.
    """
    try:
        for page in list_versions(client, bucket, account):
            objects, markers = page.get("Versions", ()), page.get("DeleteMarkers", ())
            if require is not None:
                for one in objects:
                    require(one)
            _delete(client, bucket, account, (*objects, *markers))
    except client.exceptions.ClientError as error:
        # Someone else has deleted it.
        if code_of(error) != "NoSuchBucket":
            raise


def list_versions(
    client: S3Client, bucket: str, account: str
) -> Iterator[ListObjectVersionsOutputTypeDef]:
    """Yield pages of at most 1,000 object versions and delete markers."""
    yield from client.get_paginator("list_object_versions").paginate(
        Bucket=bucket, ExpectedBucketOwner=account
    )


def _exists(client: CloudFormationClient, stack_id: str) -> bool:
    # A bucket that another stack retained may have been imported since.
    state = find_stack(client, stack_id)
    return state is not None and state.status != "DELETE_COMPLETE"


def _delete(
    client: S3Client,
    bucket: str,
    account: str,
    versions: Sequence[ObjectVersionTypeDef | DeleteMarkerEntryTypeDef],
) -> None:
    if not versions:
        return
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
            f"{first.get('Key')} in the bucket {bucket} cannot be deleted: {first.get('Message')}",
            hint="allow s3:DeleteObjectVersion, or wait until the object's lock or legal hold "
            "ends, then run the same command again",
        )
