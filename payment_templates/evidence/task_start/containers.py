"""Finds what stops a task's containers: a check of a wrong port, logs in another region."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service

# The containers of a task share a network namespace, so localhost is any of them.
_LOCAL_PORT = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])[:\s]+(\d+)")


def container_problems(topology: Topology, service: Service) -> Iterator[str]:
    """Yield what stops a task soon after it starts."""
    for container in _containers(topology, service):
        name = f"{service.definition}.{container.text('Name')}"
        if port := _shut_port(topology, service, container):
            opened = service.ports.get(container.text("Name"), ())
            if opened:
                yield f"{name} is checked on port {port}, but opens {', '.join(map(str, opened))}"
        if region := _other_log_region(topology, container):
            here = topology.stack.region
            yield f"{name} writes its logs to {region}, but its log group is in {here}"


def container_conditions(topology: Topology, service: Service) -> Iterator[str]:
    """Yield the assumptions about containers that the template does not confirm."""
    containers = _containers(topology, service)
    essential = [
        container.text("Name")
        for container in containers
        if container.text("Essential").lower() != "false"
    ]
    # ContainerDefinition, essential: true by default. If an essential container exits, ECS stops
    # the whole task.
    if len(essential) > 1:
        yield f"none of {', '.join(essential)} exits: each is essential to the task"
    for container in containers:
        port, name = _shut_port(topology, service, container), container.text("Name")
        if port and not service.ports.get(name):
            yield f"{service.definition}.{name} listens on {port}, the port of its health check"


def _containers(topology: Topology, service: Service) -> tuple[Properties, ...]:
    definition = topology.stack.of(service.definition, "AWS::ECS::TaskDefinition")
    return definition.properties.children("ContainerDefinitions") if definition else ()


def _shut_port(topology: Topology, service: Service, container: Properties) -> int:
    """Return the port of a health check if nothing else in the template mentions it, or 0."""
    command = " ".join(container.child("HealthCheck").texts("Command"))
    asked = [int(port) for port in _LOCAL_PORT.findall(command)]
    if not asked:
        return 0
    opened = {port for ports in service.ports.values() for port in ports}
    texts = [value for _, _, value in service.environment]
    texts += [
        group.properties.text("HealthCheckPort")
        for group in topology.stack.of_type("AWS::ElasticLoadBalancingV2::TargetGroup")
    ]
    mentioned = {int(port) for text in texts for port in re.findall(r"\d{2,5}", text)}
    return next((port for port in asked if port not in opened | mentioned), 0)


def _other_log_region(topology: Topology, container: Properties) -> str:
    """Return the region of a container's logs if its log group is in another one, or ""."""
    log, stack = container.child("LogConfiguration"), topology.stack
    options = log.child("Options")
    if log.text("LogDriver") != "awslogs" or options.flag("awslogs-create-group"):
        return ""
    region = options.text("awslogs-region")
    group = stack.find(options.get("awslogs-group"), "AWS::Logs::LogGroup")
    return region if group and region not in {"", stack.region} else ""
