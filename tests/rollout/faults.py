"""A layer of faults between the commands and AWS: what the network and AWS do on a bad day."""

# ruff: noqa: ANN401 - botocore's requests and answers carry no annotations.

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from payment_templates.cli import main
from payment_templates.commands import command_runner
from payment_templates.rollout.connection import connect

_THROTTLED = b"""<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>
<Message>Rate exceeded</Message></Error><RequestId>x</RequestId></ErrorResponse>"""

_EXPIRED = b"""<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>
<Message>The security token included in the request is expired</Message></Error>
<RequestId>x</RequestId></ErrorResponse>"""


class Fault(Enum):
    """What happens to one call."""

    THROTTLED = auto()
    SERVER_ERROR = auto()
    # A proxy's page instead of AWS's answer.
    PAGE = auto()
    RESET = auto()
    TIMEOUT = auto()
    # AWS did what it was asked, and no one hears of it.
    LOST_ANSWER = auto()
    # Ctrl-C.
    INTERRUPTED = auto()
    EXPIRED = auto()
    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()


@dataclass(kw_only=True)
class Weather:
    """Which calls a fault strikes, counted from 0; mutable, since it counts."""

    strikes: Mapping[int, Fault] = field(default_factory=dict[int, Fault])
    # The same, counted over the calls that change something: how often a command looks in between
    # differs from run to run.
    strikes_at_changes: Mapping[int, Fault] = field(default_factory=dict[int, Fault])
    # Right after AWS took one of these, the process is killed.
    kill_after_calls: frozenset[str] = frozenset()
    calls: list[str] = field(default_factory=list[str])

    def strike(self, *, request: Any, event_name: str, **_: object) -> AWSResponse | None:
        """Let a call through, or not."""
        number = len(self.calls)
        call = event_name.rpartition(".")[2]
        self.calls.append(call)
        fault = Fault.KILLED_AFTER if call in self.kill_after_calls else self.strikes.get(number)
        if changes_something(call):
            change = sum(map(changes_something, self.calls)) - 1
            fault = fault or self.strikes_at_changes.get(change)
        return _strike(fault, request)


def changes_something(call: str) -> bool:
    """Say whether a call does more than look."""
    return not call.startswith(("Describe", "List", "Get", "Detect"))


def break_connections(monkeypatch: pytest.MonkeyPatch, weather: Weather) -> None:
    """Put the layer into every session that a command makes from now on."""

    def connect_badly(profile: str | None, tell: Callable[[str], None]) -> Any:
        session = connect(profile, tell)
        # Its stub knows only handlers that answer nothing.
        strike: Any = weather.strike
        session.events.register("before-send", strike)
        return session

    monkeypatch.setattr(command_runner, "connect", connect_badly)


def run_until_killed(
    monkeypatch: pytest.MonkeyPatch, weather: Weather, arguments: Sequence[str]
) -> bool:
    """Give a command in a process of its own; says whether a fault killed it."""
    child = os.fork()
    if child == 0:
        try:
            break_connections(monkeypatch, weather)
            main([*arguments])
        finally:
            # A command that ended by itself must not go on as a second run of the tests.
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _strike(fault: Fault | None, request: Any) -> AWSResponse | None:
    if fault is None:
        return None
    if fault is Fault.KILLED_BEFORE:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault in {Fault.LOST_ANSWER, Fault.KILLED_AFTER}:
        URLLib3Session().send(request)
    if fault is Fault.KILLED_AFTER:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault in {Fault.LOST_ANSWER, Fault.RESET}:
        raise ConnectionClosedError(endpoint_url=request.url)
    if fault is Fault.INTERRUPTED:
        raise KeyboardInterrupt
    if fault is Fault.EXPIRED:
        return _answer(request, 403, _EXPIRED)
    if fault is Fault.TIMEOUT:
        raise ReadTimeoutError(endpoint_url=request.url)
    if fault is Fault.THROTTLED:
        return _throttled(request)
    return _answer(request, 503, b"<!doctype html><html>" if fault is Fault.PAGE else b"")


def _throttled(request: Any) -> AWSResponse:
    # In the protocol of the service that was asked: botocore retries only what it can read.
    kind = str(request.headers.get("Content-Type", ""))
    if "x-amz-json" in kind:
        return _answer(request, 400, b'{"__type": "ThrottlingException"}')
    # Those that speak CBOR tell of too much by the status too.
    return _answer(request, 503, b"") if "cbor" in kind else _answer(request, 400, _THROTTLED)


def _answer(request: Any, status: int, body: bytes) -> AWSResponse:
    # Its stub wants urllib3's headers, and any mapping does.
    headers: Any = {}
    return AWSResponse(request.url, status, headers, _Body(content=body))


@dataclass(frozen=True, kw_only=True)
class _Body:
    content: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.content
