"""Reads how many tasks of a region's service run, and how many of them the load balancer uses."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of the load balancers are not installed.

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_ecs import ECSClient

    from payment_templates.rollout.stack_states import StackState

# Outputs of the stack.
CLUSTER, SERVICE, _TARGET_GROUP = "ClusterName", "ServiceName", "TargetGroupArn"


@dataclass(frozen=True, kw_only=True)
class RunningTasks:
    """The tasks of a service."""

    running: int
    desired: int
    # Whether the service is replacing its tasks.
    deploying: bool


def read_tasks(client: ECSClient, state: StackState) -> RunningTasks | None:
    """Return the tasks of a stack's service; None if the stack names no service."""
    cluster, service = state.outputs.get(CLUSTER), state.outputs.get(SERVICE)
    if not cluster or not service:
        return None
    found = client.describe_services(cluster=cluster, services=[service])["services"]
    if not found:
        return None
    shown = found[0]
    return RunningTasks(
        running=shown.get("runningCount", 0),
        desired=shown.get("desiredCount", 0),
        deploying=len(shown.get("deployments", ())) > 1,
    )


def count_targets(session: Session, region: str, state: StackState) -> Counter[str] | None:
    """Return the targets of the load balancer by state; None if the stack names no target group."""
    target_group = state.outputs.get(_TARGET_GROUP)
    if not target_group:
        return None
    client = clients.impatient(session, "elbv2", region)
    shown: list[dict[str, dict[str, str]]] = client.describe_target_health(
        TargetGroupArn=target_group
    )["TargetHealthDescriptions"]
    return Counter(one["TargetHealth"]["State"] for one in shown)
