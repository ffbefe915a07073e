"""How long each alert takes, by the timings of the template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.cloudformation import parse_template
from payment_templates.evidence.alerting.detection import alarm_paths, ends_before, event_paths
from payment_templates.evidence.alerting.symptoms import cases_of
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.topology import build_topology
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from tests.evidence.changes import Change


def topology_with(*changes: Change) -> Topology:
    text = json.dumps(changed(real_document(), *changes))
    return build_topology(
        stacks_of(parse_template(text, name="changed"), region="us-east-1", given={}).stacks[0]
    )


def alerts(topology: Topology, kind: str) -> dict[str, list[str]]:
    """Give for each case of a fault the resources by which an event tells it."""
    return {
        case.name: [path.resource for path in event_paths(topology, case)]
        for case in cases_of(topology, kind)
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "zone",
            {
                # Without the zone of the one NAT gateway no new task starts for the old to stop.
                "zone us-east-1a": ["DatabaseClusterEvents"],
                "zone us-east-1b": ["TaskStoppedRule"],
                "zone us-east-1c": ["TaskStoppedRule"],
            },
        ),
        (
            "task",
            {
                "a task that exits": ["TaskStoppedRule"],
                "a task that fails its checks": ["TaskStoppedRule"],
            },
        ),
        ("writer", {"writer DatabaseWriter": ["DatabaseClusterEvents"]}),
        ("NAT gateway", {"NAT gateway NatGatewayA": ["TaskStoppedRule", "ServiceFailureRule"]}),
    ],
)
def test_events_report_fault(kind: str, expected: dict[str, list[str]]) -> None:
    assert alerts(topology_with(), kind) == expected


@pytest.mark.parametrize("kind", ["zone", "task"])
def test_alarms_report_fault(kind: str) -> None:
    resources = [path.resource for path in alarm_paths(topology_with(), kind)]

    assert resources == ["TaskFailureAlarm", "UnhealthyTargetAlarm"]


def test_failover_is_over_before_its_alarm_fires() -> None:
    (path,) = alarm_paths(topology_with(), "writer")

    reason = ends_before(topology_with(), "writer", path)

    assert reason.startswith("DatabaseFailoverAlarm fires after 360 s at worst")
    assert "typically takes < 60 s" in reason


def test_event_of_failed_checks_waits_for_the_replacement() -> None:
    cases = {case.name: case for case in cases_of(topology_with(), "task")}

    (symptom,) = cases["a task that fails its checks"].symptoms

    assert symptom.best_seconds == 5
    assert symptom.after == "after 5 to 12 s of health checks, and once a new task is healthy"


def test_event_of_failed_checks_counts_the_faster_check_of_the_container() -> None:
    check = {"Command": ["CMD", "/check"], "Interval": 5, "Timeout": 2, "Retries": 1}
    place = "TaskDefinition.Properties.ContainerDefinitions.0.HealthCheck"
    cases = {case.name: case for case in cases_of(topology_with(put(place, check)), "task")}

    (symptom,) = cases["a task that fails its checks"].symptoms

    assert symptom.after == "after 0 to 7 s of health checks, and once a new task is healthy"


def test_without_room_the_unhealthy_task_stops_first() -> None:
    topology = topology_with(
        put("Service.Properties.DeploymentConfiguration.MaximumPercent", 100),
        put("Service.Properties.DeploymentConfiguration.MinimumHealthyPercent", 50),
    )

    symptoms = [symptom for case in cases_of(topology, "zone") for symptom in case.symptoms]

    assert not any(symptom.blocked for symptom in symptoms)
    assert not any("new task" in symptom.after for symptom in symptoms)


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
    (path,) = (path for path in alarm_paths(topology_with(), "task") if path.resource == resource)

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

    path = next(p for p in alarm_paths(topology, "task") if p.resource == "UnhealthyTargetAlarm")

    assert path.worst_seconds == 132 + 60 * periods


def test_one_bad_period_of_sixty_is_enough() -> None:
    topology = topology_with(
        put("UnhealthyTargetAlarm.Properties.EvaluationPeriods", 60),
        put("UnhealthyTargetAlarm.Properties.DatapointsToAlarm", 1),
    )

    path = next(p for p in alarm_paths(topology, "task") if p.resource == "UnhealthyTargetAlarm")

    assert path.worst_seconds == 192


def test_alarm_without_a_subscriber_is_no_path() -> None:
    topology = topology_with(put("UnhealthyTargetAlarm.Properties.AlarmActions", []))

    resources = [path.resource for path in alarm_paths(topology, "task")]

    assert "UnhealthyTargetAlarm" not in resources
