"""Health checks of containers, which ECS makes itself beside those of the load balancer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.facts.containers import (
    CHECK_INTERVAL_SECONDS,
    CHECK_LEAST_INTERVAL_SECONDS,
    CHECK_LEAST_TIMEOUT_SECONDS,
    CHECK_RETRIES,
    CHECK_TIMEOUT_SECONDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service


@dataclass(frozen=True, kw_only=True)
class ContainerCheck:
    """The health check of a container that serves requests."""

    definition: str
    container: str
    interval_seconds: float
    timeout_seconds: float
    retries: int

    @property
    def slowest_detection_seconds(self) -> float:
        """The maximum time: each check starts an interval after the one before, and times out."""
        return (self.interval_seconds + self.timeout_seconds) * self.retries

    @property
    def is_taken(self) -> bool:
        """Whether ECS takes such short times."""
        return (
            self.interval_seconds >= CHECK_LEAST_INTERVAL_SECONDS
            and self.timeout_seconds >= CHECK_LEAST_TIMEOUT_SECONDS
            and self.retries > 0
        )

    def __str__(self) -> str:
        times = f"({self.interval_seconds:g} + {self.timeout_seconds:g}) x {self.retries}"
        name = f"{self.definition}.{self.container}"
        return f"{name}, its own check: worst {times} = {self.slowest_detection_seconds:g} s"


def container_checks(topology: Topology) -> dict[str, list[ContainerCheck]]:
    """Return the checks of the containers behind each target group, by its logical ID.

    ECS replaces a task of which an essential container is unhealthy:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
    """
    found: dict[str, list[ContainerCheck]] = {}
    for service in topology.services:
        checks = {check.container: check for check in _checks(topology, service)}
        for mapping in service.mappings:
            if mapping.container in checks:
                found.setdefault(mapping.target_group, []).append(checks[mapping.container])
    return found


def _checks(topology: Topology, service: Service) -> Iterator[ContainerCheck]:
    definition = topology.stack.of(service.definition, "AWS::ECS::TaskDefinition")
    for container in definition.properties.children("ContainerDefinitions") if definition else ():
        is_essential = container.text("Essential").lower() != "false"
        check = _read(service.definition, container)
        if is_essential and _is_made(container.child("HealthCheck")) and check.is_taken:
            yield check


def _is_made(check: Properties) -> bool:
    """Return whether there is a check: NONE switches off that of the image."""
    command = check.texts("Command")
    return bool(command) and command[0] != "NONE"


def _read(definition: str, container: Properties) -> ContainerCheck:
    check = container.child("HealthCheck")
    return ContainerCheck(
        definition=definition,
        container=container.text("Name"),
        interval_seconds=check.number("Interval", CHECK_INTERVAL_SECONDS),
        timeout_seconds=check.number("Timeout", CHECK_TIMEOUT_SECONDS),
        retries=check.whole("Retries", CHECK_RETRIES),
    )
