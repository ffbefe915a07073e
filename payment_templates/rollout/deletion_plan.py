"""Lists the stacks that a deletion would delete, with their accounts and resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import is_expired, wrong_use
from payment_templates.rollout.stack.consequences import holds_data
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.stack_overview import Overview


@dataclass(frozen=True, kw_only=True)
class Member:
    """A resource of a stack."""

    logical_id: str
    resource_type: str
    physical_id: str


@dataclass(frozen=True, kw_only=True)
class ExistingStack:
    """A stack of any account and region."""

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


def require_own(overview: Overview, suffix: str, names: tuple[str, str]) -> None:
    """Refuse stacks or a stack set of another suffix; raises RolloutError."""
    default = f"payment-{suffix}"
    for stack in overview.stacks:
        _require(stack.state.parameters, suffix, stack.state.name, default)
    if overview.stack_set is not None:
        _require(overview.stack_set.parameters, suffix, names[1], default)


def list_stacks(session: Session, overview: Overview, account: str) -> Iterator[ExistingStack]:
    """Return every stack once, with its resources if the credentials have access."""
    in_set = {instance.stack_id for instance in overview.instances or ()}
    for stack in overview.stacks:
        if stack.state.stack_id not in in_set:
            yield read_stack(session, stack.region, stack.state.stack_id, made_by="deploy")
    for instance in overview.instances or ():
        # An instance whose creation failed may have no stack.
        if instance.stack_id:
            yield read_stack(
                session,
                instance.region,
                instance.stack_id,
                made_by="rollout",
                in_reach=instance.account == account,
            )


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


def _require(parameters: Mapping[str, str], suffix: str, name: str, default: str) -> None:
    # A stack without a created resource shows no parameters: only its name identifies it.
    carried = parameters.get(SUFFIX, suffix if name == default else "none")
    if carried != suffix:
        raise wrong_use(
            f"{name} has the suffix {carried}, not {suffix}; nothing was deleted",
            f"name a stack of {suffix}, or pass --suffix {carried}",
        )
