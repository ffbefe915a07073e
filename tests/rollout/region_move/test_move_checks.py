"""Before a move, the commands check what must hold, and refuse a second operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.commands import region_move
from payment_templates.rollout.global_database.global_cluster import (
    GlobalDatabase,
    MoveKind,
    RunningMove,
    read_global_database,
)
from payment_templates.rollout.global_database.member_stack import require_member_stack
from payment_templates.rollout.region_move import source_checks
from tests.rollout.pairs import GLOBAL, SHARED, Pair, cluster_in, make_pair
from tests.rollout.running import EAST, WEST, Commands

if TYPE_CHECKING:
    from mypy_boto3_rds import RDSClient

    from payment_templates.rollout.global_database.member_stack import MemberStack

_SWITCHOVER = ("switchover", "--to", WEST, "--yes")
_FAILOVER = ("failover", "--to", WEST, "--allow-data-loss", "--yes")


@pytest.fixture
def pair(commands: Commands) -> Pair:
    return make_pair(commands.aws)


@pytest.mark.parametrize(
    ("running", "command"),
    [
        (RunningMove(kind=MoveKind.SWITCHOVER, status="pending", target_region=WEST), _FAILOVER),
        (RunningMove(kind=MoveKind.FAILOVER, status="pending", target_region=WEST), _SWITCHOVER),
        (RunningMove(kind=MoveKind.SWITCHOVER, status="pending", target_region=EAST), _SWITCHOVER),
        (RunningMove(kind=MoveKind.SWITCHOVER, status="cancelling", target_region=""), _SWITCHOVER),
    ],
    ids=["switchover", "failover", "other region", "unknown region"],
)
def test_other_running_operation_is_refused(
    commands: Commands,
    pair: Pair,
    monkeypatch: pytest.MonkeyPatch,
    running: RunningMove,
    command: tuple[str, ...],
) -> None:
    monkeypatch.setattr(region_move, "read_global_database", _with_move(running))

    result = commands.run(*command)

    assert result.exit_code == 3
    assert f"a {running} is running ({running.status}); nothing was started" in result.stderr
    assert pair.writer() == EAST


def test_same_running_operation_is_followed_without_a_question(
    commands: Commands, pair: Pair
) -> None:
    pair.rds(EAST).switchover_global_cluster(
        GlobalClusterIdentifier=GLOBAL, TargetDbClusterIdentifier=pair.arn(WEST)
    )

    result = commands.run("switchover", "--to", WEST)

    assert result.exit_code == 0
    assert f"{WEST} writes: {cluster_in(WEST)} is available" in result.stdout
    assert pair.writer() == WEST


def test_operation_that_ends_without_a_new_writer_fails(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start_nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(region_move, "start_move", start_nothing)

    result = commands.run(*_SWITCHOVER)

    assert result.exit_code == 1
    assert f"the switchover has ended, but {WEST} does not write" in result.stderr
    assert (
        f"aws rds describe-events --source-type db-cluster --source-identifier {cluster_in(WEST)}"
        in (result.stderr)
    )
    assert pair.writer() == EAST


def test_running_stack_operation_stops_a_switchover_but_no_failover(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_progress(*arguments: Any) -> MemberStack:  # noqa: ANN401 - those of the function
        found = require_member_stack(*arguments)
        return replace(found, state=replace(found.state, status="UPDATE_IN_PROGRESS"))

    monkeypatch.setattr(region_move, "require_member_stack", in_progress)

    switchover, failover = commands.document(*_SWITCHOVER), commands.document(*_FAILOVER)

    assert (switchover["exit_code"], failover["exit_code"]) == (3, 0)
    assert ("refused", "payment-dev-001 is UPDATE_IN_PROGRESS") in _verdicts(switchover)
    assert ("warning", "payment-dev-001 is UPDATE_IN_PROGRESS") in _verdicts(failover)
    assert pair.writer() == WEST


def test_high_lag_is_a_warning(commands: Commands, pair: Pair) -> None:
    pair.publish_lag(milliseconds=12_000)

    document = commands.document("failover", "--to", WEST, "--yes")

    assert document["lag"]["seconds"] == 12
    assert (
        "warning",
        f"{cluster_in(WEST)} is 12.0 s behind, measured in the last minute",
    ) in _verdicts(document)


def test_different_versions_are_refused(commands: Commands, pair: Pair) -> None:
    pair.rds(WEST).modify_db_cluster(
        DBClusterIdentifier=cluster_in(WEST), EngineVersion="15.19", ApplyImmediately=True
    )

    document = commands.document(*_SWITCHOVER)

    assert document["exit_code"] == 3
    assert f"the clusters have different versions: 15.18 in {EAST}, 15.19 in {WEST}" in str(
        document["findings"]
    )
    assert pair.writer() == EAST


def test_failover_names_the_parameter_that_stops_commits(commands: Commands, pair: Pair) -> None:
    group = pair.bound_loss(WEST, seconds=20)

    document = commands.document(*_FAILOVER)

    assert (
        "warning",
        "rds.global_db_rpo is 20: commits wait while no other region follows",
    ) in _verdicts(document)
    (line,) = [one for one in document["remaining"] if "reset-db-cluster-parameter-group" in one]
    assert f"--db-cluster-parameter-group-name {group} " in line
    assert f"--region {WEST}" in line


def test_running_operation_of_the_stack_set_is_refused(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find_operation(*_: object) -> str:
        return "operation-1"

    commands.rollout(template=SHARED)
    monkeypatch.setattr(source_checks, "running_operation", find_operation)

    result = commands.run(*_SWITCHOVER)

    assert result.exit_code == 3
    assert "operation operation-1 of the stack set payment-dev-001 is running" in result.stderr


def _with_move(running: RunningMove) -> object:
    def read(client: RDSClient, identifier: str) -> GlobalDatabase | None:
        found = read_global_database(client, identifier)
        return replace(found, move=running) if found else None

    return read


def _verdicts(document: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - the document is JSON
    return {(one["verdict"], one["what"]) for one in document["findings"]}
