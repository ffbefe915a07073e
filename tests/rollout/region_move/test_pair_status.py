"""status shows who writes the global database, and whether the writer can move."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rollout.pairs import GLOBAL, Pair, cluster_in, make_pair
from tests.rollout.running import EAST, SUFFIX, WEST, Commands


@pytest.fixture
def pair(commands: Commands) -> Pair:
    return make_pair(commands.aws)


def test_pair_is_healthy(commands: Commands, pair: Pair) -> None:
    pair.publish_lag(milliseconds=400)

    database = _database(commands)

    assert (database["writer"], database["home_region"]) == (EAST, EAST)
    assert (database["healthy"], database["problems"], database["unknown"]) == (True, [], [])
    assert [(one["region"], one["writes"]) for one in database["members"]] == [
        (EAST, True),
        (WEST, False),
    ]
    assert {one["status"] for one in database["members"]} == {"available"}


def test_lag_is_shown(commands: Commands, pair: Pair) -> None:
    pair.publish_lag(milliseconds=12_000)

    shown = commands.run("status").stdout

    assert f"global database {GLOBAL}: {EAST} writes, {WEST} follows 12.0 s behind" in shown
    assert "; not healthy" in shown


def test_writer_is_shown_after_a_switchover(commands: Commands, pair: Pair) -> None:
    commands.run("switchover", "--to", WEST, "--yes")

    database = _database(commands)

    assert (database["writer"], database["home_region"]) == (WEST, EAST)
    assert pair.writer() == WEST


def test_instance_that_is_gone_is_a_problem(commands: Commands, pair: Pair) -> None:
    for number in (1, 2):
        pair.rds(WEST).delete_db_instance(DBInstanceIdentifier=f"payment-aurora-{number}-{SUFFIX}")

    database = _database(commands)

    assert database["healthy"] is False
    assert f"{cluster_in(WEST)} in {WEST} has no instance" in database["problems"]


def test_region_that_left_is_a_problem(commands: Commands, pair: Pair) -> None:
    pair.rds(WEST).remove_from_global_cluster(
        GlobalClusterIdentifier=GLOBAL, DbClusterIdentifier=pair.arn(WEST)
    )

    database = _database(commands)

    assert database["healthy"] is False
    assert f"it has a member in {EAST} only" in database["problems"]


def test_stack_without_a_global_database_shows_none(commands: Commands) -> None:
    commands.deploy()

    assert commands.document("status")["global_databases"] == []


def _database(commands: Commands) -> Any:  # noqa: ANN401 - the document is JSON
    (found,) = commands.document("status")["global_databases"]
    return found
