"""Compares what the policies of resources that hold data retain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown, equal
from payment_templates.report.comparison.change import PolicyChange
from payment_templates.report.comparison.losses import at_risk
from payment_templates.report.comparison.values import worded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value

# What stays, from nothing over a copy to the resource itself. RetainExceptOnCreate deletes only
# what a failed creation leaves:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
_RANKS = {"Delete": 0, "Snapshot": 1, "Retain": 2, "RetainExceptOnCreate": 2}
_MOST = 2


def weaker_policies(before: Stack, after: Stack) -> Iterator[PolicyChange]:
    """Yield each policy that retains, or may retain, less than before."""
    for name, new in after.resources.items():
        old = before.resources.get(name)
        if old is None or old.type != new.type or not (loss := at_risk(new)):
            continue
        for policy, was, becomes in _policies(old, new):
            if equal(was, becomes) is not True and min(_ranks(becomes)) < max(_ranks(was)):
                yield PolicyChange(
                    logical_id=name,
                    type=new.type,
                    policy=policy,
                    before=worded(was),
                    after=worded(becomes),
                    at_risk=loss,
                )


def _policies(
    old: StackResource, new: StackResource
) -> tuple[tuple[str, str | Unknown, str | Unknown], ...]:
    return (
        ("DeletionPolicy", old.deletion_policy, new.deletion_policy),
        ("UpdateReplacePolicy", old.update_replace_policy, new.update_replace_policy),
    )


def _ranks(policy: Value) -> tuple[int, ...]:
    """Return the rank of each policy that this may be."""
    if not isinstance(policy, Unknown):
        return (_RANKS.get(str(policy), 0),)
    ranks = tuple(rank for choice in policy.choices for rank in _ranks(choice))
    return ranks or (0, _MOST)
