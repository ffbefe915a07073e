"""Reads the events of a stack, each once, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

# Statuses that start an operation on the stack itself; a rollback continues the failed operation.
_STARTS = frozenset(
    {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS"}
)


# A page holds 100 events: the longest operation on 500 resources needs no more than this.
MOST_PAGES = 40


@dataclass(frozen=True, kw_only=True)
class Event:
    """A status change of a resource or of the stack itself."""

    event_id: str
    stack_id: str
    logical_id: str
    physical_id: str
    resource_type: str
    status: str
    reason: str
    at: datetime
    token: str

    @property
    def of_stack(self) -> bool:
        """Return whether the event is about the stack itself."""
        return self.physical_id == self.stack_id

    @property
    def failed(self) -> bool:
        """Return whether it is a failure."""
        return self.status.endswith("_FAILED")


class EventReader:
    """Reads new events only; one page is enough while few arrive."""

    def __init__(
        self,
        client: CloudFormationClient,
        stack_id: str,
        *,
        since: datetime | None = None,
        most_pages: int = MOST_PAGES,
    ) -> None:
        self._client = client
        self._stack_id = stack_id
        self._since = since
        self._most_pages = most_pages
        self._seen: set[str] = set()

    def skip(self) -> None:
        """Skip all events so far."""
        self._seen.update(event.event_id for event in _first_page(self._client, self._stack_id))

    def new(self) -> tuple[Event, ...]:
        """Return new events; the first call returns those of the last operation."""
        found: list[Event] = []
        for event in _newest_first(self._client, self._stack_id, self._most_pages):
            if event.event_id in self._seen or (self._since and event.at < self._since):
                break
            found.append(event)
            if not self._seen and event.of_stack and event.status in _STARTS:
                break
        self._seen.update(event.event_id for event in found)
        return tuple(reversed(found))


def all_events(client: CloudFormationClient, stack_id: str) -> tuple[Event, ...]:
    """Return the events of every operation on a stack that CloudFormation still has."""
    return tuple(_newest_first(client, stack_id, MOST_PAGES))[::-1]


def _newest_first(client: CloudFormationClient, stack_id: str, most_pages: int) -> Iterator[Event]:
    pages = client.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    for page in islice(pages, most_pages):
        yield from map(_event, page["StackEvents"])


def _first_page(client: CloudFormationClient, stack_id: str) -> list[Event]:
    return [*map(_event, client.describe_stack_events(StackName=stack_id)["StackEvents"])]


def _event(shown: StackEventTypeDef) -> Event:
    return Event(
        event_id=shown["EventId"],
        stack_id=shown["StackId"],
        logical_id=shown.get("LogicalResourceId", ""),
        physical_id=shown.get("PhysicalResourceId", ""),
        resource_type=shown.get("ResourceType", ""),
        status=shown.get("ResourceStatus", ""),
        # One line, even if AWS uses several.
        reason=" ".join(shown.get("ResourceStatusReason", "").split()),
        at=shown["Timestamp"],
        token=shown.get("ClientRequestToken", ""),
    )
