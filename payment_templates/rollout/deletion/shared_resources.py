"""Finds resources that a deletion does not delete because other suffixes may need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.deletion.leftovers import Leftover
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.stack_set.roles.roles_stack import STACK_NAME
from payment_templates.rollout.stack_states import find_stack
from payment_templates.rollout.template_bucket import bucket_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session


def find_shared_resources(
    session: Session, regions: Sequence[str], account: str
) -> Iterator[Leftover]:
    """Find the roles of StackSets and the bucket for large templates."""
    for region in regions:
        yield from _roles(session, region)
        name = bucket_name(account, region)
        if _has_bucket(session, region, name, account):
            yield Leftover(region=region, kind="bucket of templates", name=name)


def _roles(session: Session, region: str) -> Iterator[Leftover]:
    kind = "roles of StackSets"
    try:
        found = find_stack(clients.cloudformation(session, region), STACK_NAME)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and is_expired(error):
            raise
        yield Leftover(region=region, kind=kind, name=f"unknown: {error}", known=False)
        return
    if found is not None and found.status != "DELETE_COMPLETE":
        yield Leftover(region=region, kind=kind, name=STACK_NAME)


def _has_bucket(session: Session, region: str, name: str, account: str) -> bool:
    try:
        clients.s3(session, region).head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if is_expired(error):
            raise
        # Absent, owned by another account, or access denied: nothing to report.
        return False
    return True
