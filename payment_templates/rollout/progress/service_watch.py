"""What ECS services say while CloudFormation waits for them: one that hangs tells it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.cause.service import place_of
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
    # Mutable: what is older was told, or is of an earlier deployment.
    told_until: datetime


class ServiceWatch:
    """Reads the events of the services that are being created or updated."""

    def __init__(self, session: Session, region: str) -> None:
        self._session = session
        self._region = region
        self._watched: dict[str, _Watched] = {}

    def take(self, events: Iterable[Event]) -> None:
        """Begin with services that something happens to, and end with those that are done."""
        for event in events:
            place = place_of(event.physical_id) if event.resource_type == _SERVICE else None
            if place is None or not event.status.endswith("_IN_PROGRESS"):
                self._watched.pop(event.logical_id, None)
            elif event.logical_id not in self._watched:
                self._watched[event.logical_id] = _Watched(
                    cluster=place[0], service=place[1], told_until=event.at
                )

    def news(self) -> Iterator[str]:
        """Give what the services have said since the last time, oldest first."""
        for name, watched in tuple(self._watched.items()):
            try:
                events = self._events(watched)
            except ClientError as error:
                if is_expired(error):
                    raise
                # The stack goes on without it.
                del self._watched[name]
                yield f"{self._region}: the events of {name} cannot be read: {error}"
                continue
            for at, message in events:
                watched.told_until = at
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
        return [(at, message) for at, message in oldest_first if at > watched.told_until]
