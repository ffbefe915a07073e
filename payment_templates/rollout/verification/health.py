"""Asks in one look whether the stack serves: its tasks, its targets and its writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.region_move.serving_capacity import count_targets, read_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.verification.deployed_stack import DeployedStack

_CLUSTER = "AWS::RDS::DBCluster"


def problems_of(deployed: DeployedStack) -> tuple[str, ...]:
    """Return what is not as in a healthy stack; raises botocore's errors."""
    return tuple(_problems(deployed))


def _problems(deployed: DeployedStack) -> Iterator[str]:
    session, region, state = deployed.session, deployed.region, deployed.state
    tasks = read_tasks(clients.impatient_ecs(session, region), state)
    if tasks is not None and tasks.running < tasks.desired:
        yield f"{tasks.running} of {tasks.desired} tasks run"
    targets = count_targets(session, region, state)
    if targets is not None:
        healthy = targets["healthy"]
        wanted = tasks.desired if tasks is not None else targets.total()
        # A stopped task's target drains or is gone: what counts is that enough are healthy.
        if healthy < wanted:
            yield f"{healthy} of {wanted} targets are healthy"
    for member in deployed.of_type(_CLUSTER):
        cluster = clients.impatient_rds(session, region).describe_db_clusters(
            DBClusterIdentifier=member.physical_id
        )["DBClusters"][0]
        if (status := cluster.get("Status", "")) != "available":
            yield f"{member.physical_id} is {status}"
