"""Registers the tasks of a service as targets of a load balancer, and checks their health.

States and reasons: botocore elbv2, TargetHealth. No container runs here: a target passes a check if
the security groups let the load balancer reach it. ministack registers no task.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.corrections.health_checks import (
    HEALTHY,
    INITIAL,
    SPEED,
    UNHEALTHY,
    Health,
)
from payment_templates.rehearsal.corrections.reachable_targets import is_reachable
from payment_templates.rehearsal.corrections.task_placement import TaskPlacement
from payment_templates.rehearsal.services import amend_operations

_DELAY = "deregistration_delay.timeout_seconds"
_TRAFFIC_PORT = "traffic-port"
_Described = dict[str, Any]
_STATES = {
    INITIAL: {"State": INITIAL, "Reason": "Elb.InitialHealthChecking"},
    HEALTHY: {"State": HEALTHY},
    UNHEALTHY: {"State": UNHEALTHY, "Reason": "Target.Timeout"},
}


@dataclass(kw_only=True)
class _Target:
    """The task behind a target, its health, and since when it is registered, or deregistered."""

    service: Mapping[str, Any]
    address: str
    zone: str
    port: int
    registered: float
    deregistered: float | None = None
    health: Health = field(init=False)

    def __post_init__(self) -> None:
        self.health = Health(since=self.registered)


class TargetHealth:
    """The targets of every target group, by task."""

    def __init__(self, placement: TaskPlacement) -> None:
        self._placement = placement
        self._groups = ministack.regional_store()
        # By task.
        self._started: dict[str, float] = {}
        self._stopped: dict[str, float] = {}

    def record_start(self, original: Callable[..., Any]) -> object:
        """Remember when ECS starts the tasks of a service: they are registered then."""

        def run(request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - ministack's own
            reply = original(request)
            tasks: list[dict[str, Any]] = json.loads(reply[2]).get("tasks", [])
            self._started.update({task["taskArn"]: monotonic() for task in tasks})
            return reply

        return run

    def record_stop(self, original: Callable[..., Any]) -> object:
        """Remember when ECS stops a task: it is deregistered then."""

        def stop(task: str, *more: object, **rest: object) -> Any:  # noqa: ANN401 - ministack's own
            self._stopped.setdefault(task, monotonic())
            return original(task, *more, **rest)

        return stop

    def observe(self, group_arn: str) -> dict[str, _Target]:
        """Register the running tasks, deregister the others, and forget those that have drained."""
        known: dict[str, _Target] = self._groups.setdefault(group_arn, {})
        began = monotonic()
        running = {
            task: (service, location, port)
            for service, port in _services(group_arn)
            for task, location in self._placement.of_service(service).items()
        }
        now = monotonic()
        for task, (service, location, port) in running.items():
            target = _Target(
                service=service,
                address=location.address,
                zone=location.zone,
                port=port,
                registered=self._started.get(task, now),
            )
            known.setdefault(task, target)
        # Copies, because a service that waits for its targets reads in a thread of its own.
        for task, target in known.copy().items():
            # Another reader may have registered one since the tasks were listed here.
            is_stopped = task not in running and target.registered < began
            if is_stopped and target.deregistered is None:
                target.deregistered = self._stopped.get(task, now)
            if target.deregistered is not None and _age(target.deregistered) >= _delay(group_arn):
                known.pop(task, None)
        return known.copy()

    def describe(self, request: _Described, answer: _Described) -> _Described:
        """Add the tasks to the targets that were registered through the API."""
        group = _group(request["TargetGroupArn"])
        balancers = _balancers(group)
        shown = [
            *answer["TargetHealthDescriptions"],
            *(
                {
                    "Target": {
                        "Id": target.address,
                        "Port": target.port,
                        "AvailabilityZone": target.zone,
                    },
                    "HealthCheckPort": str(_check_port(group, target)),
                    "TargetHealth": _health(target, group, balancers),
                }
                for target in self.observe(group["TargetGroupArn"]).values()
            ),
        ]
        asked = request.get("Targets")
        return {"TargetHealthDescriptions": [*_only(asked, shown)] if asked else shown}

    def await_healthy(self, group_arn: str) -> bool:
        """Wait until all targets are healthy; False if the load balancer cannot reach them."""
        targets = [one for one in self.observe(group_arn).values() if one.deregistered is None]
        group = _group(group_arn)
        balancers = _balancers(group)
        if not all(_check(target, group, balancers) for target in targets):
            return False
        due = [one.health.changes_at(group) for one in targets if one.health.state != HEALTHY]
        sleep(max(0.0, max(due, default=0.0) - monotonic()))
        for target in targets:
            _check(target, group, balancers)
        return True


def install(health: TargetHealth) -> None:
    """Show the tasks of every service that uses the target group."""
    amend_operations("elbv2", {"DescribeTargetHealth": health.describe})
    ecs = f"{ministack.SERVICES}.ecs"
    ministack.replace_everywhere(ecs, "_run_task", health.record_start)
    ministack.replace_everywhere(ecs, "_mark_task_stopped", health.record_stop)


def _services(group: str) -> Iterator[tuple[_Described, int]]:
    for cluster in account.call("ecs", "ListClusters")["clusterArns"]:
        names = account.call("ecs", "ListServices", cluster=cluster)["serviceArns"]
        if not names:
            continue
        for service in account.call("ecs", "DescribeServices", cluster=cluster, services=names)[
            "services"
        ]:
            for balancer in service.get("loadBalancers", []):
                if balancer.get("targetGroupArn") == group:
                    yield service, int(balancer["containerPort"])


def _group(arn: str) -> _Described:
    shown = account.call("elbv2", "DescribeTargetGroups", TargetGroupArns=[arn])
    found: _Described = shown["TargetGroups"][0]
    return found


def _balancers(group: _Described) -> list[_Described]:
    arns = group.get("LoadBalancerArns", [])
    if not arns:
        return []
    found: list[_Described] = account.call("elbv2", "DescribeLoadBalancers", LoadBalancerArns=arns)[
        "LoadBalancers"
    ]
    return found


def _health(target: _Target, group: _Described, balancers: list[_Described]) -> dict[str, str]:
    zones = {zone["ZoneName"] for one in balancers for zone in one["AvailabilityZones"]}
    if target.deregistered is not None:
        return _state("draining", "Target.DeregistrationInProgress")
    if target.zone not in zones:
        return _state("unused", "Target.NotInUse")
    if not group.get("HealthCheckEnabled", True):
        return _state("unavailable", "Target.HealthCheckDisabled")
    _check(target, group, balancers)
    return _STATES[target.health.state]


def _check(target: _Target, group: _Described, balancers: list[_Described]) -> bool:
    port = _check_port(group, target)
    passing = all(is_reachable(balancer, target.service, port) for balancer in balancers)
    target.health.check(group, passing=passing, now=monotonic())
    return passing


def _only(asked: list[_Described], shown: list[_Described]) -> Iterator[_Described]:
    for wanted in asked:
        found = [one for one in shown if one["Target"].items() >= wanted.items()]
        yield from found
        if not found:
            yield {
                "Target": wanted,
                "TargetHealth": _state("unused", "Target.NotRegistered"),
            }


def _check_port(group: _Described, target: _Target) -> int:
    port = group.get("HealthCheckPort", _TRAFFIC_PORT)
    return target.port if port == _TRAFFIC_PORT else int(port)


def _delay(group_arn: str) -> int:
    attributes = account.call("elbv2", "DescribeTargetGroupAttributes", TargetGroupArn=group_arn)
    return int(next(one["Value"] for one in attributes["Attributes"] if one["Key"] == _DELAY))


def _age(since: float) -> float:
    """Return the seconds of AWS since then."""
    return (monotonic() - since) * SPEED


def _state(state: str, reason: str) -> dict[str, str]:
    return {"State": state, "Reason": reason}
