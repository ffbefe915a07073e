"""The regions of AWS, their zones, and the partition that each belongs to."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import cycle
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# The letters of each region's zones, as cfn-lint 1.58 lists them (cfnlint.helpers,
# AVAILABILITY_ZONES). An account may see them under other letters, never fewer without notice.
_ZONE_LETTERS = {
    "abc": (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
        *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"),
        *("ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "cn-north-1"),
        *("cn-northwest-1", "eu-central-1", "eu-central-2", "eu-isoe-west-1", "eu-north-1"),
        *("eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "eusc-de-east-1"),
        *("il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-2"),
        *("us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1"),
        *("us-isob-west-1", "us-isof-east-1", "us-isof-south-1"),
    ),
    "abcd": ("ap-northeast-1", "ap-northeast-2", "ca-central-1", "us-west-2"),
    "abcdef": ("us-east-1",),
    "ac": ("us-west-1",),
}
ZONES = {
    region: tuple(region + letter for letter in letters)
    for letters, regions in _ZONE_LETTERS.items()
    for region in regions
}
# The specification's two regions.
_FIRST, _SECOND = "us-east-1", "us-west-2"
# The longest name of a region that is known; names must still fit with it.
LONGEST_REGION = max(map(len, ZONES))


def zones_of(region: str) -> tuple[str, ...]:
    """List the zones of a region; raises TemplateError for a region that is not known."""
    if region not in ZONES:
        near = get_close_matches(region, ZONES, n=3) or (_FIRST, _SECOND)
        hint = f"did you mean: {', '.join(near)}"
        raise TemplateError(f"there is no region {region!r}", hint=hint)
    return ZONES[region]


def other_region(region: str) -> str:
    """Choose the region that the same template would be deployed to, empty where none is."""
    if region != _FIRST and partition_of(region) == partition_of(_FIRST):
        return _FIRST
    if region == _FIRST:
        return _SECOND
    peers = (peer for peer in ZONES if partition_of(peer) == partition_of(region))
    return next((peer for peer in peers if peer != region), "")


def moved(parameters: Mapping[str, str], here: str, there: str) -> dict[str, str]:
    """Give the same parameters in another region: its own zones, as many, and its own ARNs."""
    entries = dict.fromkeys(entry for text in parameters.values() for entry in text.split(","))
    zones = (entry for entry in entries if entry in zones_of(here))
    others = dict(zip(zones, cycle(zones_of(there)), strict=False))
    return {
        name: ",".join(
            others.get(entry, entry.replace(f":{here}:", f":{there}:")) for entry in text.split(",")
        )
        for name, text in parameters.items()
    }
