"""Incidents: one fault or two at once, what is left, how the stack recovers, and who is alerted."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.evidence import creations_of, examine, incidents_of, regional_topologies
from payment_templates.evidence.faults.effects import Fault, effects_of, faults_of
from payment_templates.evidence.incidents.joint_recovery import joint_recovery
from payment_templates.evidence.task_start.subnets import Start, why_nowhere
from payment_templates.facts.timings import CREATION_SECONDS
from tests.cloudformation.templates import product
from tests.evidence.changes import changed, put

if TYPE_CHECKING:
    from payment_templates.evidence import Incident, Topology
    from payment_templates.evidence.recovery.recovery import Recovery
    from tests.evidence.changes import Change

A, B, C = (Fault(kind="zone", name=f"us-east-1{letter}") for letter in "abc")
TASK = Fault(kind="task", name="")
WRITER = Fault(kind="writer", name="DatabaseWriter")
GATEWAY = Fault(kind="NAT gateway", name="NatGatewayA")


def topology(*changes: Change) -> Topology:
    template = template_of(changed(product(), *changes))
    return regional_topologies(template, regions=("us-east-1",), parameters={})[0]


def remains(stack: Topology, *faults: Fault) -> list[int]:
    return [effect.remains for effect in effects_of(stack, *faults)]


TOPOLOGY = topology()


@cache
def examined() -> tuple[Recovery, ...]:
    return examine(template_of(product())).recoveries


@pytest.fixture(scope="module")
def incidents() -> dict[str, Incident]:
    return {str(it): it for it in incidents_of(TOPOLOGY, examined())}


@pytest.mark.parametrize(
    ("faults", "left"),
    [
        ((A, B), [1, 2, 0, 0]),
        ((B, C), [1, 2, 0, 1]),
        ((B, TASK), [2, 3, 2, 1]),
        ((A, WRITER), [2, 4, 2, 0]),
        ((B, WRITER), [2, 4, 1, 1]),
        ((WRITER, GATEWAY), [3, 6, 2, 0]),
    ],
    ids=lambda it: " and ".join(map(str, it)) if isinstance(it[0], Fault) else "",
)
def test_two_faults_lose_each_member_once(faults: tuple[Fault, ...], left: list[int]) -> None:
    assert remains(TOPOLOGY, *faults) == left
    assert remains(TOPOLOGY, *reversed(faults)) == left


def test_two_faults_never_leave_more_than_one() -> None:
    for one, other in combinations(faults_of(TOPOLOGY), 2):
        joint = remains(TOPOLOGY, one, other)
        for fault in (one, other):
            alone = remains(TOPOLOGY, fault)
            assert all(left <= more for left, more in zip(joint, alone, strict=True))


def test_no_task_starts_when_the_gateway_of_the_remaining_zones_is_lost() -> None:
    tasks = effects_of(TOPOLOGY, B, GATEWAY)[1]

    assert tasks.blocked.startswith(
        "each of PrivateSubnetA and PrivateSubnetC loses egress when NatGatewayA fails; a task "
        "then cannot reach: "
    )


def test_every_subnet_that_loses_egress_is_named() -> None:
    tasks = effects_of(TOPOLOGY, GATEWAY)[1]

    assert tasks.blocked.startswith(
        "each of PrivateSubnetA, PrivateSubnetB and PrivateSubnetC loses egress when NatGatewayA "
        "fails; a task then cannot reach: "
    )


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ((), ""),
        ((Start(problem="A has no egress", subnet="A"), Start()), ""),
        (
            (Start(problem="Service has no container to run"),) * 2,
            "Service has no container to run",
        ),
        (
            (
                *(Start(problem=f"{it} has no egress", subnet=it) for it in ("A", "B")),
                Start(problem="C is private", subnet="C"),
            ),
            "each of A and B has no egress; C is private",
        ),
    ],
    ids=["no subnet", "one can", "the same for all", "two reasons"],
)
def test_reason_why_no_task_starts_names_each_subnet(starts: tuple[Start, ...], why: str) -> None:
    assert why_nowhere(starts) == why


def test_two_zones_block_starts_only_with_the_gateway() -> None:
    with_gateway, without = (effects_of(TOPOLOGY, *two)[1].blocked for two in ((A, B), (B, C)))

    assert "when us-east-1a fails" in with_gateway
    assert without == ""


@pytest.mark.parametrize("zone", [A, B, C], ids=str)
def test_joint_recovery_of_one_zone_is_the_listed_one(zone: Fault) -> None:
    listed = next(it for it in examined() if it.fault == zone.name)
    joint = joint_recovery(TOPOLOGY, (zone,))

    assert joint.span == listed.span
    assert joint.capacity == listed.capacity
    assert joint.loss == listed.loss


def test_lost_gateway_stops_nothing_that_runs(incidents: dict[str, Incident]) -> None:
    (recovery,) = incidents["NAT gateway NatGatewayA"].recoveries

    assert recovery.span is not None
    assert recovery.span.worst.seconds == 0
    assert recovery.span.worst.bounded


def test_writer_and_all_readers_need_an_operator() -> None:
    single = topology(
        put(
            "DatabaseReader1.Properties.AvailabilityZone",
            {"Fn::GetAtt": ["PrivateSubnetA", "AvailabilityZone"]},
        ),
        put(
            "DatabaseReader2.Properties.AvailabilityZone",
            {"Fn::GetAtt": ["PrivateSubnetA", "AvailabilityZone"]},
        ),
    )
    (chain,) = (it for it in joint_recovery(single, (A, WRITER)).chains if it.what == "writes")

    assert not chain.span.best.bounded
    assert "an operator must create one" in chain.steps[0].how


def test_every_fault_and_every_pair_is_an_incident(incidents: dict[str, Incident]) -> None:
    faults = faults_of(TOPOLOGY)
    inside = len(faults) - 1

    assert len(incidents) == len(faults) + inside * (inside - 1) // 2
    assert not any("region" in name and " and " in name for name in incidents)
    assert all(it.effects and it.recoveries and not it.unknown for it in incidents.values())


@pytest.mark.parametrize(
    ("one", "other"), [(A, B), (A, C), (B, C)], ids=["A and B", "A and C", "B and C"]
)
def test_two_zones_leave_aurora_too_few_copies(
    one: Fault, other: Fault, incidents: dict[str, Incident]
) -> None:
    incident = incidents[f"{one} and {other}"]
    (recovery,) = incident.recoveries
    (chain,) = (it for it in recovery.chains if "writes" in it.what)

    assert {it.tier: it.remains for it in incident.effects}["database"] == 0
    # AWS: "the loss of up to two copies of data without affecting database write availability and
    # up to three copies without affecting read availability"; a zone has two of six.
    assert chain.steps[0].how.startswith("2 of the 6 copies of the data are left")
    assert recovery.span is not None
    assert str(recovery.span.best) == str(recovery.span.worst) == "no stated time"
    # Nothing recovers it, so that there is no capacity after the recovery.
    assert str(recovery.capacity) == "0.0 %"
    assert recovery.capacity is not None
    assert recovery.capacity.during == recovery.capacity.after == 0
    assert "DatabaseClusterEvents" not in [alert.resource for alert in incident.alerts]


def test_one_zone_leaves_aurora_enough_copies() -> None:
    assert remains(TOPOLOGY, A)[2] == 2
    assert remains(TOPOLOGY, A, WRITER)[2] == 2


def test_capacity_of_two_zones_without_aurora_is_a_third() -> None:
    stack = topology(put("DatabaseCluster.Properties.Engine", "mysql"))
    capacity = joint_recovery(stack, (B, C)).capacity

    assert capacity is not None
    # 2 of 6 tasks at 100 % for a load of 6 at 75 %.
    assert capacity.during == pytest.approx(44.4, abs=0.1)


@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("zone us-east-1a", "DatabaseClusterEvents"),
        ("zone us-east-1b", "UnhealthyTargetAlarm"),
        ("task", "TaskStoppedRule"),
        ("writer DatabaseWriter", "DatabaseClusterEvents"),
        ("NAT gateway NatGatewayA", "ServiceFailureRule"),
    ],
)
def test_fault_alerts_by(name: str, resource: str, incidents: dict[str, Incident]) -> None:
    assert resource in [alert.resource for alert in incidents[name].alerts]


def test_event_that_waits_for_a_new_task_is_no_alert_if_none_starts(
    incidents: dict[str, Incident],
) -> None:
    alone = incidents["zone us-east-1b"].alerts
    with_gateway = incidents["zone us-east-1b and NAT gateway NatGatewayA"].alerts

    assert [it.resource for it in alone if it.waits_for_task] == ["TaskStoppedRule"]
    assert not any(it.waits_for_task for it in with_gateway)


def test_database_without_an_instance_sends_no_event() -> None:
    zone = {"Fn::GetAtt": ["PrivateSubnetA", "AvailabilityZone"]}
    readers = (f"DatabaseReader{number}.Properties.AvailabilityZone" for number in (1, 2))
    one_zone = topology(*(put(place, zone) for place in readers))
    found = {str(it): it for it in incidents_of(one_zone, examined())}

    one, both = (
        [alert.resource for alert in found[name].alerts]
        for name in ("writer DatabaseWriter", "zone us-east-1a and writer DatabaseWriter")
    )
    assert "DatabaseClusterEvents" in one
    assert "DatabaseClusterEvents" not in both


def test_alarm_that_a_failover_outruns_is_late(incidents: dict[str, Incident]) -> None:
    alarms = [it for it in incidents["writer DatabaseWriter"].alerts if it.kind == "alarm"]

    assert alarms
    assert all(alert.late for alert in alarms)


def test_undecided_part_leaves_the_others_known() -> None:
    stack = topology(put("UnhealthyTargetAlarm.Properties.Period", {"Fn::ImportValue": "period"}))
    found = {str(it): it for it in incidents_of(stack, examined())}

    assert found["zone us-east-1a"].effects
    assert "Period" in found["zone us-east-1a"].unknown


def test_creation_waits_for_what_it_needs() -> None:
    found = {it.logical_id: it for it in creations_of(TOPOLOGY.stack)}

    for creation in found.values():
        assert creation.seconds == CREATION_SECONDS.get(creation.type, 0)
        ends = [found[name].start + found[name].seconds for name in creation.after]
        assert creation.start == max(ends, default=0)


def test_critical_path_fills_the_whole_deployment() -> None:
    found = creations_of(TOPOLOGY.stack)
    critical = [it for it in found if it.critical]

    assert sum(it.seconds for it in critical) == max(it.start + it.seconds for it in found)
    assert "DatabaseWriter" in [it.logical_id for it in critical]
