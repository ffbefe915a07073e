"""status --watch: shows the stacks until nothing is running."""

from dataclasses import replace
from typing import Any

import pytest

from payment_templates.rollout.polling import Pace
from payment_templates.rollout.stack_overview import read_overview
from tests.rollout.running import EAST, NAME, Commands


def test_watch_ends_when_nothing_is_running(commands: Commands) -> None:
    commands.deploy()

    result = commands.run("status", "--watch")

    assert result.exit_code == 0, result.output
    assert result.stdout.count(NAME) == 1
    assert "waiting until nothing is running" not in result.stdout


def test_watch_shows_each_status_once(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.deploy()
    _show_as(monkeypatch, "UPDATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")

    result = commands.run("status", "--watch", "--region", EAST)

    assert result.exit_code == 0, result.output
    assert result.stdout.count("UPDATE_IN_PROGRESS") == 1
    assert result.stdout.index("UPDATE_IN_PROGRESS") < result.stdout.index("UPDATE_COMPLETE")


def test_watch_waits_for_an_operation_on_the_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout("--region", EAST)
    answers = iter(["theirs", None, None])

    def running(*_: object) -> str | None:
        return next(answers)

    monkeypatch.setattr("payment_templates.rollout.stack_overview.running_operation", running)

    result = commands.run("status", "--watch", "--region", EAST)

    assert result.exit_code == 0, result.output
    assert (
        result.stdout.count(f"operation theirs of the stack set {NAME} in {EAST} is running") == 1
    )


def test_interrupted_watch_stops(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    commands.deploy()
    _show_as(monkeypatch, "UPDATE_IN_PROGRESS")

    def interrupt(_: Pace, *, news: bool) -> None:
        raise KeyboardInterrupt(news)

    monkeypatch.setattr(Pace, "pause", interrupt)

    result = commands.run("status", "--watch", "--region", EAST)

    assert result.exit_code == 130
    assert "UPDATE_IN_PROGRESS" in result.stdout


def test_watch_with_json_is_a_usage_error(commands: Commands) -> None:
    document = commands.document("status", "--watch")

    assert document["exit_code"] == 2
    assert document["error"].startswith("--watch cannot be used with --json")


def _show_as(monkeypatch: pytest.MonkeyPatch, *statuses: str) -> None:
    """Show the stack in these states, one for each time that it is read; then in the last one."""
    left = [*statuses]
    read: Any = read_overview

    def read_as(*arguments: object, **names: str) -> object:
        overview = read(*arguments, **names)
        state = left.pop(0) if len(left) > 1 else left[0]
        stacks = tuple(
            replace(one, state=replace(one.state, status=state)) for one in overview.stacks
        )
        return replace(overview, stacks=stacks)

    monkeypatch.setattr("payment_templates.commands.status.read_overview", read_as)
