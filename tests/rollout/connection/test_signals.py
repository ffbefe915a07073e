"""SIGTERM and SIGHUP end a command as Ctrl-C does: with one line, or with the whole document."""

import json
import os
import signal
import subprocess
import sys

import pytest

from payment_templates.commands import status
from payment_templates.commands.output.json_documents import JSON_KEYS
from tests.rollout.faults import Fault, FaultPlan, break_connections
from tests.rollout.running import EAST, Commands, arguments_of

_IN_EAST = ["--region", EAST]
_GIVEN = {
    "deploy": [*_IN_EAST, "--yes"],
    "rollout": [*_IN_EAST, "--yes"],
    "destroy": [*_IN_EAST, "--confirm", "dev-001"],
    "switchover": ["--to", EAST, "--yes"],
    "failover": ["--to", EAST, "--allow-data-loss", "--yes"],
}


@pytest.mark.parametrize("command", JSON_KEYS)
@pytest.mark.parametrize("fault", [Fault.TERMINATED, Fault.INTERRUPTED])
def test_signal_ends_with_the_document(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, command: str, fault: Fault
) -> None:
    former = signal.getsignal(signal.SIGTERM)
    break_connections(monkeypatch, FaultPlan(faults={0: fault}))

    document = commands.document(command, *_GIVEN.get(command, _IN_EAST))

    assert document["exit_code"] == 130
    # Only what changes something on AWS may leave an operation running.
    changes = command not in {"drift", "preflight", "status", "verify"}
    assert document["error"].startswith("interrupted")
    assert ("running operations continue on AWS" in document["error"]) is changes
    assert {*document} == {"version", "exit_code", "error", "messages", *JSON_KEYS[command]}
    assert signal.getsignal(signal.SIGTERM) is former


@pytest.mark.parametrize("fault", [Fault.TERMINATED, Fault.INTERRUPTED])
def test_status_says_what_it_knew_before_the_signal(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    commands.deploy()
    break_connections(monkeypatch, FaultPlan(faults_at_first={"DescribeStackSet": fault}))

    document = commands.document("status", "--region", EAST)

    assert document["exit_code"] == 130
    assert [one["stack_id"] for one in document["stacks"]] == [commands.stack()["StackId"]]
    assert document["stack_sets"] is None


def test_status_says_which_sets_it_knew_before_the_signal(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    commands.rollout("--region", EAST)
    monkeypatch.setattr(status, "stacks_of_unseen_sets", interrupt)

    document = commands.document("status", "--region", EAST)

    (instance,) = document["instances"]
    assert document["exit_code"] == 130
    assert instance["stack_id"].startswith("arn:")
    assert (instance["termination_protection"], document["alerts"]) == (False, None)


def test_status_says_what_it_knew_before_an_error(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()
    break_connections(monkeypatch, FaultPlan(faults_at_first={"DescribeStackSet": Fault.EXPIRED}))

    document = commands.document("status", "--region", EAST)

    assert document["exit_code"] == 2
    assert [one["stack_id"] for one in document["stacks"]] == [commands.stack()["StackId"]]


def test_signal_without_json_ends_with_one_line(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_connections(monkeypatch, FaultPlan(faults={0: Fault.TERMINATED}))

    result = commands.run("status", "--region", EAST)

    assert result.exit_code == 130
    assert result.stderr.splitlines()[0] == "error: interrupted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
def test_signal_while_the_command_is_loaded_ends_with_the_document(
    commands: Commands, number: signal.Signals
) -> None:
    # The first import of boto3 sends the signal.
    code = f"""
import os, sys
class Sender:
    def find_spec(self, name, *_):
        if name == "boto3":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), {int(number)})
sys.meta_path.insert(0, Sender())
from payment_templates.cli import main
main({arguments_of("status", "--json")!r})
"""

    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | commands.aws.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 130
    assert json.loads(run.stdout)["error"] == "interrupted"
    assert run.stderr == ""
