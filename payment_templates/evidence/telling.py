"""The verdict on how soon a person is told of a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, conditional
from payment_templates.evidence.detection import paths_of

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


def judge_telling(topology: Topology, kind: str) -> Finding:
    """Judge the paths of a fault: an event at once, alarms alone after their worst time, none."""
    paths = paths_of(topology, kind)
    lines = [path.arithmetic for path in paths]
    if not paths:
        return broken("nobody is told: no alarm and no event speaks of it")
    events = [path.resource for path in paths if path.worst_seconds is None]
    if not events:
        worst = min(path.worst_seconds or 0 for path in paths)
        return broken(f"alarms alone tell it, after {worst:g} s at worst", *lines)
    return conditional(f"{events[0]} tells it at once, but AWS bounds no delivery", *lines)
