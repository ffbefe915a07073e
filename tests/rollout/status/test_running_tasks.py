"""deploy and status say how many tasks run, since a stack is complete before all of them do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.rollout.running import EAST, NAME, SMALL, Commands

if TYPE_CHECKING:
    from pathlib import Path

_CLUSTER, _SERVICE = "payment-cluster-dev-001", "payment-service-dev-001"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A service with two tasks, which the outputs name."""
    service = json.loads(SMALL.with_name("service.json").read_text())
    document = json.loads(SMALL.read_text())
    document["Parameters"] |= service["Parameters"]
    document["Resources"] |= service["Resources"]
    document["Outputs"] = {
        **document.get("Outputs", {}),
        "ClusterName": {"Value": {"Ref": "Cluster"}},
        "ServiceName": {"Value": {"Fn::GetAtt": ["Service", "Name"]}},
    }
    path = tmp_path / "service.json"
    path.write_text(json.dumps(document))
    return path


def test_all_tasks_run(commands: Commands, template: Path) -> None:
    document = commands.document("deploy", "--yes", "--skip-preflight", template=template)

    assert document["exit_code"] == 0, document["error"]
    assert document["tasks"] == [{"region": EAST, "stack": NAME, "running": 2, "wanted": 2}]
    assert f"{EAST}: 2 of 2 tasks run" in document["messages"]


def test_fewer_tasks_than_the_range_asks_for_are_a_warning(
    commands: Commands, template: Path
) -> None:
    commands.deploy(template=template)
    _scale(commands, fewest=9)

    deployed = commands.document("deploy", "--yes", "--skip-preflight", template=template)
    shown = commands.document("status")

    expected = [{"region": EAST, "stack": NAME, "running": 2, "wanted": 9}]
    assert (deployed["exit_code"], deployed["tasks"]) == (0, expected)
    assert (shown["exit_code"], shown["tasks"]) == (0, expected)
    assert any(f"{EAST}: 2 of 9 tasks run: wait" in one for one in shown["messages"])


def test_stopped_service_is_named(commands: Commands, template: Path) -> None:
    commands.deploy(template=template)
    commands.aws.client("ecs", EAST).update_service(
        cluster=_CLUSTER, service=_SERVICE, desiredCount=0
    )

    shown = commands.document("status")

    assert f"{EAST}: the service of {NAME} is stopped: it is to run no task" in shown["messages"]


def test_stack_without_a_service_has_no_count(commands: Commands) -> None:
    commands.deploy()

    assert commands.document("status")["tasks"] == []


def _scale(commands: Commands, *, fewest: int) -> None:
    commands.aws.client("application-autoscaling", EAST).register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{_CLUSTER}/{_SERVICE}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=fewest,
        MaxCapacity=18,
    )
