"""When health checks change the state of a target."""

from __future__ import annotations

import pytest

from payment_templates.rehearsal.corrections.health_checks import SPEED, Health

_GROUP = {
    "HealthCheckIntervalSeconds": 5,
    "HealthyThresholdCount": 3,
    "UnhealthyThresholdCount": 2,
}


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
