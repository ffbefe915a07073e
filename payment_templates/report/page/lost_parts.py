"""Decides which parts of the picture are lost in an incident, as evidence counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.report.picture.model import BALANCER, DATABASE, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.evidence.faults.effects import Effect, Fault
    from payment_templates.report.picture.model import Chip, RegionPicture


def lost_chips(
    region: RegionPicture, faults: Sequence[Fault], *, database_serves: bool
) -> dict[str, int]:
    """Return how many of each chip of the region are lost; the others are not listed."""
    zones = {fault.name for fault in faults if fault.kind == "zone"}
    names = {fault.name for fault in faults if fault.kind in {"writer", "NAT gateway"}}
    whole = any(fault.kind == "region" for fault in faults)
    homes = {name: zone for zone, chip in _chips(region) if not chip.is_path for name in chip.names}
    lost: dict[str, int] = {}
    for zone, chip in _chips(region):
        far = {homes.get(name, "") for name in chip.names} if chip.is_path else set[str]()
        named = chip.tier not in {TASKS, BALANCER} and names & {*chip.names}
        idle = chip.tier == DATABASE and not database_serves
        if whole or zone in zones or named or far & zones or idle:
            lost[chip.id] = chip.count
    _lose_tasks(region, lost, sum(fault.kind == "task" for fault in faults))
    return lost


def lost_bars(
    region: RegionPicture, faults: Sequence[Fault], effects: Sequence[Effect]
) -> dict[str, bool]:
    """Return the bars of the region that an incident affects: whether nothing of each is left."""
    if any(fault.kind == "region" for fault in faults):
        return {region.entrance_id: True, region.alerts_id: True}
    left = [effect.remains for effect in effects if effect.tier == BALANCER and effect.lost]
    return {region.entrance_id: not any(left)} if left else {}


def _lose_tasks(region: RegionPicture, lost: dict[str, int], count: int) -> None:
    """Take single tasks from the first zone that has some left."""
    for _ in range(count):
        for _, chip in _chips(region):
            if chip.tier == TASKS and lost.get(chip.id, 0) < chip.count:
                lost[chip.id] = lost.get(chip.id, 0) + 1
                break


def _chips(region: RegionPicture) -> Iterator[tuple[str, Chip]]:
    return ((zone.name, chip) for zone in region.zones for chip in zone.chips)
