"""Reports while an operation is running."""

from datetime import UTC, datetime
from typing import Any

import boto3

from payment_templates.commands.output.json_output import JsonOutput
from payment_templates.rollout.progress.events import Event
from payment_templates.rollout.stack.follow import StackFollower

_STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/payment/1"


def test_failed_cleanup_is_reported_and_is_no_failure() -> None:
    record = JsonOutput(yes=True)
    reader: Any = _Reader(
        _event("payment", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", physical_id=_STACK),
        _event("Old", "DELETE_FAILED", "the bucket is not empty", physical_id="payment-old"),
    )
    follower = StackFollower(boto3.Session(), "us-east-1", reader, record)

    follower.poll()

    assert follower.cause is None
    (message,) = record.messages
    assert message.startswith("Old (payment-old) could not be deleted, and stays outside the stack")


def test_failed_deletion_of_the_stack_itself_is_a_failure() -> None:
    record = JsonOutput(yes=True)
    reader: Any = _Reader(
        _event("payment", "DELETE_IN_PROGRESS", physical_id=_STACK),
        _event("Old", "DELETE_FAILED", "the bucket is not empty", physical_id="payment-old"),
    )
    follower = StackFollower(boto3.Session(), "us-east-1", reader, record)

    follower.poll()

    assert follower.cause is not None
    assert follower.cause.reason == "the bucket is not empty"


class _Reader:
    def __init__(self, *events: Event) -> None:
        self._events = events

    def new(self) -> tuple[Event, ...]:
        return self._events


def _event(logical_id: str, status: str, reason: str = "", *, physical_id: str) -> Event:
    return Event(
        event_id=f"{logical_id} {status}",
        stack_id=_STACK,
        logical_id=logical_id,
        physical_id=physical_id,
        resource_type="AWS::S3::Bucket",
        status=status,
        reason=reason,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        token="",
    )
