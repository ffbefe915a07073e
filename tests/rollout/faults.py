"""Injects faults between the commands and AWS: network errors, throttling, kills."""

# ruff: noqa: ANN401 - botocore's requests and responses have no annotations.

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

_DENIED = b"""<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>
<Message>User: me is not authorized to perform this</Message></Error>
<RequestId>x</RequestId></ErrorResponse>"""


class Fault(Enum):
    """The fault of one call."""

    THROTTLED = auto()
    SERVER_ERROR = auto()
    # An HTML page of a proxy instead of AWS's response, with the status of a failure.
    PAGE = auto()
    # The page of a captive portal, with the status of success.
    PORTAL = auto()
    EMPTY = auto()
    # The first half of AWS's response. AWS executes the call.
    TRUNCATED = auto()
    # Neither XML nor JSON nor CBOR.
    GARBAGE = auto()
    RESET = auto()
    TIMEOUT = auto()
    # AWS executes the call, but the response is lost.
    LOST_RESPONSE = auto()
    # Ctrl-C.
    INTERRUPTED = auto()
    # SIGTERM, as from the end of a CI job.
    TERMINATED = auto()
    EXPIRED = auto()
    DENIED = auto()
    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()


# Responses with the status of success that are not AWS's, and their bodies.
UNREADABLE: Mapping[Fault, bytes] = {
    Fault.PORTAL: b"<!DOCTYPE html><html><head><title>Welcome</title></head></html>",
    Fault.EMPTY: b"",
    Fault.TRUNCATED: b"",
    Fault.GARBAGE: b"\x00\xff not from AWS",
}
# AWS executes the call.
_EXECUTED = frozenset({Fault.LOST_RESPONSE, Fault.KILLED_AFTER, Fault.TRUNCATED})


@dataclass(kw_only=True)
class FaultPlan:
    """Which calls get a fault, counted from 0; mutable, since it counts."""

    faults: Mapping[int, Fault] = field(default_factory=dict[int, Fault])
    # The same, counting only calls that change something: the number of reads differs from run to
    # run.
    faults_at_changes: Mapping[int, Fault] = field(default_factory=dict[int, Fault])
    # The process is killed right after AWS has executed one of these.
    kill_after_calls: frozenset[str] = frozenset()
    # At the first call of these names.
    faults_at_first: Mapping[str, Fault] = field(default_factory=dict[str, Fault])
    # At every call of these names.
    faults_at_every: Mapping[str, Fault] = field(default_factory=dict[str, Fault])
    # At every call after the first ones.
    then: Fault | None = None
    calls: list[str] = field(default_factory=list[str])

    def handle(self, *, request: Any, event_name: str, **_: object) -> AWSResponse | None:
        """Handle a call: pass it on, or inject a fault."""
        number = len(self.calls)
        call = event_name.rpartition(".")[2]
        self.calls.append(call)
        fault = Fault.KILLED_AFTER if call in self.kill_after_calls else self.faults.get(number)
        fault = fault or self.faults_at_every.get(call) or self._fault_of_first(call)
        if changes_something(call):
            change = sum(map(changes_something, self.calls)) - 1
            fault = fault or self.faults_at_changes.get(change)
        return _inject(fault, request)

    def _fault_of_first(self, call: str) -> Fault | None:
        former = self.calls[:-1]
        if self.then is not None and any(one in former for one in self.faults_at_first):
            return self.then
        return None if call in former else self.faults_at_first.get(call)


def changes_something(call: str) -> bool:
    """Return whether a call changes something."""
    return not call.startswith(("Describe", "List", "Get", "Detect"))


def break_connections(monkeypatch: pytest.MonkeyPatch, plan: FaultPlan) -> None:
    """Inject the faults into every session that a command creates from now on."""

    def connect_with_faults(profile: str | None, tell: Callable[[str], None]) -> Any:
        session = connect(profile, tell)
        # The stub accepts only handlers that return nothing.
        handle: Any = plan.handle
        session.events.register("before-send", handle)
        return session

    monkeypatch.setattr(command_runner, "connect", connect_with_faults)


def run_until_killed(
    monkeypatch: pytest.MonkeyPatch, plan: FaultPlan, arguments: Sequence[str]
) -> bool:
    """Run a command in its own process; returns whether a fault killed it."""
    child = os.fork()
    if child == 0:
        try:
            break_connections(monkeypatch, plan)
            main([*arguments])
        finally:
            # A command that ends normally must not continue as a second test run.
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def answer(request: Any, status: int, body: bytes) -> AWSResponse:
    """Return an HTTP response, as a handler of before-send does in the place of AWS."""
    # The stub requires urllib3's headers, but any mapping works.
    headers: Any = {}
    return AWSResponse(request.url, status, headers, _Body(content=body))


def _inject(fault: Fault | None, request: Any) -> AWSResponse | None:
    if fault is None:
        return None
    if fault is Fault.KILLED_BEFORE:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault is Fault.TERMINATED:
        os.kill(os.getpid(), signal.SIGTERM)
    executed = URLLib3Session().send(request).content if fault in _EXECUTED else b""
    if fault is Fault.KILLED_AFTER:
        os.kill(os.getpid(), signal.SIGKILL)
    _raise(fault, request)
    if fault is Fault.TRUNCATED:
        return answer(request, 200, executed[: len(executed) // 2])
    return _response(fault, request)


def _raise(fault: Fault, request: Any) -> None:
    if fault in {Fault.LOST_RESPONSE, Fault.RESET}:
        raise ConnectionClosedError(endpoint_url=request.url)
    if fault is Fault.INTERRUPTED:
        raise KeyboardInterrupt
    if fault is Fault.TIMEOUT:
        raise ReadTimeoutError(endpoint_url=request.url)


def _response(fault: Fault, request: Any) -> AWSResponse:
    if fault in UNREADABLE:
        return answer(request, 200, UNREADABLE[fault])
    if fault is Fault.EXPIRED:
        return answer(request, 403, _EXPIRED)
    if fault is Fault.DENIED:
        return answer(request, 403, _DENIED)
    if fault is Fault.THROTTLED:
        return _throttled(request)
    return answer(request, 503, b"<!doctype html><html>" if fault is Fault.PAGE else b"")


def _throttled(request: Any) -> AWSResponse:
    # In the protocol of the called service: botocore retries only responses that it can parse.
    kind = str(request.headers.get("Content-Type", ""))
    if "x-amz-json" in kind:
        return answer(request, 400, b'{"__type": "ThrottlingException"}')
    # Services with CBOR also report throttling by the status.
    return answer(request, 503, b"") if "cbor" in kind else answer(request, 400, _THROTTLED)


@dataclass(frozen=True, kw_only=True)
class _Body:
    content: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.content
