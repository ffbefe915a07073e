"""Decides whether Aurora's storage still serves a database when several zones fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.recovery import (
    AURORA_COPIES,
    AURORA_COPIES_PER_ZONE,
    AURORA_COPIES_TO_READ,
    AURORA_COPIES_TO_WRITE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.evidence.faults.effects import Fault
    from payment_templates.evidence.topology.database import Database


def why_storage_fails(database: Database, faults: Sequence[Fault]) -> str:
    """Return why no instance of an Aurora cluster can serve after the faults; empty if one can.

    Where a region has more than three zones, a failed one may have no copy: the worst case counts.
    """
    zones = {fault.name for fault in faults if fault.kind == "zone"}
    left = AURORA_COPIES - AURORA_COPIES_PER_ZONE * len(zones)
    if not is_aurora(database) or left >= AURORA_COPIES_TO_READ:
        return ""
    return (
        f"{max(left, 0)} of the {AURORA_COPIES} copies of the data are left: Aurora needs "
        f"{AURORA_COPIES_TO_READ} to read and {AURORA_COPIES_TO_WRITE} to write"
    )


def is_aurora(database: Database) -> bool:
    """Return whether a database is Aurora, so that AWS's figures for Aurora apply."""
    return database.engine.startswith("aurora")
