"""The commands against moto, an independent implementation of StackSets."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, EXECUTION
from tests.rollout.running import EAST, WEST, Commands

# The server takes ten seconds to start: runs with the faults, outside the gate.
pytestmark = pytest.mark.faults

# Its list of instances has another stack ID at each call, and an instance that does not exist ends
# in an internal error: here a stack keeps its ID, and the instance is reported as missing.
_START = """
import functools
import moto.cloudformation.models as models
from moto.cloudformation.exceptions import StackInstanceNotFound
models.generate_stack_id = functools.cache(models.generate_stack_id)
describe = models.CloudFormationBackend.describe_stack_instance
def describe_stack_instance(self, stack_set_name, account_id, region):
    try:
        return describe(self, stack_set_name, account_id, region)
    except AttributeError:
        raise StackInstanceNotFound() from None
models.CloudFormationBackend.describe_stack_instance = describe_stack_instance
from moto.server import main
main(['-H', '127.0.0.1', '-p', '{port}'])
"""
_READY_SECONDS = 30


@pytest.fixture(scope="module")
def moto_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", _START.format(port=port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_open(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def moto(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Commands:
    # moto answers with an error page for a deleted instance, and botocore retries ten times.
    monkeypatch.setattr("botocore.endpoint.time", _Clock)
    aws = EmbeddedAws(endpoint_url=moto_url)
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    iam = aws.client("iam", EAST)
    account = aws.client("sts", EAST).get_caller_identity()["Account"]
    trusted = {
        ADMINISTRATION: {"Service": "cloudformation.amazonaws.com"},
        EXECUTION: {"AWS": f"arn:aws:iam::{account}:role/{ADMINISTRATION}"},
    }
    for role, principal in trusted.items():
        if role not in {one["RoleName"] for one in iam.list_roles()["Roles"]}:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=_trust(principal))
    return Commands(aws=aws)


def _trust(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_rollout_and_destroy_end_alike_on_moto(moto: Commands) -> None:
    created = moto.document("rollout", "--yes", "--skip-preflight")
    again = moto.document("rollout", "--yes", "--skip-preflight")
    greetings = (moto.greeting(EAST), moto.greeting(WEST))
    destroyed = moto.document("destroy", "--confirm", "dev-001")

    assert created["exit_code"] == 0, created
    assert {one["region"] for one in created["instances"]} == {EAST, WEST}
    assert again["operations"] == []
    assert greetings == ("first", "first")
    assert destroyed["exit_code"] == 0, destroyed["error"]
    assert moto.document("status")["stack_set"] is False


class _Clock:
    @staticmethod
    def sleep(_seconds: float) -> None:
        """Do not wait."""


def _wait_until_open(port: int) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")
