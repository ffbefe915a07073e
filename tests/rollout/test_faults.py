"""The same final state as without faults, for every command, wherever the fault strikes."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.faults import (
    Fault,
    Weather,
    break_connections,
    changes_something,
    run_until_killed,
)
from tests.rollout.running import EAST, NAME, OPEN, SUFFIX, WEST, Commands, arguments_of

# They take a minute: `make faults` runs them, and so does the workflow, beside the gate.
pytestmark = pytest.mark.faults

_ACCOUNTS = count(400000000000)
_SURVIVABLE = [
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
    Fault.PAGE,
    Fault.RESET,
    Fault.TIMEOUT,
    Fault.LOST_ANSWER,
]
# What brings the account to where a command begins, and the command; each changes something.
_CASES: dict[str, tuple[Sequence[Sequence[str]], Sequence[str]]] = {
    "create": ([], ["deploy", "--yes"]),
    "update": ([["deploy", "--yes"]], ["deploy", "--yes", "--parameter", "Message=second"]),
    "rollout": ([], ["rollout", "--yes", "--create-roles"]),
    "rollout of another value": (
        [["rollout", "--yes", "--create-roles"]],
        ["rollout", "--yes", "--parameter", "Message=second"],
    ),
    "import": (
        [["deploy", "--yes", "--template", str(OPEN)]],
        ["rollout", "--yes", "--create-roles", "--import", "--template", str(OPEN)],
    ),
    "status": ([["deploy", "--yes"]], ["status"]),
    "drift": ([["rollout", "--yes", "--create-roles"]], ["drift"]),
    "preflight": ([], ["preflight", "--without-roles"]),
    "destroy": (
        [["deploy", "--yes"], ["rollout", "--yes", "--create-roles"]],
        ["destroy", "--confirm", SUFFIX],
    ),
}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore not wait between its attempts."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=_not_at_all))


def _not_at_all(_seconds: float) -> None:
    return


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("case", _CASES)
# The embedded AWS is shared, but each example has an account of its own.
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_faults_change_nothing_of_the_final_state(
    running_aws: EmbeddedAws, calm_ends: dict[str, "End"], case: str, data: st.DataObject
) -> None:
    calm = _calm_end(case, running_aws, calm_ends)
    places = st.integers(min_value=0, max_value=len(calm.calls) - 1)
    faults = st.sampled_from(_SURVIVABLE)
    strikes = data.draw(st.dictionaries(places, faults, min_size=1, max_size=5))

    stormy = _end_of(case, running_aws, Weather(strikes=strikes))

    assert stormy.state == calm.state


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("case", [name for name in _CASES if name not in {"status", "preflight"}])
def test_lost_answer_to_any_call_changes_nothing(
    running_aws: EmbeddedAws, calm_ends: dict[str, "End"], case: str
) -> None:
    calm = _calm_end(case, running_aws, calm_ends)
    for number, call in enumerate(calm.changing):
        weather = Weather(strikes_at_changes={number: Fault.LOST_ANSWER})
        stormy = _end_of(case, running_aws, weather)
        assert stormy.state == calm.state, f"lost the answer to {call}"


@pytest.mark.parametrize("fault", [Fault.KILLED_BEFORE, Fault.KILLED_AFTER])
@pytest.mark.parametrize("case", ["create", "update", "rollout", "import", "destroy"])
def test_killed_around_any_change_the_same_command_ends_it(
    running_aws: EmbeddedAws, calm_ends: dict[str, "End"], case: str, fault: Fault
) -> None:
    calm = _calm_end(case, running_aws, calm_ends)

    # Between two changes it makes no difference when: nothing is kept outside AWS.
    for number, call in enumerate(calm.changing):
        state = _state_after_kill(case, running_aws, Weather(strikes_at_changes={number: fault}))
        assert state == calm.state, f"killed at {call}"


@dataclass(frozen=True, kw_only=True)
class End:
    """What AWS holds at the end, and which calls the command made."""

    state: dict[str, Any]
    calls: tuple[str, ...]

    @property
    def changing(self) -> tuple[str, ...]:
        return tuple(filter(changes_something, self.calls))


@pytest.fixture(scope="module")
def calm_ends() -> dict[str, End]:
    """The ends without faults, filled as they are needed."""
    return {}


def _calm_end(case: str, running_aws: EmbeddedAws, ends: dict[str, End]) -> End:
    if case not in ends:
        ends[case] = _end_of(case, running_aws, Weather())
    return ends[case]


def _end_of(case: str, running_aws: EmbeddedAws, weather: Weather) -> End:
    with pytest.MonkeyPatch.context() as monkeypatch:
        commands = _prepared(case, running_aws, monkeypatch)
        break_connections(monkeypatch, weather)
        result = commands.run(*_CASES[case][1])
        assert result.exit_code == 0, result.output
        return End(state=_state(commands), calls=tuple(weather.calls))


def _state_after_kill(case: str, running_aws: EmbeddedAws, weather: Weather) -> dict[str, Any]:
    command = _CASES[case][1]
    with pytest.MonkeyPatch.context() as monkeypatch:
        commands = _prepared(case, running_aws, monkeypatch)
        killed = run_until_killed(monkeypatch, weather, arguments_of(*command))
        assert killed
        result = commands.run(*command)
        assert result.exit_code == 0, result.output
        return _state(commands)


def _prepared(case: str, running_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Commands:
    aws = replace(running_aws, account=str(next(_ACCOUNTS)))
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    commands = Commands(aws=aws)
    for earlier in _CASES[case][0]:
        assert commands.run(*earlier).exit_code == 0
    return commands


def _state(commands: Commands) -> dict[str, Any]:
    """What AWS holds, and how often it was asked to do something."""
    return {
        "stacks": [_stack(commands, region) for region in (EAST, WEST)],
        "greetings": [commands.greeting(region) for region in (EAST, WEST)],
        **_stack_set(commands),
    }


def _stack(commands: Commands, region: str) -> Any:
    shown = commands.stack(region)
    if shown is None:
        return None
    client = commands.aws.client("cloudformation", region)
    events = client.describe_stack_events(StackName=shown["StackId"])["StackEvents"]
    begun = [
        event["ResourceStatus"]
        for event in events
        if event["PhysicalResourceId"] == shown["StackId"]
    ]
    return shown["StackStatus"], begun


def _stack_set(commands: Commands) -> dict[str, Any]:
    client = commands.aws.client("cloudformation", EAST)
    try:
        instances = client.list_stack_instances(StackSetName=NAME)["Summaries"]
        operations = client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
    except client.exceptions.ClientError:
        return {"instances": None, "operations": None}
    return {
        "instances": sorted((one["Region"], one["Status"]) for one in instances),
        "operations": [(one["Action"], one["Status"]) for one in operations],
    }
