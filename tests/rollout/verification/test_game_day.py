"""verify --game-day: who may start an experiment, what is measured, and how it ends early."""

# ruff: noqa: ANN401 - AWS's answers and the command's documents are JSON of any shape.

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from payment_templates import PROFILES, build_template
from payment_templates.cli import main
from payment_templates.commands import game_day as command
from payment_templates.commands.output.safe_console import ClosedOutputError
from payment_templates.commands.output.terminal_output import TerminalOutput
from payment_templates.rendering import render
from payment_templates.rollout.verification import game_day
from tests.rollout.running import EAST, SUFFIX, Commands, arguments_of
from tests.rollout.verification.conftest import alarm_names, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.rehearsal import EmbeddedAws

_ACCOUNTS = count(320000000000)
_RUN = ("verify", "--region", EAST, "--game-day")
_UNHEALTHY = f"payment-unhealthy-targets-{SUFFIX}"
_RESPONSE_TIME = f"payment-response-time-{SUFFIX}"


@pytest.fixture(scope="module")
def broken(
    running_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Commands]:
    """A stack with the experiments, which the tests break."""
    account = replace(running_aws, account=str(next(_ACCOUNTS)))
    template = tmp_path_factory.mktemp("templates") / "game-day.json"
    template.write_text(render(build_template(replace(PROFILES["standard"], game_day=True))))
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in account.environment.items():
            monkeypatch.setenv(name, value)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "DB_MASTER_PASSWORD"):
            monkeypatch.delenv(name, raising=False)
        commands = Commands(aws=account)
        given = ("--parameter", "AlertEmail=on-call@example.com", "--region", EAST)
        deployed = commands.deploy(*given, template=template)
        assert deployed.exit_code == 0, deployed.output
        yield commands


@pytest.fixture(autouse=True)
def quick(broken: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every alarm is OK, and what lasts minutes in AWS lasts less than a second."""
    for name in alarm_names(broken.aws):
        _set(broken, name, "OK")
    monkeypatch.setattr(game_day, "RECOVERY_SECONDS", 0.5)
    monkeypatch.setattr(game_day, "NO_EFFECT_SECONDS", 0.1)


@pytest.fixture
def next_second() -> None:
    """What another test did is history of an earlier second: the emulator counts in seconds."""
    time.sleep(1 - time.time() % 1)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone is there to answer."""

    class _Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    class _System:
        stdin = _Terminal

    monkeypatch.setattr(command, "sys", _System)


@pytest.mark.usefixtures("terminal")
def test_detection_alert_and_recovery_are_measured_beside_the_prediction(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"GetExperiment": _once(lambda: _set(broken, _UNHEALTHY, "ALARM"))})

    document = _document("task-loss")

    measured = document["experiment"]
    assert (measured["name"], measured["status"]) == ("task-loss", "completed")
    assert measured["first_alarm"] == _UNHEALTHY
    assert measured["detection"] is not None
    assert measured["alert"] is not None
    assert measured["predicted"]["detection"]["worst_seconds"] == 192
    answers = {one["asked"]: one for one in document["findings"]}
    first = answers["when is the first alarm in ALARM?"]
    assert first["verdict"] == "confirmed"
    assert first["assumed"].startswith("TaskFailureAlarm from 60 s, at worst 192 s")
    assert first["answer"].endswith(f"s by {_UNHEALTHY}")
    assert document["exit_code"] == 0


@pytest.mark.usefixtures("terminal", "next_second")
def test_experiment_without_an_alarm_contradicts(broken: Commands) -> None:
    document = _document("task-loss")

    first = document["findings"][0]
    assert (first["verdict"], first["answer"]) == ("contradicted", "never while it was watched")
    assert document["exit_code"] == 1
    assert "AWS contradicts" in document["error"]
    del broken


@pytest.mark.usefixtures("terminal", "next_second")
def test_notification_of_ok_is_no_alert(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    def lose_data_for_a_moment() -> None:
        _set(broken, _UNHEALTHY, "INSUFFICIENT_DATA")
        _set(broken, _UNHEALTHY, "OK")

    aws_answers({"GetExperiment": _once(lose_data_for_a_moment)})

    document = _document("task-loss")

    measured = document["experiment"]
    assert (measured["detection"], measured["alert"]) == (None, None)
    assert not any(" notified" in one for one in document["messages"])


@pytest.mark.usefixtures("terminal")
def test_history_is_read_for_each_alarm_and_to_its_last_page(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    topic = f"arn:aws:sns:{EAST}:{broken.aws.account}:payment-alerts-{SUFFIX}"
    now = datetime.now(UTC)
    asked: list[dict[str, Any]] = []

    def pages(arguments: dict[str, Any]) -> Any:
        asked.append(arguments)
        empty: list[Any] = []
        if arguments.get("AlarmName") != _UNHEALTHY:
            return {"AlarmHistoryItems": empty}
        if "NextToken" not in arguments:
            return {"AlarmHistoryItems": empty, "NextToken": "2"}
        return {
            "AlarmHistoryItems": [
                _update(now + timedelta(seconds=10), "INSUFFICIENT_DATA", "OK"),
                _action(now + timedelta(seconds=11), f"Successfully executed action {topic}"),
                _update(now + timedelta(seconds=20), "OK", "ALARM"),
                _action(now + timedelta(seconds=22), f"Successfully executed action {topic}"),
                _update(now + timedelta(seconds=30), "OK", "ALARM"),
                _action(now + timedelta(seconds=31), f"Failed to execute action {topic}"),
                _update(now + timedelta(seconds=39), "ALARM", "OK"),
                _action(now + timedelta(seconds=40), f"Successfully executed action {topic}"),
            ]
        }

    aws_answers({"DescribeAlarmHistory": pages})

    measured = _document("task-loss")["experiment"]

    assert measured["first_alarm"] == _UNHEALTHY
    assert 15 < measured["detection"] <= 20
    assert measured["alert"] == pytest.approx(measured["detection"] + 2)
    assert {one["AlarmName"] for one in asked} == {*alarm_names(broken.aws)}
    assert all("StartDate" in one for one in asked)
    assert {one["ScanBy"] for one in asked} == {"TimestampAscending"}


_HEALTHY = {"TargetHealthDescriptions": [{"TargetHealth": {"State": "healthy"}}] * 6}


@pytest.mark.usefixtures("terminal")
def test_recovery_counts_from_the_start_until_all_is_well_again(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    looks = count()

    def disturb(_: dict[str, Any]) -> Any:
        # The first look is before the experiment.
        if next(looks) not in {1, 2}:
            return None
        service: dict[str, Any] = {"runningCount": 5, "desiredCount": 6}
        return {"services": [service]}

    aws_answers(
        {
            "DescribeServices": disturb,
            "DescribeTargetHealth": _HEALTHY,
            "GetExperiment": _once(lambda: _set(broken, _UNHEALTHY, "ALARM")),
        }
    )

    document = _document("task-loss")

    measured = document["experiment"]
    assert all(it.startswith("5 of 6 tasks run") for it in measured["disturbances"])
    assert measured["disturbances"]
    assert 0 <= measured["disturbance"] < measured["recovery"] < 5
    last = document["findings"][-1]
    assert (last["verdict"], last["asked"]) == (
        "confirmed",
        "when does the stack serve as before?",
    )
    assert last["answer"].endswith(f", after {measured['disturbances'][-1]}")


@pytest.mark.usefixtures("terminal")
def test_stop_condition_ends_the_experiment_and_fails_the_command(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"GetExperiment": _once(lambda: _set(broken, _RESPONSE_TIME, "ALARM"))})

    result = _answer("nat-loss")

    assert result.exit_code == 1
    assert "is stopped: Experiment halted by stop condition." in result.stderr
    assert "hint: if its stop condition ended it, ResponseTimeAlarm fired" in result.stderr
    # What was measured until then is shown all the same.
    assert "evidence predicts" in result.stdout


@pytest.mark.usefixtures("terminal")
def test_ctrl_c_stops_the_experiment(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    made = aws_answers({"GetExperiment": KeyboardInterrupt()})

    result = _answer("nat-loss")

    assert result.exit_code == 130
    assert made.count("StopExperiment") == 1
    assert ": stopped" in result.stderr
    del broken


@pytest.mark.usefixtures("terminal")
def test_closed_output_stops_the_experiment(
    broken: Commands, aws_answers: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = aws_answers({})
    tell = TerminalOutput.tell

    def close(output: TerminalOutput, message: str) -> None:
        if "StartExperiment" in made:
            raise ClosedOutputError
        tell(output, message)

    monkeypatch.setattr(TerminalOutput, "tell", close)

    result = _answer("nat-loss")

    assert result.exit_code == 1
    assert made.count("StopExperiment") == 1
    assert ": stopped" in result.stderr
    assert "error: the output was closed" in result.stderr
    del broken


@pytest.mark.usefixtures("terminal")
def test_experiment_that_may_have_been_started_is_named(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"StartExperiment": KeyboardInterrupt()})

    result = _answer("nat-loss")

    assert result.exit_code == 130
    assert "nat-loss may run: look with aws fis list-experiments" in result.stderr
    del broken


@pytest.mark.usefixtures("terminal")
def test_failed_stop_names_the_command(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers(
        {
            "GetExperiment": KeyboardInterrupt(),
            "StopExperiment": refusal("StopExperiment", "AccessDeniedException"),
        }
    )

    result = _answer("nat-loss")

    assert result.exit_code == 130
    assert "may still run" in result.stderr
    assert "aws fis stop-experiment --id EXP" in result.stderr.replace("\n", " ")
    del broken


@pytest.mark.usefixtures("terminal")
def test_throttled_look_is_shown_and_does_not_end_the_experiment(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    refusals = iter([None, refusal("DescribeServices", "ThrottlingException", "Rate exceeded")])

    def throttle(_: dict[str, Any]) -> None:
        if error := next(refusals, None):
            raise error

    made = aws_answers({"DescribeServices": throttle})

    document = _document("nat-loss")

    assert document["experiment"]["status"] == "completed"
    assert any(
        one.startswith("could not read the state, trying again: ") for one in document["messages"]
    )
    assert "StopExperiment" not in made
    del broken


@pytest.mark.usefixtures("terminal")
def test_denied_start_ends_the_command_with_nothing_to_stop(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    made = aws_answers({"StartExperiment": refusal("StartExperiment", "AccessDeniedException")})

    result = _answer("task-loss")

    assert result.exit_code == 1
    assert "StartExperiment" in result.stderr
    assert "StopExperiment" not in made
    del broken


@pytest.mark.usefixtures("terminal")
def test_unhealthy_stack_is_refused(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    _set(broken, _UNHEALTHY, "ALARM")
    made = aws_answers({})

    result = _answer("task-loss")

    assert result.exit_code == 3
    assert f"is not healthy: {_UNHEALTHY} is in ALARM; nothing was started" in result.stderr
    assert "StartExperiment" not in made


@pytest.mark.usefixtures("terminal")
def test_stack_with_an_alarm_without_data_is_refused(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    _set(broken, _UNHEALTHY, "INSUFFICIENT_DATA")
    made = aws_answers({})

    result = _answer("task-loss")

    assert result.exit_code == 3
    assert f"is not healthy: {_UNHEALTHY} is in INSUFFICIENT_DATA; nothing" in result.stderr
    assert "StartExperiment" not in made


@pytest.mark.usefixtures("terminal")
def test_experiment_without_a_measured_effect_says_so(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers(
        {
            "DescribeTargetHealth": _HEALTHY,
            "GetExperiment": _once(lambda: _set(broken, _UNHEALTHY, "ALARM")),
        }
    )

    last = _document("task-loss")["findings"][-1]

    assert last["answer"] == "no effect on tasks, targets or the cluster was measured"


@pytest.mark.usefixtures("terminal")
def test_wrong_confirmation_starts_nothing(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    made = aws_answers({})

    result = _answer("task-loss", typed="yes")

    assert result.exit_code == 2
    assert "does not match the suffix" in result.stderr
    assert "StartExperiment" not in made
    del broken


@pytest.mark.parametrize("more", [(), ("--yes",), ("--json", "--yes")])
def test_without_a_terminal_it_is_refused(
    broken: Commands, aws_answers: Callable[..., list[str]], more: tuple[str, ...]
) -> None:
    made = aws_answers({})

    result = broken.run(*_RUN, "task-loss", *more)

    assert result.exit_code == 3
    assert "task-loss was not started" in result.output
    assert "--yes is not enough" in result.output
    assert "StartExperiment" not in made


def test_unknown_experiment_names_those_of_the_stack(broken: Commands) -> None:
    result = broken.run(*_RUN, "fire")

    assert result.exit_code == 2
    assert "hint: use one of: nat-loss, task-loss, writer-failover, zone-loss" in result.stderr


def test_stack_without_experiments_hints_at_the_option(
    broken: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    def without_experiments(_: dict[str, Any]) -> Any:
        return {"StackResourceSummaries": []}

    aws_answers({"ListStackResources": without_experiments})

    result = broken.run(*_RUN, "task-loss")

    assert result.exit_code == 3
    assert "has no experiments; nothing was started" in result.stderr
    assert "hint: set game_day = true in an options file" in result.stderr


def test_alarms_and_game_day_exclude_each_other(broken: Commands) -> None:
    result = broken.run(*_RUN, "task-loss", "--alarms")

    assert result.exit_code == 2
    assert "--alarms and --game-day cannot be used together" in result.stderr


def _set(commands: Commands, name: str, state: str) -> None:
    commands.aws.client("cloudwatch", EAST).set_alarm_state(
        AlarmName=name, StateValue=state, StateReason="test"
    )


def _update(when: datetime, old: str, new: str) -> dict[str, Any]:
    return {
        "AlarmName": _UNHEALTHY,
        "Timestamp": when,
        "HistoryItemType": "StateUpdate",
        "HistorySummary": f"Alarm updated from {old} to {new}",
        "HistoryData": json.dumps(
            {"oldState": {"stateValue": old}, "newState": {"stateValue": new}}
        ),
    }


def _action(when: datetime, summary: str) -> dict[str, Any]:
    return {
        "AlarmName": _UNHEALTHY,
        "Timestamp": when,
        "HistoryItemType": "Action",
        "HistorySummary": summary,
    }


def _once(act: Callable[[], None]) -> Callable[[dict[str, Any]], None]:
    left = [act]

    def answer(_: dict[str, Any]) -> None:
        if left:
            left.pop()()

    return answer


def _answer(experiment: str, *more: str, typed: str = SUFFIX) -> Result:
    return CliRunner().invoke(main, arguments_of(*_RUN, experiment, *more), input=f"{typed}\n")


def _document(experiment: str) -> Any:
    return json.loads(_answer(experiment, "--json").stdout)
