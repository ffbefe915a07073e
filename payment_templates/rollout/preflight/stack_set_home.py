"""Checks that rollout would use the existing stack set instead of creating a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.preflight.finding import Finding, refused, unknown, warned
from payment_templates.rollout.stack_set.home_choice import regions_to_give

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.stack_set.homes import Homes


def check_home(
    session: Session, homes: Homes, regions: Sequence[str], *, for_rollout: bool
) -> Iterator[Finding]:
    """Check the sets of the name; the first region is where rollout would create one."""
    primary = regions[0]
    report = refused if for_rollout else warned
    for home in homes.foreign:
        if home.region == primary:
            yield report(primary, f"{home} {home.foreign}", "choose another --stack-set-name")
    if homes.in_region(primary):
        return
    for home in homes.own:
        options = regions_to_give(session, home, regions)
        yield report(home.region, f"{home} exists", f"use rollout {options}")
    for home in homes.of_other_caller:
        yield report(
            home.region,
            f"{home} exists, visible only with --call-as {home.call_as}",
            f"use --call-as {home.call_as}",
        )
    for gap in homes.not_searched if for_rollout else ():
        # Most accounts are not delegated administrators, so this is not a finding.
        if "delegated administrator" not in gap:
            yield unknown(primary, f"not searched: {gap}", "allow the call, or check it yourself")
