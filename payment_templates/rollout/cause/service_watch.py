"""Reports the events of ECS services that CloudFormation creates or updates.

CloudFormation waits for a service without saying why; the service's own events show the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.cause.service import location_of
from payment_templates.rollout.errors import is_expired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from boto3 import Session

    from payment_templates.rollout.progress.events import Event

_SERVICE = "AWS::ECS::Service"


@dataclass(kw_only=True)
class _Watched:
    cluster: str
    service: str
    # Mutable: older events were reported, or belong to an earlier deployment.
    reported_until: datetime


class ServiceWatch:
    """Reads the events of the services that are being created or updated."""

    def __init__(self, session: Session, region: str) -> None:
        self._session = session
        self._region = region
        self._watched: dict[str, _Watched] = {}

    def update(self, events: Iterable[Event]) -> None:
        """Start watching services that change; stop watching those that are done."""
        for event in events:
            location = location_of(event.physical_id) if event.resource_type == _SERVICE else None
            if location is None or not event.status.endswith("_IN_PROGRESS"):
                self._watched.pop(event.logical_id, None)
            elif event.logical_id not in self._watched:
                self._watched[event.logical_id] = _Watched(
                    cluster=location[0], service=location[1], reported_until=event.at
                )

    def new_messages(self) -> Iterator[str]:
        """Return the services' new messages, oldest first."""
        for name, watched in tuple(self._watched.items()):
            try:
                events = self._events(watched)
            except ClientError as error:
                if is_expired(error):
                    raise
                # The operation continues without these messages.
                del self._watched[name]
                yield f"{self._region}: the events of {name} cannot be read: {error}"
                continue
            for at, message in events:
                watched.reported_until = at
                yield f"{at:%H:%M:%S} {self._region} {name}: {message}"

    def _events(self, watched: _Watched) -> list[tuple[datetime, str]]:
        shown = clients.ecs(self._session, self._region).describe_services(
            cluster=watched.cluster, services=[watched.service]
        )["services"]
        oldest_first = [
            (event["createdAt"], event["message"])
            for service in shown
            for event in reversed(service.get("events", []))
            if "message" in event and "createdAt" in event
        ]
        return [(at, message) for at, message in oldest_first if at > watched.reported_until]
