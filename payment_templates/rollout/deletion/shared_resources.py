"""Finds resources that a deletion does not delete because other suffixes may need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.deletion.leftovers import Leftover
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.stack_set.roles.roles_stack import STACK_NAME
from payment_templates.rollout.stack_states import find_stack
from payment_templates.rollout.template_upload import bucket_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session


def find_shared_resources(
    session: Session, regions: Sequence[str], account: str
) -> Iterator[Leftover]:
    """Find the roles of StackSets and the bucket for large templates."""
    for region in regions:
        roles = find_stack(clients.cloudformation(session, region), STACK_NAME)
        if roles is not None and roles.status != "DELETE_COMPLETE":
            yield Leftover(region=region, kind="roles of StackSets", name=STACK_NAME)
        name = bucket_name(account, region)
        if _has_bucket(session, region, name, account):
            yield Leftover(region=region, kind="bucket of templates", name=name)


def _has_bucket(session: Session, region: str, name: str, account: str) -> bool:
    try:
        clients.s3(session, region).head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if is_expired(error):
            raise
        # Absent, owned by another account, or access denied: nothing to report.
        return False
    return True
