"""Chooses the regions of a command: from its options, or else from the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from payment_templates.region_names import unknown_region
from payment_templates.rollout import clients
from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session

# The regions of the specification.
SPECIFIED = ("us-east-1", "us-west-2")


def require_region(session: Session, given: str | None) -> str:
    """Return the region of a single-region command; raises RolloutError if it is unknown."""
    (region,) = require_regions(session, [_own_region(session) if given is None else given])
    return region


def require_regions(session: Session, given: Sequence[str]) -> tuple[str, ...]:
    """Return the regions, the primary first; raises RolloutError for an unknown one.

    By default, the primary region is that of the environment; if it is one of the specification's
    two regions, the other one is added.
    """
    chosen = tuple(given) or _specified(_own_region(session))
    known = _known_regions(session)
    for region in chosen:
        if region not in known:
            raise wrong_use(*unknown_region(region, known))
    _require_one_partition(session, chosen)
    return chosen


def enabled_regions(session: Session, region: str) -> tuple[str, ...]:
    """Return the regions that the account has enabled."""
    # DescribeRegions, AllRegions: without it, only enabled regions are listed.
    shown = clients.ec2(session, region).describe_regions()["Regions"]
    return tuple(one.get("RegionName", "") for one in shown)


def _own_region(session: Session) -> str:
    # As the AWS CLI: AWS_REGION comes first; botocore knows only AWS_DEFAULT_REGION and then the
    # profile: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    return os.environ.get("AWS_REGION") or session.region_name or SPECIFIED[0]


def _specified(primary: str) -> tuple[str, ...]:
    others = SPECIFIED if primary in SPECIFIED else ()
    return tuple(dict.fromkeys([primary, *others]))


def _known_regions(session: Session) -> set[str]:
    return {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("cloudformation", partition_name=partition)
    }


def _require_one_partition(session: Session, regions: Sequence[str]) -> None:
    # No account spans two: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    partitions = {session.get_partition_for_region(region): region for region in regions}
    if len(partitions) > 1:
        named = " and ".join(region for _, region in sorted(partitions.items()))
        raise wrong_use(
            f"{named} are in different partitions ({', '.join(sorted(partitions))}): no account "
            "exists in both",
            "name regions of one partition",
        )
