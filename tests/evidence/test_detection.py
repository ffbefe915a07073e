"""The times of the paths to a person, by the timings of the template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.evidence import parse_template
from payment_templates.evidence.detection import paths_of
from payment_templates.evidence.examination import topologies_of
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from tests.evidence.changes import Change


def topology_with(*changes: Change) -> Topology:
    text = json.dumps(changed(real_document(), *changes))
    return topologies_of(parse_template(text, name="changed"), region="us-east-1", parameters={})[0]


@pytest.mark.parametrize(
    ("kind", "resources"),
    [
        (
            "zone",
            [
                "TaskFailureAlarm",
                "UnhealthyTargetAlarm",
                "TaskStoppedRule",
                "DatabaseClusterEvents",
            ],
        ),
        ("task", ["TaskFailureAlarm", "UnhealthyTargetAlarm", "TaskStoppedRule"]),
        ("writer", ["DatabaseFailoverAlarm", "DatabaseClusterEvents"]),
        ("NAT gateway", ["TaskStoppedRule", "ServiceFailureRule"]),
    ],
)
def test_paths_of_fault(kind: str, resources: list[str]) -> None:
    assert [path.resource for path in paths_of(topology_with(), kind)] == resources


@pytest.mark.parametrize(
    ("resource", "best", "worst"),
    [
        # Source 0, no whole minute of fewer tasks yet; then period, whole period, delivery, phase.
        ("TaskFailureAlarm", 60, 240),
        # Source 5 x 1 and 5 x 2 + 2.
        ("UnhealthyTargetAlarm", 65, 192),
    ],
)
def test_alarm_takes(resource: str, best: float, worst: float) -> None:
    (path,) = (path for path in paths_of(topology_with(), "task") if path.resource == resource)

    assert (path.best_seconds, path.worst_seconds) == (best, worst)


@given(interval=st.integers(5, 300), threshold=st.integers(2, 10), timeout=st.integers(2, 120))
def test_detection_by_targets_is_interval_times_threshold_plus_timeout(
    interval: int, threshold: int, timeout: int
) -> None:
    topology = topology_with(
        put("TargetGroup.Properties.HealthCheckIntervalSeconds", interval),
        put("TargetGroup.Properties.UnhealthyThresholdCount", threshold),
        put("TargetGroup.Properties.HealthCheckTimeoutSeconds", timeout),
    )

    (group,) = topology.target_groups

    assert group.slowest_detection_seconds == interval * threshold + timeout
    assert group.fastest_detection_seconds == interval * (threshold - 1)


@pytest.mark.parametrize("periods", [1, 2, 5])
def test_each_further_period_takes_its_time(periods: int) -> None:
    topology = topology_with(put("UnhealthyTargetAlarm.Properties.EvaluationPeriods", periods))

    path = next(p for p in paths_of(topology, "task") if p.resource == "UnhealthyTargetAlarm")

    assert path.worst_seconds == 132 + 60 * periods


def test_one_bad_period_of_sixty_is_enough() -> None:
    topology = topology_with(
        put("UnhealthyTargetAlarm.Properties.EvaluationPeriods", 60),
        put("UnhealthyTargetAlarm.Properties.DatapointsToAlarm", 1),
    )

    path = next(p for p in paths_of(topology, "task") if p.resource == "UnhealthyTargetAlarm")

    assert path.worst_seconds == 192


def test_alarm_that_nobody_hears_is_no_path() -> None:
    topology = topology_with(put("UnhealthyTargetAlarm.Properties.AlarmActions", []))

    resources = [path.resource for path in paths_of(topology, "task")]

    assert "UnhealthyTargetAlarm" not in resources
