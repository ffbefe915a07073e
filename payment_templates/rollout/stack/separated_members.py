"""Finds clusters that have left their global database, which drift detection may not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.global_database.declared_database import CLUSTER
from payment_templates.rollout.global_database.global_cluster import read_global_database
from payment_templates.rollout.stack.drift import Drift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from boto3 import Session

    from payment_templates.rollout.global_database.member_stack import MemberStack


def find_separated(session: Session, stacks: Iterable[MemberStack]) -> Iterator[Drift]:
    """Yield a difference for each cluster that is no member of its stack's global database."""
    for stack in stacks:
        client = clients.rds(session, stack.region)
        database = read_global_database(client, stack.global_database)
        member = database.member_in(stack.region) if database else None
        if stack.cluster and (member is None or member.cluster != stack.cluster):
            yield Drift(
                account=stack.state.stack_id.split(":")[4],
                region=stack.region,
                logical_id=_logical_id(session, stack),
                resource_type=CLUSTER,
                path="/GlobalClusterIdentifier",
                expected=f"a member of {stack.global_database}",
                actual="no member",
                physical_id=stack.cluster,
            )


def _logical_id(session: Session, stack: MemberStack) -> str:
    client = clients.cloudformation(session, stack.region)
    found = client.describe_stack_resources(StackName=stack.state.stack_id)["StackResources"]
    names = {one.get("PhysicalResourceId", ""): one["LogicalResourceId"] for one in found}
    return names.get(stack.cluster, stack.cluster)
