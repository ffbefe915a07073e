"""A region that accepts connections and never answers holds up no command that can do without."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from payment_templates.rollout.stack_set import homes
from tests.rollout.pairs import GLOBAL, Pair, make_pair
from tests.rollout.running import EAST, WEST, Commands
from tests.rollout.silent_region import silent_region

if TYPE_CHECKING:
    from collections.abc import Iterator

# Far less than one patient call, which waits ten times for a minute.
_LONGEST_SECONDS = 15


@pytest.fixture
def pair(commands: Commands) -> Pair:
    return make_pair(commands.aws)


@pytest.fixture(autouse=True)
def nothing_is_held_up() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < _LONGEST_SECONDS


def test_failover_does_not_even_call_the_region(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_region(monkeypatch, EAST) as east:
        document = commands.document("failover", "--to", WEST, "--allow-data-loss", "--yes")

    assert (document["exit_code"], document["outcome"]) == (0, "started")
    assert east.calls == []
    assert pair.writer() == WEST


def test_failover_that_was_interrupted_is_followed_without_the_region(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.rds(WEST).failover_global_cluster(
        GlobalClusterIdentifier=GLOBAL,
        TargetDbClusterIdentifier=pair.arn(WEST),
        AllowDataLoss=True,
    )

    with silent_region(monkeypatch, EAST) as east:
        document = commands.document("failover", "--to", WEST, "--allow-data-loss")

    assert document["exit_code"] == 0
    assert document["outcome"] in {"followed", "already"}
    assert east.calls == []


def test_switchover_is_refused_and_names_failover(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_region(monkeypatch, EAST):
        document = commands.document("switchover", "--to", WEST, "--yes")

    assert document["exit_code"] == 3
    assert "if this one does not, use failover" in document["error"]
    assert pair.writer() == EAST


def test_status_says_which_region_does_not_answer_and_who_writes(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_region(monkeypatch, EAST):
        document = commands.document("status")

    assert document["exit_code"] == 0
    assert document["silent_regions"] == [EAST]
    assert f"{EAST} does not answer: what is there is not shown" in document["messages"]
    assert [one["region"] for one in document["stacks"]] == [WEST]
    (database,) = document["global_databases"]
    assert (database["global_database"], database["writer"]) == (GLOBAL, EAST)
    assert f"{EAST}: it does not answer" in database["unknown"]
    assert database["healthy"] is not True
    assert pair.writer() == EAST


def test_status_of_the_other_region_alone_asks_the_silent_one_once(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_region(monkeypatch, EAST) as east:
        document = commands.document("status", "--region", WEST)

    assert document["exit_code"] == 0
    assert document["silent_regions"] == [EAST]
    (database,) = document["global_databases"]
    assert f"{EAST}: it does not answer" in database["unknown"]
    # The search for stack sets, with its one retry.
    assert east.calls == ["DescribeStackSet"] * 2
    assert pair.writer() == EAST


def test_status_does_not_wait_for_a_stack_of_a_set_in_the_region(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the list of regions, the search for sets does not ask the region first.
    def only_these(_session: object, region: str) -> tuple[str, ...]:
        return (region,)

    monkeypatch.setattr(homes, "enabled_regions", only_these)
    commands.rollout("--region", WEST, "--region", EAST)

    with silent_region(monkeypatch, EAST) as east:
        document = commands.document("status", "--region", WEST)

    assert document["exit_code"] == 0
    assert {one["region"] for one in document["instances"]} == {EAST, WEST}
    assert document["silent_regions"] == [EAST]
    assert east.calls == ["DescribeStacks"] * 2


def test_status_of_a_region_alone_fails_as_before(
    commands: Commands, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payment_templates.rollout.connection.session.ATTEMPTS", 1)
    monkeypatch.setattr("payment_templates.rollout.connection.session.READ_SECONDS", 0.2)

    with silent_region(monkeypatch, WEST):
        result = commands.run("status", "--region", WEST)

    assert result.exit_code == 1
    assert "when the network works again" in result.stderr
    assert pair.writer() == EAST
