"""Events of a service while its stack waits for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from payment_templates.rollout.cause.service_watch import ServiceWatch
from payment_templates.rollout.progress.events import Event

if TYPE_CHECKING:
    from botocore.stub import Stubber

EAST = "us-east-1"
_START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_ARN = f"arn:aws:ecs:{EAST}:123456789012:service/payment-cluster/payment-service"


@pytest.fixture
def watch() -> ServiceWatch:
    watch = ServiceWatch(boto3.Session(), EAST)
    watch.update([_event("CREATE_IN_PROGRESS", _ARN)])
    return watch


def test_each_service_event_is_reported_once_in_order(ecs: Stubber, watch: ServiceWatch) -> None:
    # Newest first; the oldest belongs to an earlier deployment.
    ecs.add_response("describe_services", _saying(**{"was steady": -60}))
    ecs.add_response("describe_services", _saying(registered=20, started=10, was=-60))
    ecs.add_response("describe_services", _saying(registered=20, started=10, was=-60))

    messages = [list(watch.new_messages()) for _ in range(3)]

    assert messages == [
        [],
        ["12:00:10 us-east-1 Service: started", "12:00:20 us-east-1 Service: registered"],
        [],
    ]


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "CREATE_FAILED", "DELETE_COMPLETE"])
@pytest.mark.usefixtures("ecs")
def test_completed_service_is_not_queried(watch: ServiceWatch, status: str) -> None:
    watch.update([_event(status, _ARN)])

    assert list(watch.new_messages()) == []


@pytest.mark.usefixtures("ecs")
def test_service_without_an_arn_is_not_queried() -> None:
    watch = ServiceWatch(boto3.Session(), EAST)

    watch.update([_event("CREATE_IN_PROGRESS", "")])

    assert list(watch.new_messages()) == []


def test_unreadable_service_is_reported_once(ecs: Stubber, watch: ServiceWatch) -> None:
    ecs.add_client_error("describe_services", "AccessDeniedException", "not authorized")

    messages = [list(watch.new_messages()) for _ in range(2)]

    assert "the events of Service cannot be read" in messages[0][0]
    assert messages[1] == []


def _saying(**messages: int) -> dict[str, Any]:
    events = [
        {"message": message, "createdAt": _START + timedelta(seconds=seconds)}
        for message, seconds in messages.items()
    ]
    return {"services": [{"events": events}]}


def _event(status: str, physical_id: str) -> Event:
    return Event(
        event_id=status,
        stack_id="payment",
        logical_id="Service",
        physical_id=physical_id,
        resource_type="AWS::ECS::Service",
        status=status,
        reason="",
        at=_START,
        token="",
    )
