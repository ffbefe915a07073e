"""The regions that AWS has, as botocore knows them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from collections.abc import Iterable

    from boto3 import Session


def require_regions(session: Session, regions: Iterable[str]) -> tuple[str, ...]:
    """Give the regions, each once, in order; raises RolloutError for one that is none."""
    chosen = tuple(dict.fromkeys(regions))
    known = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("cloudformation", partition_name=partition)
    }
    for region in chosen:
        if region not in known:
            near = get_close_matches(region, sorted(known), n=2)
            would_do = (
                f"did you mean {' or '.join(sorted(near))}?"
                if near
                else "name one such as us-east-1"
            )
            raise wrong_use(f"there is no region {region!r}; {would_do}")
    return chosen
