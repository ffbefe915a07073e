"""What each single fault takes from each tier of the product."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import read_template
from payment_templates.evidence import Verdict
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.faults.effects import TIERS, Fault, effects_of, faults_of
from payment_templates.evidence.topology import build_topology
from tests.evidence.changes import Json, changed, put
from tests.evidence.templates import REAL, real_document, verdict_of

TOPOLOGY = build_topology(stacks_of(read_template(REAL), region="us-east-1", given={}).stacks[0])


def test_every_zone_task_writer_gateway_and_region_is_a_fault() -> None:
    names = [str(fault) for fault in faults_of(TOPOLOGY)]

    assert names == [
        "zone us-east-1a",
        "zone us-east-1b",
        "zone us-east-1c",
        "task",
        "writer DatabaseWriter",
        "NAT gateway NatGatewayA",
        "region us-east-1",
    ]


@pytest.mark.parametrize(
    ("fault", "remains"),
    [
        (Fault(kind="zone", name="us-east-1a"), (2, 4, 2, 0)),
        (Fault(kind="zone", name="us-east-1b"), (2, 4, 2, 1)),
        (Fault(kind="task", name=""), (3, 5, 3, 1)),
        (Fault(kind="writer", name="DatabaseWriter"), (3, 6, 2, 1)),
        (Fault(kind="NAT gateway", name="NatGatewayA"), (3, 6, 3, 0)),
        (Fault(kind="region", name="us-east-1"), (0, 0, 0, 0)),
    ],
    ids=str,
)
def test_what_remains(fault: Fault, remains: tuple[int, ...]) -> None:
    effects = effects_of(TOPOLOGY, fault)

    assert tuple(effect.tier for effect in effects) == TIERS
    assert tuple(effect.remains for effect in effects) == remains


def test_task_cannot_start_without_the_only_egress() -> None:
    effects = effects_of(TOPOLOGY, Fault(kind="NAT gateway", name="NatGatewayA"))
    blocked = {effect.tier: effect.blocked for effect in effects}

    assert "secretsmanager, logs" in blocked["tasks"]
    assert not blocked["database"]


def test_task_starts_elsewhere_when_a_zone_without_gateway_is_lost() -> None:
    effects = effects_of(TOPOLOGY, Fault(kind="zone", name="us-east-1c"))

    assert not any(effect.blocked for effect in effects)


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({}, Verdict.KEPT),
        ({"dns_failover.minimum_healthy_targets.count": "2"}, Verdict.KEPT),
        ({"unhealthy_state_routing.minimum_healthy_targets.count": "5"}, Verdict.KEPT),
        ({"dns_failover.minimum_healthy_targets.percentage": "100"}, Verdict.KEPT),
        ({"dns_failover.minimum_healthy_targets.count": "3"}, Verdict.BROKEN),
    ],
    ids=str,
)
def test_each_zone_serves_its_own_tasks_without_cross_zone_balancing(
    attributes: dict[str, str], verdict: Verdict
) -> None:
    given = {
        "load_balancing.cross_zone.enabled": "false",
        **{f"target_group_health.{name}": value for name, value in attributes.items()},
    }
    pairs: list[Json] = [{"Key": name, "Value": value} for name, value in given.items()]
    document = changed(real_document(), put("TargetGroup.Properties.TargetGroupAttributes", pairs))

    assert verdict_of("survives-zone-loss", document) is verdict
