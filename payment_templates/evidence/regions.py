"""Lists the zones of a region, and chooses the second region of a deployment."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, partition_of
from payment_templates.facts.regions import ZONES
from payment_templates.region_names import unknown_region

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The specification's two regions.
_FIRST, _SECOND = "us-east-1", "us-west-2"


def zones_of(region: str) -> tuple[str, ...]:
    """Return the zones of a region; raises TemplateError for an unknown region."""
    if region not in ZONES:
        problem, hint = unknown_region(region, ZONES)
        raise TemplateError(problem, hint=hint)
    return ZONES[region]


def other_region(region: str) -> str:
    """Return the second region to deploy the template to; empty if the partition has no other."""
    if region != _FIRST and partition_of(region) == partition_of(_FIRST):
        return _FIRST
    if region == _FIRST:
        return _SECOND
    peers = (peer for peer in ZONES if partition_of(peer) == partition_of(region))
    return next((peer for peer in peers if peer != region), "")


def other_regions(region: str, values: Iterable[str]) -> tuple[str, ...]:
    """Return the regions that can be the second one, the most probable first.

    Those that parameter values name come later: a template's rules may accept no other.
    """
    named = (
        value
        for value in values
        if value in ZONES and value != region and partition_of(value) == partition_of(region)
    )
    return tuple(dict.fromkeys(filter(None, (other_region(region), *named))))


def moved(parameters: Mapping[str, str], here: str, there: str) -> dict[str, str]:
    """Return the parameters for another region, with its own zones, ARNs and image registry."""
    entries = dict.fromkeys(entry for text in parameters.values() for entry in text.split(","))
    zones = (entry for entry in entries if entry in zones_of(here))
    others = dict(zip(zones, cycle(zones_of(there)), strict=False))
    return {
        name: ",".join(
            others.get(entry, _moved_text(entry, here, there)) for entry in text.split(",")
        )
        for name, text in parameters.items()
    }


def _moved_text(text: str, here: str, there: str) -> str:
    for before, after in ((":", ":"), (".dkr.ecr.", ".")):
        text = text.replace(before + here + after, before + there + after)
    return text
