"""Reads the health checks of containers, which ECS runs in addition to the load balancer's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.container_start import is_made, never_fails
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
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup


@dataclass(frozen=True, kw_only=True)
class ContainerCheck:
    """The health check of a container that serves requests."""

    definition: str
    container: str
    interval_seconds: float
    timeout_seconds: float
    retries: int

    @property
    def fastest_detection_seconds(self) -> float:
        """The minimum time until ECS notices a failure: the first check fails immediately."""
        return self.interval_seconds * (self.retries - 1)

    @property
    def slowest_detection_seconds(self) -> float:
        """The maximum time: each check starts an interval after the one before, and times out."""
        return (self.interval_seconds + self.timeout_seconds) * self.retries

    @property
    def is_accepted(self) -> bool:
        """Whether ECS accepts these times."""
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

    ECS replaces a task with an unhealthy essential container:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
    """
    return _all_checks(topology, topology.services)


def _all_checks(
    topology: Topology, services: tuple[Service, ...]
) -> dict[str, list[ContainerCheck]]:
    return reused(topology.stack, lambda: _read_checks(topology, services), services)


def _read_checks(
    topology: Topology, services: tuple[Service, ...]
) -> dict[str, list[ContainerCheck]]:
    found: dict[str, list[ContainerCheck]] = {}
    for service in services:
        checks = {check.container: check for check in _checks(topology, service)}
        for mapping in service.mappings:
            if mapping.container in checks:
                found.setdefault(mapping.target_group, []).append(checks[mapping.container])
    return found


def fastest_check(
    topology: Topology,
    services: tuple[Service, ...],
    service: Service,
    than: TargetGroup | None,
) -> ContainerCheck | None:
    """Return the fastest own check of a service's containers; None if its target group is faster.

    Both notice an application that does not answer.
    """
    checks = _all_checks(topology, services)
    own = [check for name in service.target_groups for check in checks.get(name, ())]
    best = min(own, key=lambda check: check.slowest_detection_seconds, default=None)
    if best and than and best.slowest_detection_seconds >= than.slowest_detection_seconds:
        return None
    return best


def _checks(topology: Topology, service: Service) -> Iterator[ContainerCheck]:
    definition = topology.stack.of(service.definition, "AWS::ECS::TaskDefinition")
    for container in definition.properties.children("ContainerDefinitions") if definition else ():
        is_essential = container.text("Essential").lower() != "false"
        check = _read(service.definition, container)
        declared = container.child("HealthCheck")
        # A check that never fails notices nothing.
        notices = is_made(declared) and not never_fails(declared)
        if is_essential and notices and check.is_accepted:
            yield check


def _read(definition: str, container: Properties) -> ContainerCheck:
    check = container.child("HealthCheck")
    return ContainerCheck(
        definition=definition,
        container=container.text("Name"),
        interval_seconds=check.number("Interval", CHECK_INTERVAL_SECONDS),
        timeout_seconds=check.number("Timeout", CHECK_TIMEOUT_SECONDS),
        retries=check.whole("Retries", CHECK_RETRIES),
    )
