from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient

ROOT = Path(__file__).parents[3]
START_MOTO = "from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
READY_WITHIN_SECONDS = 60
ENDED_WITHIN_SECONDS = 30


def trust(**principal: str) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True, kw_only=True)
class Api:
    """A CloudFormation endpoint, of ministack or moto."""

    url: str
    account: str

    def add_roles(self) -> None:
        """Create the roles that StackSets need."""
        iam = self.client("iam", "us-east-1")
        iam.create_role(
            RoleName="AWSCloudFormationStackSetAdministrationRole",
            AssumeRolePolicyDocument=trust(Service="cloudformation.amazonaws.com"),
        )
        iam.create_role(
            RoleName="AWSCloudFormationStackSetExecutionRole",
            AssumeRolePolicyDocument=trust(AWS=self.account),
        )

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - A client of any service.
        return _connect(self.url, self.account, service, region)

    def cloudformation(self, region: str = "us-east-1") -> CloudFormationClient:
        client: CloudFormationClient = self.client("cloudformation", region)
        return client

    def parameter(self, region: str, name: str) -> str | None:
        """Return the value of an SSM parameter in a region, or None."""
        ssm = self.client("ssm", region)
        found = ssm.get_parameters(Names=[name])["Parameters"]
        return str(found[0]["Value"]) if found else None

    def finish(self, operation_id: str) -> str:
        """Wait for an operation on the stack set payment and return its status."""
        self.wait_until(lambda: self._status(operation_id) in {"SUCCEEDED", "FAILED", "STOPPED"})
        return self._status(operation_id)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Poll until the condition is true; raises TimeoutError."""
        deadline = time.monotonic() + ENDED_WITHIN_SECONDS
        while not reached():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not reached within {ENDED_WITHIN_SECONDS} seconds")
            time.sleep(0.01)

    def results(self, operation_id: str) -> Mapping[str, str]:
        """Return the result of an operation in each region."""
        answer = self.cloudformation().list_stack_set_operation_results(
            StackSetName="payment", OperationId=operation_id
        )
        return {one.get("Region", ""): one.get("Status", "") for one in answer["Summaries"]}

    def _status(self, operation_id: str) -> str:
        answer = self.cloudformation().describe_stack_set_operation(
            StackSetName="payment", OperationId=operation_id
        )
        return answer["StackSetOperation"].get("Status", "")


@contextmanager
def serving(code: str, **environment: str) -> Generator[str]:
    """Run a server in its own process and yield its URL, before it accepts connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {name: value.format(port=port) for name, value in environment.items()}
    process = subprocess.Popen(
        [sys.executable, "-c", code.format(port=port)],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=READY_WITHIN_SECONDS)


def reset_moto(url: str) -> None:
    """Reset the state of moto."""
    request = urllib.request.Request(f"{url}/moto-api/reset", method="POST")  # noqa: S310 - a local server.
    urllib.request.urlopen(request).close()  # noqa: S310 - As above.


def moto_differs(reason: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark where moto differs from AWS; the test fails once it no longer does."""
    differs = pytest.mark.xfail(reason=f"moto: {reason}", strict=True)
    moto = pytest.param("moto", marks=[pytest.mark.faults, differs])
    servers: Sequence[object] = ["ministack", moto]
    return pytest.mark.parametrize("api", servers, indirect=True)


def wait_until_open(url: str) -> None:
    """Wait until a server accepts connections."""
    port = int(url.rpartition(":")[2])
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port} after {READY_WITHIN_SECONDS} seconds")


@cache
def _connect(url: str, account: str, service: str, region: str) -> Any:  # noqa: ANN401 - A client of any service.
    # boto3's stubs cover only the services with installed stubs.
    connect = cast("Callable[..., Any]", boto3.client)  # pyright: ignore[reportUnknownMemberType] # As above.
    return connect(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=account,
        aws_secret_access_key="test",  # noqa: S106 - a test value.
        config=Config(retries={"total_max_attempts": 1}),
    )
