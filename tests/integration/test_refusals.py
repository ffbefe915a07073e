"""Wrong settings are reported in one line; these tests need no stack."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.integration.refusals import UnusableStackError, rejection, require_testable
from tests.integration.services import Services
from tests.integration.stack import find_stack

if TYPE_CHECKING:
    from tests.integration.services import Json

# Nothing listens on this port.
UNREACHABLE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_MAX_ATTEMPTS": "1",
}
ONE_FILE = Path(__file__).with_name("test_stack.py")
GIVEN = {"STACK_NAME": "pay", "ENVIRONMENT_SUFFIX": "dev-001", "AWS_REGION": "us-east-1"}


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"STACK_NAME": ""}, "STACK_NAME is not set: "),
        ({"ENVIRONMENT_SUFFIX": ""}, "ENVIRONMENT_SUFFIX is not set: "),
        ({"STACK_PROFILE": "gold"}, "STACK_PROFILE=gold: use one of standard, production"),
        ({"AWS_REGION": "US EAST"}, "AWS_REGION=US EAST: .* Set a region, such as us-east-1"),
        ({"AWS_REGION": "eu-wset-1"}, r"AWS_REGION=eu-wset-1: .* AWS_REGION \(eu-west-1, "),
        ({}, r"STACK_NAME=pay .* Could not connect .* AWS_ENDPOINT_URL and the network"),
    ],
    ids=["no name", "no suffix", "no such profile", "no region", "misspelt region", "no endpoint"],
)
def test_wrong_environment_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], line: str
) -> None:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for variable, value in UNREACHABLE.items():
        monkeypatch.setenv(variable, value)

    with pytest.raises(UnusableStackError, match=f"^.*{line}.*$"):
        find_stack({**GIVEN, **given})


@pytest.mark.parametrize(
    ("code", "message", "line"),
    [
        ("ExpiredToken", "The token has expired.", "AWS rejects these credentials: .* Log in, or"),
        ("AccessDenied", "Not authorized.", "The required policy is .*policy.json"),
    ],
    ids=["expired", "not granted"],
)
def test_rejection_by_aws_is_reported_with_its_remedy(code: str, message: str, line: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")

    reported = rejection("STACK_NAME=pay", error, Services(session=None))

    assert re.fullmatch(rf"STACK_NAME=pay: .*{line}.*", reported)


@pytest.mark.parametrize(
    ("status", "parameters", "line"),
    [
        ("ROLLBACK_COMPLETE", {"EnvironmentSuffix": "a"}, "pay is ROLLBACK_COMPLETE: it must be"),
        ("CREATE_IN_PROGRESS", {"EnvironmentSuffix": "a"}, "pay is CREATE_IN_PROGRESS: it must be"),
        ("CREATE_COMPLETE", {}, "pay is not a payment stack"),
        ("CREATE_COMPLETE", {"EnvironmentSuffix": "b"}, "set ENVIRONMENT_SUFFIX=b"),
    ],
    ids=["failed", "not ready", "another kind", "another suffix"],
)
def test_unusable_stack_is_reported_in_one_line(status: str, parameters: Json, line: str) -> None:
    description: Json = {"StackStatus": status}

    with pytest.raises(UnusableStackError, match=line):
        require_testable("pay", description, parameters, suffix="a")


def test_wrong_stack_ends_the_run_before_any_test() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE_FILE],
        env={**os.environ, **UNREACHABLE, **GIVEN},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no tests ran" in run.stdout
    assert "STACK_NAME=pay" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
