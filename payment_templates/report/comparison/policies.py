"""Compares what the policies of resources that hold data retain."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown, equal
from payment_templates.report.comparison.change import PolicyChange
from payment_templates.report.comparison.losses import at_risk
from payment_templates.report.comparison.retention import (
    DELETE,
    RETAIN,
    SNAPSHOT,
    deletion_policy,
    update_replace_policy,
)
from payment_templates.report.comparison.values import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, Value

# What stays, from nothing over a copy to the resource itself.
_RANKS = {DELETE: 0, SNAPSHOT: 1, RETAIN: 2}
_MOST = 2
_POLICIES = (
    ("DeletionPolicy", attrgetter("deletion_policy"), deletion_policy),
    ("UpdateReplacePolicy", attrgetter("update_replace_policy"), update_replace_policy),
)


def weaker_policies(before: Stack, after: Stack) -> Iterator[PolicyChange]:
    """Yield each policy that retains, or may retain, less than before."""
    for name, new in after.resources.items():
        old = before.resources.get(name)
        if old is None or old.type != new.type or not (loss := at_risk(new)):
            continue
        for policy, written, meant in _POLICIES:
            same = equal(written(old), written(new)) is True
            if not same and min(_ranks(meant(new))) < max(_ranks(meant(old))):
                yield PolicyChange(
                    logical_id=name,
                    type=new.type,
                    policy=policy,
                    before=worded(written(old)),
                    after=worded(written(new)),
                    at_risk=loss,
                )


def _ranks(policy: Value) -> tuple[int, ...]:
    """Return the rank of each policy that this may be."""
    if not isinstance(policy, Unknown):
        return (_RANKS.get(str(policy), 0),)
    ranks = tuple(rank for choice in policy.choices for rank in _ranks(choice))
    return ranks or (0, _MOST)
