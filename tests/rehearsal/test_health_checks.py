"""When health checks change the state of a target, and targets that are read at the same time."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rehearsal import account
from payment_templates.rehearsal.corrections.health_checks import SPEED, Health
from payment_templates.rehearsal.corrections.target_health import TargetHealth
from payment_templates.rehearsal.corrections.task_placement import Location, TaskPlacement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GROUP = {
    "HealthCheckIntervalSeconds": 5,
    "HealthyThresholdCount": 3,
    "UnhealthyThresholdCount": 2,
}
_LOCATION = Location(subnet="subnet-1", zone="us-east-1a", address="10.0.0.4", interface="eni-1")
_BALANCERS = [{"targetGroupArn": "group", "containerPort": 80}]


@pytest.mark.parametrize(
    ("results", "states"),
    [
        ("p4 p6", "initial healthy"),
        ("f4 f9 f11", "initial initial unhealthy"),
        ("f3 p7 p11 p13", "initial initial initial healthy"),
        ("p6 f7 f16 f18", "healthy healthy healthy unhealthy"),
        ("f11 p12 p26 p28", "unhealthy unhealthy unhealthy healthy"),
        ("p6 f7 p16 f20 f29 f31", "healthy healthy healthy healthy healthy unhealthy"),
        ("f11 p12 f26 p30 p44 p46", "unhealthy unhealthy unhealthy unhealthy unhealthy healthy"),
    ],
    ids=[
        *("one passed check", "failed from the start", "passed after a failed one"),
        *("closed", "opened", "closed for a short time", "opened for a short time"),
    ],
)
def test_state_follows_from_checks_in_a_row(results: str, states: str) -> None:
    health = Health(since=0)
    found: list[str] = []

    for result in results.split():
        passing, seconds = result[0] == "p", int(result[1:])
        health.check(_GROUP, passing=passing, now=seconds / SPEED)
        found.append(health.state)

    assert found == states.split()


class _Placement(TaskPlacement):
    """The tasks of one service; another reader may come while they are listed."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: tuple[str, ...] = ("one", "two")
        self.meanwhile: list[Callable[[], object]] = []

    def of_service(self, service: Mapping[str, Any]) -> Mapping[str, Location]:
        assert service["loadBalancers"] == _BALANCERS
        listed = dict.fromkeys(self.tasks, _LOCATION)
        if self.meanwhile:
            self.meanwhile.pop()()
        return listed


@pytest.fixture
def placement(monkeypatch: pytest.MonkeyPatch) -> _Placement:
    placement = _Placement()

    def call(_service: str, operation: str, /, **_given: object) -> dict[str, Any]:
        # While the delay is read, the other reader forgets the targets that have drained.
        if operation == "DescribeTargetGroupAttributes" and placement.meanwhile:
            placement.meanwhile.pop()()
        delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "0"}
        answers: dict[str, dict[str, Any]] = {
            "ListClusters": {"clusterArns": ["cluster"]},
            "ListServices": {"serviceArns": ["service"]},
            "DescribeServices": {"services": [{"loadBalancers": _BALANCERS}]},
            "DescribeTargetGroupAttributes": {"Attributes": [delay]},
        }
        return answers[operation]

    monkeypatch.setattr(account, "call", call)
    return placement


def test_two_readers_forget_the_same_target(placement: _Placement) -> None:
    health = TargetHealth(placement)
    health.observe("group")
    placement.tasks = ("two",)
    stopped: list[Any] = []

    def read_again() -> None:
        # It comes while the delay is read, so not while the tasks are listed.
        placement.meanwhile.append(lambda: stopped.append(health.observe("group")))

    placement.meanwhile.append(read_again)

    assert [*health.observe("group")] == ["two"]
    assert [[*one] for one in stopped] == [["two"]]


def test_target_that_another_reader_registers_is_not_deregistered(placement: _Placement) -> None:
    health = TargetHealth(placement)

    def start_a_third() -> None:
        placement.tasks = ("one", "two", "three")
        health.observe("group")

    placement.meanwhile.append(start_a_third)

    shown = health.observe("group")

    assert [*shown] == ["one", "two", "three"]
    assert all(one.deregistered is None for one in shown.values())


def test_targets_can_be_read_while_one_is_registered(placement: _Placement) -> None:
    health = TargetHealth(placement)
    shown = health.observe("group")

    for _ in shown:
        placement.tasks = (*placement.tasks, f"started at {monotonic()}")
        health.observe("group")

    assert len(shown) == 2
