"""switchover and failover move the writer once, also if they are run again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.client import BaseClient

from tests.rollout.faults import Fault, FaultPlan, break_connections, run_until_killed
from tests.rollout.pairs import GLOBAL, Pair, cluster_in, make_pair
from tests.rollout.running import EAST, WEST, Commands, arguments_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_STARTS = ("SwitchoverGlobalCluster", "FailoverGlobalCluster")
_FAILOVER = ("failover", "--to", WEST, "--allow-data-loss")
_SWITCHOVER = ("switchover", "--to", WEST)


@pytest.fixture
def pair(commands: Commands) -> Pair:
    return make_pair(commands.aws)


@pytest.mark.parametrize(
    ("command", "call", "region"),
    [
        (_SWITCHOVER, "SwitchoverGlobalCluster", EAST),
        (_FAILOVER, "FailoverGlobalCluster", WEST),
    ],
    ids=["switchover", "failover"],
)
def test_move_is_made_once_in_the_region_that_the_guide_names(  # noqa: PLR0917 - a table
    commands: Commands,
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    command: Sequence[str],
    call: str,
    region: str,
) -> None:
    called = _regions_by_operation(monkeypatch)

    first = commands.document(*command, "--yes")
    second = commands.document(*command)

    assert (first["exit_code"], first["outcome"]) == (0, "started")
    assert (first["from_region"], first["to_region"], first["writer"]) == (EAST, WEST, WEST)
    assert (second["exit_code"], second["outcome"]) == (0, "already")
    assert called[call] == [region]
    assert pair.writer() == WEST


def test_failover_calls_no_region_but_its_target(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = _regions_by_operation(monkeypatch)

    commands.run(*_FAILOVER, "--yes")

    assert {region for regions in called.values() for region in regions} == {WEST}
    assert pair.writer() == WEST


def test_failover_without_allow_data_loss_shows_what_it_found_and_starts_nothing(
    commands: Commands, pair: Pair
) -> None:
    document = commands.document("failover", "--to", WEST, "--yes")

    assert document["exit_code"] == 3
    assert "pass --allow-data-loss" in document["error"]
    assert any(
        "replication lag" in one["what"] or "behind" in one["what"] for one in document["findings"]
    )
    assert pair.writer() == EAST


def test_failover_warns_of_payments_that_the_old_region_still_accepts(
    commands: Commands, pair: Pair
) -> None:
    document = commands.document(*_FAILOVER, "--yes")

    (found,) = [one for one in document["findings"] if one["where"] == EAST]
    assert found["verdict"] == "warning"
    assert found["what"].startswith("payments that it still accepts are lost: RDS tries to stop")
    assert "docs/runbook.md#stop-the-old-region" in found["remediation"]
    assert any("keep the other region out of DNS" in line for line in document["remaining"])
    # Reachable, so that its own events tell.
    assert any(
        f"whether RDS stopped the writes in {EAST} is not known in {WEST}" in line
        for line in document["messages"]
    )
    assert pair.writer() == WEST


def test_failover_says_that_writes_could_not_be_stopped(commands: Commands, pair: Pair) -> None:
    commands.aws.make_unreachable(EAST)

    document = commands.document(*_FAILOVER, "--yes")
    commands.aws.make_reachable(EAST)

    assert any(
        f"RDS could not stop the writes in {EAST} (its attempt timed out)" in line
        for line in document["messages"]
    )
    assert pair.writer() == WEST


@pytest.mark.parametrize(
    ("value", "bounded"), [("true", True), ("false", False)], ids=["bounded", "not bounded"]
)
def test_end_of_the_bound_on_lost_payments_is_named(
    commands: Commands, value: str, *, bounded: bool
) -> None:
    values = {"BoundLostPayments": value}
    make_pair(commands.aws, stacks={EAST: values, WEST: values})

    away = commands.document(*_SWITCHOVER, "--yes")
    back = commands.document("switchover", "--to", EAST, "--yes")

    said = f"BoundLostPayments applies in {EAST} only"
    assert any(said in line for line in away["remaining"]) is bounded
    assert not any(said in line for line in back["remaining"])


@pytest.mark.parametrize("command", [_SWITCHOVER, _FAILOVER], ids=["switchover", "failover"])
def test_nothing_starts_without_confirmation(
    commands: Commands, pair: Pair, command: Sequence[str]
) -> None:
    result = commands.run(*command)

    assert result.exit_code == 2
    assert "not running in a terminal" in result.stderr
    assert pair.writer() == EAST


def test_killed_switchover_is_not_started_twice(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = FaultPlan(kill_after_calls=frozenset(_STARTS))
    assert run_until_killed(monkeypatch, plan, arguments_of(*_SWITCHOVER, "--yes"))
    counted = FaultPlan()
    break_connections(monkeypatch, counted)

    document = commands.document(*_SWITCHOVER, "--yes")

    assert document["exit_code"] == 0
    assert document["outcome"] in {"followed", "already"}
    assert {*counted.calls} & {*_STARTS} == set()
    assert pair.writer() == WEST


def test_operation_whose_response_is_lost_counts_as_started(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_connections(monkeypatch, FaultPlan(faults_at_changes={0: Fault.LOST_RESPONSE}))

    document = commands.document(*_FAILOVER, "--yes")

    assert (document["exit_code"], document["outcome"]) == (0, "started")
    assert pair.writer() == WEST


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--to", "us-wst-2"], "unknown region 'us-wst-2'"),
        (
            ["--to", "eu-west-1"],
            "no stack of the suffix dev-001 in eu-west-1 has a global database",
        ),
        ([], "missing option '--to'"),
    ],
    ids=["unknown region", "no stack", "no region"],
)
def test_wrong_target_ends_with_one_line(
    commands: Commands, arguments: list[str], error: str
) -> None:
    result = commands.run("switchover", *arguments)

    assert result.exit_code == 2
    assert error in result.stderr


def test_global_database_that_does_not_exist_is_refused(commands: Commands, pair: Pair) -> None:
    west = pair.rds(WEST)
    west.remove_from_global_cluster(
        GlobalClusterIdentifier=GLOBAL, DbClusterIdentifier=pair.arn(WEST)
    )

    result = commands.run(*_SWITCHOVER, "--yes")

    assert result.exit_code == 3
    assert f"{GLOBAL} has no member in {WEST}: its members are in {EAST}" in result.stderr


def test_secondary_without_an_instance_is_refused(commands: Commands, pair: Pair) -> None:
    west = pair.rds(WEST)
    for instance in west.describe_db_instances()["DBInstances"]:
        west.delete_db_instance(DBInstanceIdentifier=instance["DBInstanceIdentifier"])

    document = commands.document(*_SWITCHOVER, "--yes")

    assert document["exit_code"] == 3
    assert f"{cluster_in(WEST)} has no instance to promote" in document["error"]
    assert pair.writer() == EAST


def test_move_says_that_dns_does_not_follow_without_a_readiness_path(commands: Commands) -> None:
    domain = {"DomainName": "pay.example.com"}
    make_pair(commands.aws, stacks={EAST: domain, WEST: domain})

    document = commands.document(*_SWITCHOVER, "--yes")

    (line,) = [one for one in document["remaining"] if "pay.example.com" in one]
    assert "Route 53 does not follow the writer" in line
    assert f"pay.example.com leads to {WEST} only while {EAST} does not respond" in line
    assert "warning" in {one["verdict"] for one in document["findings"]}


def test_move_says_that_dns_follows_the_readiness_path(commands: Commands) -> None:
    domain = {"DomainName": "pay.example.com", "ReadinessPath": "/ready"}
    make_pair(commands.aws, stacks={EAST: domain, WEST: domain})

    document = commands.document(*_SWITCHOVER, "--yes")

    (line,) = [one for one in document["remaining"] if "pay.example.com" in one]
    assert f"Route 53 sends pay.example.com to {WEST} by itself" in line


def test_stack_of_another_project_is_refused(commands: Commands, pair: Pair) -> None:
    cloudformation = commands.aws.client("cloudformation", WEST)
    template = cloudformation.get_template(StackName="payment-dev-001")["TemplateBody"]
    template["Description"] = "Something else"
    del template["Resources"]["Greeting"]["Properties"]["Name"]
    cloudformation.update_stack(
        StackName="payment-dev-001",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "UsePreviousValue": True}],
    )

    result = commands.run(*_SWITCHOVER, "--yes")

    assert result.exit_code == 3
    assert "is not a stack of this project" in result.stderr
    assert pair.writer() == EAST


def _regions_by_operation(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    called: dict[str, list[str]] = {}
    untyped: Any = BaseClient
    call = untyped._make_api_call  # noqa: SLF001 - there is no public hook for every call.

    def record(client: Any, operation: str, arguments: object) -> object:  # noqa: ANN401
        called.setdefault(operation, []).append(client.meta.region_name)
        return call(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)
    return called
