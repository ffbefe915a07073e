"""Defines what a picture shows: what is in which zone, what crosses zones, and what is single."""

from __future__ import annotations

from dataclasses import dataclass

BALANCER, TASKS, DATABASE, EGRESS = "load balancer", "tasks", "database", "egress"
# The rows of a zone, from top to bottom.
TIERS = (BALANCER, TASKS, DATABASE, EGRESS)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """Something in a zone; `tier` is its row."""

    # Unique in the picture: us-east-1/us-east-1a/tasks.
    id: str
    tier: str
    text: str
    # The logical IDs of what it shows.
    names: tuple[str, ...]
    # How many there are, such as tasks.
    count: int = 1
    # Whether it is only a path to something in another zone.
    is_path: bool = False
    # Whether other zones depend on it and there is no second one.
    single: bool = False


@dataclass(frozen=True, kw_only=True)
class ZonePicture:
    """A zone with what is in it."""

    name: str
    chips: tuple[Chip, ...]

    def of_tier(self, tier: str) -> tuple[Chip, ...]:
        """Return the chips of a row."""
        return tuple(chip for chip in self.chips if chip.tier == tier)


@dataclass(frozen=True, kw_only=True)
class RegionPicture:
    """A region: its zones, its entrance and its alerts."""

    name: str
    zones: tuple[ZonePicture, ...]
    # PRIMARY, SECONDARY, or "" without a failover record.
    role: str
    entrance: str
    alerts: str
    note: str
    # What the template does not decide.
    unknown: tuple[str, ...]

    @property
    def entrance_id(self) -> str:
        """The ID of the bar with the load balancer, unique in the picture."""
        return f"{self.name}/entrance"

    @property
    def alerts_id(self) -> str:
        """The ID of the bar with the alarms and events, unique in the picture."""
        return f"{self.name}/alerts"

    @property
    def description(self) -> str:
        """The same as text."""
        zones = (
            f"{zone.name}: {', '.join(chip.text for chip in zone.chips) or 'nothing'}"
            for zone in self.zones
        )
        return f"{self.name}: {'; '.join((*zones, self.alerts))}"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The clients, and the regions that they reach."""

    clients: str
    checks: str
    regions: tuple[RegionPicture, ...]

    @property
    def reached(self) -> tuple[RegionPicture, ...]:
        """The regions that the clients reach: without failover records, only the first one."""
        return tuple(it for it in self.regions if it.role) or self.regions[:1]
