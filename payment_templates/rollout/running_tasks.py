"""Counts the tasks of a stack's service: with a scaling range, a stack is complete before they run.

Such a service states no number, so ECS creates it with one task, which the scalable target raises:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html (desiredCount)
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of Application Auto Scaling are not installed.

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.region_move.serving_capacity import CLUSTER, SERVICE, read_tasks

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.stack_states import StackState


@dataclass(frozen=True, kw_only=True)
class TaskCount:
    """How many tasks of a service run, and how many are wanted."""

    region: str
    stack: str
    running: int
    wanted: int

    @property
    def what(self) -> str:
        """Describe the count, and what to do if it is too low."""
        if not self.wanted:
            return f"{self.region}: the service of {self.stack} is stopped: it is to run no task"
        shown = f"{self.region}: {self.running} of {quantity(self.wanted, 'task')} run"
        if self.running >= self.wanted:
            return shown
        return f"{shown}: wait, and look at the service's events if it stays so"


def count_tasks(session: Session, region: str, state: StackState) -> TaskCount | None:
    """Count the tasks of a stack's service; None without a service, or if it cannot be read."""
    try:
        tasks = read_tasks(clients.impatient_ecs(session, region), state)
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and is_expired(error):
            raise
        return None
    if tasks is None:
        return None
    wanted = max(tasks.desired, _fewest(session, region, state))
    return TaskCount(region=region, stack=state.name, running=tasks.running, wanted=wanted)


def _fewest(session: Session, region: str, state: StackState) -> int:
    # ECS may not know the new minimum yet.
    client = clients.impatient(session, "application-autoscaling", region)
    resource = f"service/{state.outputs[CLUSTER]}/{state.outputs[SERVICE]}"
    try:
        found: list[dict[str, int]] = client.describe_scalable_targets(
            ServiceNamespace="ecs",
            ResourceIds=[resource],
            ScalableDimension="ecs:service:DesiredCount",
        )["ScalableTargets"]
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and is_expired(error):
            raise
        return 0
    return max((one["MinCapacity"] for one in found), default=0)
