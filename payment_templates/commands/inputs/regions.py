"""Reads the regions of the offline commands that show a stack in each of its regions."""

from __future__ import annotations

from payment_templates.evidence import region_pair


def regions_or_pair(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the given regions, or the specification's two."""
    return given or region_pair("us-east-1")
