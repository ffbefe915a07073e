"""Checks that the account has enabled the regions: some are disabled by default.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.preflight.finding import EVERYWHERE, Finding, fine, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session


def check_enabled_regions(session: Session, regions: Sequence[str]) -> Iterator[Finding]:
    """Check that the account has enabled each region."""
    shown = clients.ec2(session, regions[0]).describe_regions(
        RegionNames=[*regions], AllRegions=True
    )["Regions"]
    # DescribeRegions, OptInStatus: opt-in-not-required, opted-in or not-opted-in.
    closed = [
        one.get("RegionName", "") for one in shown if one.get("OptInStatus") == "not-opted-in"
    ]
    for region in closed:
        yield refused(
            region,
            "the account has not enabled the region",
            f"aws account enable-region --region-name {region}, or choose another --region",
        )
    if not closed:
        yield fine(EVERYWHERE, f"the account has enabled {', '.join(regions)}")
