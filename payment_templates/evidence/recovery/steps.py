"""Defines the recovery steps until requests reach other tasks, zones or regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.recovery.chain import (
    NOTHING,
    OPEN,
    Chain,
    Step,
    seconds,
    step,
)
from payment_templates.facts.recovery import (
    CONTAINER_CHECKS,
    HEALTH_CHECKS,
    NO_HEALTHY_RECORD,
    RECORD_TTL,
    ROUTE53_CHECKS,
    TASK_REPLACEMENT,
    ZONAL_SHIFT,
    ZONE_IN_DNS,
)
from payment_templates.facts.timings import (
    LOAD_BALANCER_TTL_SECONDS,
    ROUTE53_TIMEOUT_SECONDS,
)

if TYPE_CHECKING:
    from payment_templates.evidence.task_start.container_checks import ContainerCheck
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup
    from payment_templates.evidence.topology.traffic.records import HealthCheck, Record

_LOAD_BALANCER_TTL = seconds(LOAD_BALANCER_TTL_SECONDS)


def slowest_group(topology: Topology) -> TargetGroup | None:
    """Return the target group with the slowest failure detection; None if there is none."""
    groups = topology.target_groups
    return max(groups, key=lambda group: group.slowest_detection_seconds, default=None)


def target_removal(group: TargetGroup) -> Step:
    """Return the step that takes a failed target out of service."""
    best, worst = group.fastest_detection_seconds, group.slowest_detection_seconds
    interval, threshold = group.interval_seconds, group.unhealthy_threshold
    return step(
        "health checks fail, the target gets no more requests",
        seconds(best),
        # On average, a failure occurs half an interval before the next check.
        seconds(best + interval / 2),
        seconds(worst),
        how=f"{group.logical_id}: best {interval:g} x ({threshold} - 1), typical half an interval "
        f"more, worst {interval:g} x {threshold} + {group.timeout_seconds:g}",
        source=HEALTH_CHECKS,
    )


def own_check(check: ContainerCheck) -> Step:
    """Return the step in which ECS notices that a container does not answer its own check.

    ECS then starts another task, and the load balancer asks the old one until its own checks fail.
    """
    best, worst = check.fastest_detection_seconds, check.slowest_detection_seconds
    interval, retries = check.interval_seconds, check.retries
    return step(
        "the container's own health check fails",
        seconds(best),
        seconds(best + interval / 2),
        seconds(worst),
        how=f"{check.definition}.{check.container}: best {interval:g} x ({retries} - 1), typical "
        f"half an interval more, worst ({interval:g} + {check.timeout_seconds:g}) x {retries}",
        source=CONTAINER_CHECKS,
    )


def zone_leaves_dns() -> Step:
    """Return the step that removes a load balancer's address in a failed zone from DNS."""
    return step(
        "the zone's address is removed from the load balancer's name",
        NOTHING,
        OPEN,
        OPEN,
        how="AWS states no time",
        source=ZONE_IN_DNS,
    )


def zone_shift(*, shifted: bool) -> Step:
    """Return the step that moves requests out of an impaired zone: by AWS, or by an operator."""
    if shifted:
        return step(
            "AWS shifts the traffic away from the zone",
            *(NOTHING, OPEN, OPEN),
            how="zonal autoshift, when AWS's own telemetry shows an impairment; AWS states no time",
            source=ZONAL_SHIFT,
        )
    return step(
        "an operator shifts the traffic away from the zone",
        *(OPEN, OPEN, OPEN),
        how="no health check notices it, and zonal autoshift is off",
        source=ZONAL_SHIFT,
    )


def load_balancer_ttl() -> Step:
    """Return the step in which clients resolve the load balancer's name again."""
    return step(
        "clients resolve the name again",
        NOTHING,
        _LOAD_BALANCER_TTL,
        _LOAD_BALANCER_TTL,
        how=f"TTL {LOAD_BALANCER_TTL_SECONDS} s; longer where resolvers ignore it",
        source=ZONE_IN_DNS,
    )


def region_detection(check: HealthCheck) -> Step:
    """Return the step in which a Route 53 health check detects a region failure."""
    best, interval, failures = (
        check.fastest_detection_seconds,
        check.interval_seconds,
        check.failure_threshold,
    )
    return step(
        "Route 53's health check fails",
        seconds(best),
        seconds(best + interval / 2),
        seconds(check.slowest_detection_seconds),
        how=f"{check.logical_id}: best {interval:g} x ({failures} - 1), typical half an interval "
        f"more, worst {interval:g} x {failures} + {ROUTE53_TIMEOUT_SECONDS}",
        source=ROUTE53_CHECKS,
    )


def region_admission(check: HealthCheck) -> Step:
    """Return the step in which a Route 53 health check passes again, after as many passes."""
    interval, passes = check.interval_seconds, check.failure_threshold
    return step(
        "Route 53's health check passes",
        seconds(interval * (passes - 1)),
        seconds(interval * (passes - 0.5)),
        seconds(interval * passes + ROUTE53_TIMEOUT_SECONDS),
        how=f"{check.logical_id}: best {interval:g} x ({passes} - 1), typical half an interval "
        f"more, worst {interval:g} x {passes} + {ROUTE53_TIMEOUT_SECONDS}; until then Route 53 "
        "answers with the primary region",
        source=NO_HEALTHY_RECORD,
    )


def record_ttl(record: Record) -> Step:
    """Return the step in which clients resolve the service's name again."""
    ttl = seconds(record.ttl_seconds)
    return step(
        "clients resolve the name again",
        NOTHING,
        ttl,
        ttl,
        how=f"{record.logical_id}: TTL {record.ttl_seconds:g} s; longer where resolvers ignore it",
        source=RECORD_TTL,
    )


def region_switch(topology: Topology, record: Record) -> Chain | None:
    """Return how clients reach the other region; None if no health check triggers a failover."""
    group = slowest_group(topology) if record.evaluates_target else None
    if record.health_check:
        detection = region_detection(record.health_check)
    elif group:
        detection = target_removal(group)
    else:
        return None
    return Chain(
        what=f"requests through {record.logical_id}", steps=(detection, record_ttl(record))
    )


def task_replacement(
    topology: Topology, group: TargetGroup | None, blocked: str
) -> tuple[Step, ...]:
    """Return the steps that start new tasks and wait until they are healthy."""
    if blocked:
        how = f"none can start: {blocked}"
        return (step("ECS starts other tasks", OPEN, OPEN, OPEN, how=how, source=TASK_REPLACEMENT),)
    start = step(
        "ECS starts other tasks",
        NOTHING,
        OPEN,
        OPEN,
        how="AWS states no time",
        source=TASK_REPLACEMENT,
    )
    if group is None:
        return (start,)
    fields = topology.stack.resources[group.logical_id].properties
    threshold, interval = fields.whole("HealthyThresholdCount"), group.interval_seconds
    admitted = step(
        "health checks succeed, the target gets requests",
        seconds(interval * (threshold - 1)),
        seconds(interval * (threshold - 0.5)),
        seconds(interval * threshold),
        how=f"{group.logical_id}: best {interval:g} x ({threshold} - 1), typical half an interval "
        f"more, worst {interval:g} x {threshold}",
        source=HEALTH_CHECKS,
    )
    return start, admitted
