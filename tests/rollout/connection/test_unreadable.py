"""Responses that are not AWS's are network failures: retried, then one line."""

# ruff: noqa: ANN401 - botocore's requests and handlers have no annotations.

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect
from payment_templates.rollout.connection.session import ATTEMPTS
from payment_templates.rollout.connection.unreadable import UnreadableResponseError
from tests.rollout.faults import UNREADABLE, Fault, FaultPlan, answer, break_connections
from tests.rollout.running import EAST, Commands

_PAGE = b"<html><body>Log in to the network</body></html>"
# One call of each protocol.
_CALLS: dict[str, Callable[[Any], object]] = {
    "query": lambda session: clients.cloudformation(session, EAST).describe_stacks(),
    "ec2": lambda session: clients.ec2(session, EAST).describe_availability_zones(),
    "json": lambda session: clients.logs(session, EAST).describe_log_groups(),
    "rest-xml": lambda session: clients.route53(session, EAST).list_hosted_zones(),
    "s3": lambda session: clients.s3(session, EAST).list_buckets(),
    "cbor": lambda session: clients.cloudwatch(session, EAST).describe_alarms(),
}


@pytest.fixture(autouse=True)
def no_retry_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=_do_not_wait))


def _do_not_wait(_seconds: float) -> None:
    return


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("protocol", _CALLS)
@pytest.mark.parametrize("fault", UNREADABLE, ids=lambda fault: fault.name.lower())
def test_unreadable_response_is_retried(protocol: str, fault: Fault) -> None:
    session = connect(None, print)
    plan = FaultPlan(faults={0: fault, 1: fault})
    session.events.register("before-send", _untyped(plan.handle))

    _CALLS[protocol](session)

    assert len(plan.calls) == 3


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("protocol", _CALLS)
@pytest.mark.parametrize("status", [200, 302, 403, 503])
def test_page_that_stays_is_a_network_error(protocol: str, status: int) -> None:
    attempts: list[str] = []

    def portal(request: Any, **_: object) -> Any:
        attempts.append(request.url)
        return answer(request, status, _PAGE)

    session = connect(None, print)
    session.events.register("before-send", _untyped(portal))

    with pytest.raises(UnreadableResponseError, match=r"not from AWS .HTTP status .*Log in"):
        _CALLS[protocol](session)

    assert len(attempts) == ATTEMPTS


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("body", "foreign"),
    [
        (b'{"error": "blocked by policy"}', True),
        (b'{"logGroups": [], "newKey": 1}', False),
        (b"{}", False),
    ],
    ids=["of a proxy", "with a new key", "without keys"],
)
def test_message_of_a_proxy_is_no_empty_result(body: bytes, *, foreign: bool) -> None:
    def block(request: Any, **_: object) -> Any:
        return answer(request, 200, body)

    session = connect(None, print)
    session.events.register("before-send", _untyped(block))

    with pytest.raises(UnreadableResponseError) if foreign else nullcontext():
        assert clients.logs(session, EAST).describe_log_groups().get("logGroups", []) == []


@pytest.mark.parametrize("command", ["status", "deploy", "rollout", "preflight", "destroy"])
def test_captive_portal_ends_a_command_with_one_line(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    break_connections(monkeypatch, FaultPlan(faults=dict.fromkeys(range(999), Fault.PORTAL)))

    result = commands.run(command)

    assert result.exit_code == 1
    error, hint = result.stderr.splitlines()
    assert "the response is not from AWS (HTTP status 200, '<!DOCTYPE html>" in error
    assert hint == ("hint: when the network works again, run the same command again")


def test_captive_portal_is_never_a_region_without_leftovers(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()
    with monkeypatch.context() as bad:
        plan = FaultPlan()
        break_connections(bad, plan)
        commands.run("destroy", "--confirm", "dev-001", "--region", EAST)
    first = plan.calls.index("DescribeLogGroups")
    break_connections(monkeypatch, FaultPlan(faults=dict.fromkeys(range(first, 999), Fault.PORTAL)))
    commands.deploy()

    document = commands.document("destroy", "--confirm", "dev-001", "--region", EAST)

    assert document["exit_code"] == 1


def _untyped(handler: Any) -> Any:
    # The stub accepts only handlers that return nothing.
    return handler
