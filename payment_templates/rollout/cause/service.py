"""Describes a failed ECS service: its events, its stopped tasks, their last log lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_ecs.type_defs import ContainerTypeDef, TaskTypeDef

    from payment_templates.rollout.progress.events import Event

SERVICE_EVENTS = 3
STOPPED_TASKS = 2
LOG_LINES = 5
# The start of a line that is from a container's log.
LOG = "log: "


def describe_service(session: Session, region: str, failure: Event) -> tuple[str, ...]:
    """Describe the service of a failure; empty if it has no ARN yet."""
    location = _find(session, region, failure)
    if location is None:
        return ()
    cluster, service = location
    client = clients.ecs(session, region)
    return (
        *_service_events(client, cluster, service),
        *_stopped_tasks(session, region, cluster, service),
    )


def location_of(physical_id: str) -> tuple[str, str] | None:
    """Read the cluster and the name from a service's ARN; None if it is not an ARN yet."""
    # arn:aws:ecs:region:account:service/cluster/name
    _, *location = physical_id.split("/")
    return (location[0], location[1]) if len(location) == 2 else None  # noqa: PLR2004 - the form above


def _find(session: Session, region: str, failure: Event) -> tuple[str, str] | None:
    if location := location_of(failure.physical_id):
        return location
    # The event of a service whose creation failed may have no ARN: its cluster lists it.
    cloudformation = clients.cloudformation(session, region)
    resources = cloudformation.describe_stack_resources(StackName=failure.stack_id)
    clusters = [
        entry.get("PhysicalResourceId", "")
        for entry in resources["StackResources"]
        if entry["ResourceType"] == "AWS::ECS::Cluster"
    ]
    client = clients.ecs(session, region)
    for cluster in filter(None, clusters):
        for arn in client.list_services(cluster=cluster)["serviceArns"]:
            return cluster, arn.rpartition("/")[2]
    return None


def _service_events(client: ECSClient, cluster: str, service: str) -> Iterator[str]:
    found = client.describe_services(cluster=cluster, services=[service])["services"]
    for shown in found:
        for event in shown.get("events", [])[:SERVICE_EVENTS]:
            yield f"service: {event.get('message', '')}"


def _stopped_tasks(session: Session, region: str, cluster: str, service: str) -> Iterator[str]:
    client = clients.ecs(session, region)
    arns = client.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED")
    if not arns["taskArns"]:
        return
    tasks = client.describe_tasks(cluster=cluster, tasks=arns["taskArns"])["tasks"]
    # The same failure of several tasks is reported once.
    reported: set[str] = set()
    failed = [task for task in tasks if not _was_scaled_in(task)]
    for task in sorted(failed, key=_stopped_at, reverse=True):
        lines = tuple(_task_lines(task))
        if lines and lines[0] not in reported and len(reported) < STOPPED_TASKS:
            reported.add(lines[0])
            yield from lines
            yield from _last_log_lines(session, region, task)


def _was_scaled_in(task: TaskTypeDef) -> bool:
    # Stopped by a smaller desired count: unrelated to the failure.
    return task.get("stoppedReason", "").startswith("Scaling activity")


def _stopped_at(task: TaskTypeDef) -> float:
    return task["stoppedAt"].timestamp() if "stoppedAt" in task else 0.0


def _task_lines(task: TaskTypeDef) -> Iterator[str]:
    if reason := task.get("stoppedReason"):
        yield f"task stopped: {reason}"
    for container in task.get("containers", []):
        yield from _container_lines(container)


def _container_lines(container: ContainerTypeDef) -> Iterator[str]:
    name = container.get("name", "")
    if reason := container.get("reason"):
        yield f"container {name}: {reason}"
    if "exitCode" in container:
        yield f"container {name}: exit code {container['exitCode']}"


def _last_log_lines(session: Session, region: str, task: TaskTypeDef) -> Iterator[str]:
    definition = clients.ecs(session, region).describe_task_definition(
        taskDefinition=task.get("taskDefinitionArn", "")
    )["taskDefinition"]
    task_id = task.get("taskArn", "").rpartition("/")[2]
    logs = clients.logs(session, region)
    for container in definition.get("containerDefinitions", []):
        options = container.get("logConfiguration", {}).get("options", {})
        if "awslogs-group" not in options:
            continue
        # Amazon ECS Developer Guide, "awslogs log driver": prefix/container/task.
        stream = f"{options.get('awslogs-stream-prefix')}/{container.get('name')}/{task_id}"
        try:
            events = logs.get_log_events(
                logGroupName=options["awslogs-group"], logStreamName=stream, limit=LOG_LINES
            )["events"]
        except logs.exceptions.ResourceNotFoundException:
            # A task that never ran has no log stream.
            continue
        for event in events:
            yield f"{LOG}{event.get('message', '').rstrip()}"
