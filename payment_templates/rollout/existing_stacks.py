"""Reads existing stacks with their resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.consequences import holds_data
from payment_templates.rollout.errors import is_expired

if TYPE_CHECKING:
    from boto3 import Session


@dataclass(frozen=True, kw_only=True)
class Member:
    """A resource of a stack."""

    logical_id: str
    resource_type: str
    physical_id: str


@dataclass(frozen=True, kw_only=True)
class ExistingStack:
    """A stack in any account and region."""

    account: str
    region: str
    name: str
    stack_id: str
    # The command that created it: deploy, or rollout through a stack set.
    made_by: str
    # None if the credentials have no access to it.
    members: tuple[Member, ...] | None

    @property
    def stateful(self) -> tuple[Member, ...]:
        """Return the resources whose data cannot be recreated."""
        return tuple(member for member in self.members or () if holds_data(member.resource_type))


def read_stack(
    session: Session, region: str, stack_id: str, *, made_by: str, in_reach: bool = True
) -> ExistingStack:
    """Read one stack."""
    # arn:aws:cloudformation:region:account:stack/name/identity
    _, _, _, _, account, path = stack_id.split(":", 5)
    return ExistingStack(
        account=account,
        region=region,
        name=path.split("/")[1],
        stack_id=stack_id,
        made_by=made_by,
        members=list_members(session, region, stack_id) if in_reach else None,
    )


def list_members(session: Session, region: str, stack: str) -> tuple[Member, ...] | None:
    """Return the resources of a stack; None if AWS denies access."""
    client = clients.cloudformation(session, region)
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    try:
        return tuple(
            Member(
                logical_id=shown["LogicalResourceId"],
                resource_type=shown["ResourceType"],
                physical_id=shown.get("PhysicalResourceId", ""),
            )
            for page in pages
            for shown in page["StackResourceSummaries"]
            if shown["ResourceStatus"] != "DELETE_COMPLETE"
        )
    except ClientError as error:
        if is_expired(error):
            raise
        return None
