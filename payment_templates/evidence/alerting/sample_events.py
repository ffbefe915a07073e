"""Builds sample events of ECS and RDS for the resources of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database

# Of a task or a deployment: no pattern names it.
_NEW_ID = "…"


def stopped_task(
    topology: Topology, service: Service, code: str, reason: str, zone: str = ""
) -> Event:
    """Return the event of a stopped task.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    resource = topology.stack.resources[service.logical_id]
    name = name_of(resource) or f"${{{service.logical_id}.Name}}"
    clusters = _cluster_names(topology, service)
    tasks = tuple(f"{name.replace(':cluster/', ':task/')}/{_NEW_ID}" for name in clusters)
    return {
        **envelope(topology, "aws.ecs", "ECS Task State Change", tasks),
        "detail": {
            "clusterArn": clusters,
            "lastStatus": ("STOPPED",),
            "desiredStatus": ("STOPPED",),
            "stopCode": (code,),
            "stoppedReason": (reason,),
            "launchType": (resource.properties.text("LaunchType") or "FARGATE",),
            "group": (f"service:{name}", f"service:${{{service.logical_id}.Name}}"),
            "startedBy": (f"ecs-svc/{_NEW_ID}",),
            "availabilityZone": _zone_texts(
                topology, zone or next(iter(service.tasks_by_zone), "")
            ),
            "taskArn": tasks,
            "taskDefinitionArn": (f"${{{service.definition}}}",),
            "containers": {
                "lastStatus": ("STOPPED",),
                "name": tuple(dict.fromkeys(each.container for each in service.mappings)),
                # Only for a container that fails by itself: the exit code of a container that ECS
                # stops is not known.
                "exitCode": ("1",) if code == "EssentialContainerExited" else (),
            },
        },
    }


def _zone_texts(topology: Topology, zone: str) -> tuple[str, ...]:
    """Return the name of a zone, and the references of a template to it: by its subnets."""
    subnets = topology.network.subnets.items()
    return (zone, *(f"${{{name}.AvailabilityZone}}" for name, it in subnets if it.zone == zone))


def impaired_service(topology: Topology, service: Service) -> Event:
    """Return the event of a service that cannot start tasks."""
    return _service_action(topology, service, "WARN", "SERVICE_TASK_START_IMPAIRED")


def unplaced_task(topology: Topology, service: Service) -> Event:
    """Return the event of a task for which there is no capacity."""
    return _service_action(topology, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE")


def failed_deployment(topology: Topology, service: Service) -> Event:
    """Return the event of a deployment that the circuit breaker stopped.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    names = _service_names(topology, service)
    return {
        **envelope(topology, "aws.ecs", "ECS Deployment State Change", names),
        "detail": {
            "eventType": ("ERROR",),
            "eventName": ("SERVICE_DEPLOYMENT_FAILED",),
            "deploymentId": (f"ecs-svc/{_NEW_ID}",),
            "reason": ("ECS deployment circuit breaker: task failed to start.",),
        },
    }


def failover(
    topology: Topology, database: Database, event_id: str, *, category: str = "failover"
) -> Event:
    """Return an event of a failover.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    """
    cluster, stack = database.logical_id, topology.stack
    names = tuple(filter(None, (f"${{{cluster}}}", name_of(stack.resources[cluster]))))
    arns = (
        f"${{{cluster}.DBClusterArn}}",
        *(f"arn:{stack.partition}:rds:{stack.region}:{ACCOUNT}:cluster:{name}" for name in names),
    )
    return {
        **envelope(topology, "aws.rds", "RDS DB Cluster Event", arns),
        "detail": {
            "EventCategories": (category,),
            "SourceType": ("CLUSTER",),
            "SourceArn": arns,
            "SourceIdentifier": names,
            "EventID": (event_id,),
        },
    }


def instance_event(topology: Topology, instance: str, event_id: str, *categories: str) -> Event:
    """Return an event of a database instance.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
    """
    stack = topology.stack
    names = tuple(filter(None, (f"${{{instance}}}", name_of(stack.resources[instance]))))
    arns = (
        f"${{{instance}.DBInstanceArn}}",
        *(f"arn:{stack.partition}:rds:{stack.region}:{ACCOUNT}:db:{name}" for name in names),
    )
    return {
        **envelope(topology, "aws.rds", "RDS DB Instance Event", arns),
        "detail": {
            "EventCategories": categories,
            "SourceType": ("DB_INSTANCE",),
            "SourceArn": arns,
            "SourceIdentifier": names,
            "EventID": (event_id,),
        },
    }


def envelope(
    topology: Topology, source: str, kind: str, resources: tuple[str, ...]
) -> dict[str, tuple[str, ...] | Event]:
    """Return what every event has: its source, its kind, and where it comes from.

    https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
    """
    return {
        "version": ("0",),
        "id": ("00000000-0000-4000-8000-000000000000",),
        "time": ("2026-01-01T05:20:00Z",),
        "source": (source,),
        "detail-type": (kind,),
        "account": (ACCOUNT,),
        "region": (topology.stack.region,),
        "resources": resources,
    }


def _service_action(topology: Topology, service: Service, kind: str, name: str) -> Event:
    """Return an event of a service.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
    """
    return {
        **envelope(topology, "aws.ecs", "ECS Service Action", _service_names(topology, service)),
        "detail": {
            "eventType": (kind,),
            "eventName": (name,),
            "clusterArn": _cluster_names(topology, service),
        },
    }


def _cluster_names(topology: Topology, service: Service) -> tuple[str, ...]:
    stack = topology.stack
    value = stack.resources[service.logical_id].properties.get("Cluster")
    cluster = stack.find(value, "AWS::ECS::Cluster")
    own = cluster.logical_id if cluster else ""
    names = (f"${{{own}}}", name_of(cluster) if cluster else str(value or "default"))
    return (
        f"${{{own}.Arn}}",
        *(f"arn:{stack.partition}:ecs:{stack.region}:{ACCOUNT}:cluster/{n}" for n in names if n),
    )


def _service_names(topology: Topology, service: Service) -> tuple[str, ...]:
    name = name_of(topology.stack.resources[service.logical_id])
    arns = [arn.replace(":cluster/", ":service/") for arn in _cluster_names(topology, service)[1:]]
    spelt = filter(None, (name, f"${{{service.logical_id}.Name}}"))
    return (f"${{{service.logical_id}}}", *(f"{arn}/{each}" for arn in arns for each in spelt))
