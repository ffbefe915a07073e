"""Runs modules in processes that are forked from one that has already read what they need.

A command takes longer to import boto3 and to read AWS's APIs than to do its work. The process that
is forked has done nothing else, so each of them starts as a new process does. Not the fork server
of multiprocessing: it imports the main module of its parent, which would run the rehearsal again.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

import botocore.session
from botocore.loaders import create_loader

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

IMPORTED = (
    "boto3",
    *(
        f"payment_templates.commands.{name}"
        for name in (
            *("deploy", "destroy", "drift", "preflight"),
            *("region_move", "rollout", "status", "verify"),
        )
    ),
)
# Their APIs take longest to read: 5 to 80 ms each.
_SERVICES = (
    *("accessanalyzer", "backup", "cloudformation", "cloudwatch", "ec2", "ecr", "ecs", "elbv2"),
    *("events", "iam", "kms", "logs", "rds", "route53", "s3", "sns", "ssm", "sts", "wafv2"),
)
_PROGRAM = f"import sys; from {__name__} import serve; serve(int(sys.argv[1]))"
_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2
_MOST_FILES = 8
_READ_BYTES = 65536


@dataclass(frozen=True, kw_only=True)
class Forks:
    """The process that is forked, reached by a pair of sockets."""

    channel: socket.socket

    def run(
        self,
        module: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        files: Sequence[IO[bytes]] = (),
        output: IO[bytes] | None = None,
    ) -> int:
        """Run a module that never outlives this process, and return its exit code.

        The arguments may name `files` by their path in /dev/fd; `output` is its standard output.
        """
        sys.stdout.flush()
        numbers = [file.fileno() for file in files]
        request = {
            "module": module,
            "arguments": [*arguments],
            "environment": {**environment},
            "files": numbers,
        }
        # Only this process holds the other end, so that even kill -9 closes it.
        ends, held = os.pipe()
        try:
            shown = (output or sys.stdout).fileno()
            shared = [ends, shown, sys.stderr.fileno(), *numbers]
            socket.send_fds(self.channel, [json.dumps(request).encode() + b"\n"], shared)
            answer = self.channel.recv(_READ_BYTES)
        except ConnectionError:
            answer = b""
        finally:
            os.close(ends)
            os.close(held)
        # No answer: the process has ended, and printed why.
        return int(answer) if answer else 1


@contextmanager
def forks() -> Generator[Forks, None, None]:
    """Start the process that is forked, without waiting for its imports."""
    channel, other = socket.socketpair()
    with (
        channel,
        subprocess.Popen(  # noqa: S603 - this Python and this module
            [sys.executable, "-c", _PROGRAM, str(other.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[other.fileno()],
        ) as process,
    ):
        other.close()
        try:
            yield Forks(channel=channel)
        finally:
            process.kill()


def serve(channel_number: int) -> None:
    """Fork for each request until the other process ends; the forked process runs the module."""
    # Ctrl-C is for the modules.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in IMPORTED:
        import_module(name)
    _read_apis()
    with socket.socket(fileno=channel_number) as channel:
        while True:
            request, received = _receive(channel)
            if not request:
                return
            child = os.fork()
            if not child:
                break
            for number in received:
                os.close(number)
            _, status = os.waitpid(child, 0)
            channel.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    # The end of this function, or an exception, ends the forked process as it ends any other.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _run(json.loads(request), received)


def _read_apis() -> None:
    """Read AWS's APIs for every session: botocore would read them again for each."""
    # Each session calls it, and there is no public place for a loader of all sessions.
    botocore.session.create_loader = cache(create_loader)
    loader = botocore.session.create_loader(None)
    for service in _SERVICES:
        for kind in ("service-2", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)
    loader.load_data("endpoints")


def _receive(channel: socket.socket) -> tuple[bytes, list[int]]:
    request, received, _, _ = socket.recv_fds(channel, _READ_BYTES, _MOST_FILES)
    while request and not request.endswith(b"\n"):
        more = channel.recv(_READ_BYTES)
        if not more:
            return b"", received
        request += more
    return request, received


def _run(request: dict[str, Any], received: list[int]) -> None:
    ends, output, errors, *files = received
    Thread(target=lambda: os.read(ends, 1) or os._exit(1), daemon=True).start()
    os.dup2(output, _STANDARD_OUTPUT)
    os.dup2(errors, _STANDARD_ERROR)
    paths = {
        f"/dev/fd/{there}": f"/dev/fd/{here}"
        for there, here in zip(request["files"], files, strict=True)
    }
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = [
        request["module"],
        *(paths.get(argument, argument) for argument in request["arguments"]),
    ]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
