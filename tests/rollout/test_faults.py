"""Every command reaches the same final state with faults as without."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.faults import (
    UNREADABLE,
    Fault,
    FaultPlan,
    break_connections,
    changes_something,
    run_until_killed,
)
from tests.rollout.running import EAST, NAME, OPEN, SUFFIX, WEST, Commands, arguments_of

# They take a minute: `make faults` and the workflow run them, outside the gate.
pytestmark = pytest.mark.faults

_ACCOUNTS = count(400000000000)
# More calls than any command makes.
_ENDLESS = 9999
_SURVIVABLE = [
    Fault.THROTTLED,
    Fault.SERVER_ERROR,
    Fault.PAGE,
    Fault.RESET,
    Fault.TIMEOUT,
    Fault.LOST_RESPONSE,
    *UNREADABLE,
]
# The commands that prepare the account, and the command under test; each changes something.
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
def no_retry_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove botocore's pauses between attempts."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=_do_not_sleep))


def _do_not_sleep(_seconds: float) -> None:
    return


@pytest.mark.usefixtures("no_retry_pauses")
@pytest.mark.parametrize("case", _CASES)
# The embedded AWS is shared, but each example has its own account.
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_faults_change_nothing_of_the_final_state(
    running_aws: EmbeddedAws,
    expected_states: dict[str, "FinalState"],
    case: str,
    data: st.DataObject,
) -> None:
    expected = _expected_state(case, running_aws, expected_states)
    calls = st.integers(min_value=0, max_value=len(expected.calls) - 1)
    survivable = st.sampled_from(_SURVIVABLE)
    faults = data.draw(st.dictionaries(calls, survivable, min_size=1, max_size=5))

    actual = _final_state(case, running_aws, FaultPlan(faults=faults))

    assert actual.state == expected.state


@pytest.mark.usefixtures("no_retry_pauses")
@pytest.mark.parametrize("case", [name for name in _CASES if name not in {"status", "preflight"}])
def test_lost_response_to_any_call_changes_nothing(
    running_aws: EmbeddedAws, expected_states: dict[str, "FinalState"], case: str
) -> None:
    expected = _expected_state(case, running_aws, expected_states)
    for number, call in enumerate(expected.changing):
        plan = FaultPlan(faults_at_changes={number: Fault.LOST_RESPONSE})
        actual = _final_state(case, running_aws, plan)
        assert actual.state == expected.state, f"lost the response to {call}"


@pytest.mark.usefixtures("no_retry_pauses")
@pytest.mark.parametrize("fault", UNREADABLE, ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("case", _CASES)
def test_unreadable_response_to_any_call_changes_nothing(
    running_aws: EmbeddedAws, expected_states: dict[str, "FinalState"], case: str, fault: Fault
) -> None:
    expected = _expected_state(case, running_aws, expected_states)

    # Every second attempt: the first one of each call.
    plan = FaultPlan(faults=dict.fromkeys(range(0, _ENDLESS, 2), fault))
    actual = _final_state(case, running_aws, plan)

    assert actual.state == expected.state


@pytest.mark.usefixtures("no_retry_pauses")
@pytest.mark.parametrize("case", _CASES)
def test_unreadable_responses_from_any_call_on_end_with_one_line(
    running_aws: EmbeddedAws,
    expected_states: dict[str, "FinalState"],
    monkeypatch: pytest.MonkeyPatch,
    case: str,
) -> None:
    expected = _expected_state(case, running_aws, expected_states)
    # As final as ten, and five times as fast.
    monkeypatch.setattr("payment_templates.rollout.connection.session.ATTEMPTS", 2)

    for number, call in enumerate(expected.calls):
        plan = FaultPlan(faults=dict.fromkeys(range(number, _ENDLESS), Fault.PORTAL))
        state = _state_after_stop(case, running_aws, plan, exit_codes={0, 1})
        assert state == _without_detections(expected.state), f"unreadable from {call} on"


@pytest.mark.parametrize("case", _CASES)
def test_signal_at_any_call_ends_with_the_document(
    running_aws: EmbeddedAws, expected_states: dict[str, "FinalState"], case: str
) -> None:
    expected = _expected_state(case, running_aws, expected_states)

    for number, call in enumerate(expected.calls):
        plan = FaultPlan(faults={number: Fault.TERMINATED})
        state = _state_after_stop(case, running_aws, plan, exit_codes={130})
        assert state == _without_detections(expected.state), f"a signal at {call}"


@pytest.mark.parametrize("fault", [Fault.KILLED_BEFORE, Fault.KILLED_AFTER])
@pytest.mark.parametrize("case", ["create", "update", "rollout", "import", "destroy"])
def test_killed_command_is_completed_by_running_it_again(
    running_aws: EmbeddedAws, expected_states: dict[str, "FinalState"], case: str, fault: Fault
) -> None:
    expected = _expected_state(case, running_aws, expected_states)

    # The moment between two changes does not matter: all state is in AWS.
    for number, call in enumerate(expected.changing):
        state = _state_after_kill(case, running_aws, FaultPlan(faults_at_changes={number: fault}))
        assert state == expected.state, f"killed at {call}"


@dataclass(frozen=True, kw_only=True)
class FinalState:
    """The final state of AWS and the calls of the command."""

    state: dict[str, Any]
    calls: tuple[str, ...]

    @property
    def changing(self) -> tuple[str, ...]:
        return tuple(filter(changes_something, self.calls))


@pytest.fixture(scope="module")
def expected_states() -> dict[str, FinalState]:
    """The final states without faults, computed on first use."""
    return {}


def _expected_state(
    case: str, running_aws: EmbeddedAws, states: dict[str, FinalState]
) -> FinalState:
    if case not in states:
        states[case] = _final_state(case, running_aws, FaultPlan())
    return states[case]


def _final_state(case: str, running_aws: EmbeddedAws, plan: FaultPlan) -> FinalState:
    with pytest.MonkeyPatch.context() as monkeypatch:
        commands = _prepared(case, running_aws, monkeypatch)
        break_connections(monkeypatch, plan)
        result = commands.run(*_CASES[case][1])
        assert result.exit_code == 0, result.output
        return FinalState(state=_state(commands), calls=tuple(plan.calls))


def _state_after_kill(case: str, running_aws: EmbeddedAws, plan: FaultPlan) -> dict[str, Any]:
    command = _CASES[case][1]
    with pytest.MonkeyPatch.context() as monkeypatch:
        commands = _prepared(case, running_aws, monkeypatch)
        killed = run_until_killed(monkeypatch, plan, arguments_of(*command))
        assert killed
        result = commands.run(*command)
        assert result.exit_code == 0, result.output
        return _state(commands)


def _state_after_stop(
    case: str, running_aws: EmbeddedAws, plan: FaultPlan, exit_codes: Collection[int]
) -> dict[str, Any]:
    """Run a command that a fault stops, check its document, and run it again."""
    command = _CASES[case][1]
    with pytest.MonkeyPatch.context() as monkeypatch:
        commands = _prepared(case, running_aws, monkeypatch)
        with monkeypatch.context() as bad:
            break_connections(bad, plan)
            document = commands.document(*command)
        # The number of polls differs from run to run: the last call may not be reached.
        reached = len(plan.calls) > min(plan.faults)
        assert document["exit_code"] in (exit_codes if reached else {0}), document
        assert "Traceback" not in str(document)
        result = commands.run(*command)
        assert result.exit_code == 0, result.output
        return _without_detections(_state(commands))


def _without_detections(state: dict[str, Any]) -> dict[str, Any]:
    # A detection of drift changes nothing; a second run makes another one.
    if state["operations"] is None:
        return state
    kept = [one for one in state["operations"] if one[0] != "DETECT_DRIFT"]
    return {**state, "operations": kept}


def _prepared(case: str, running_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Commands:
    aws = replace(running_aws, account=str(next(_ACCOUNTS)))
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    commands = Commands(aws=aws)
    for earlier in _CASES[case][0]:
        assert commands.run(*earlier).exit_code == 0
    return commands


def _state(commands: Commands) -> dict[str, Any]:
    """The state of AWS and the number of operations."""
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
    started = [
        event["ResourceStatus"]
        for event in events
        if event["PhysicalResourceId"] == shown["StackId"]
    ]
    return shown["StackStatus"], started


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
