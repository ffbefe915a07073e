"""Says what CloudFormation retains of a resource: its policies, as the resource's type has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown
from payment_templates.facts.retained_data import SNAPSHOT_TYPES
from payment_templates.report.comparison.change import Effect

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource
    from payment_templates.report.comparison.change import ResourceChange

DELETE, SNAPSHOT, RETAIN = "Delete", "Snapshot", "Retain"
# Deletes only what a failed creation leaves:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
RETAIN_EXCEPT_ON_CREATE = "RetainExceptOnCreate"
_STAYS = "stays in the account, outside the stack"
# Its options are Delete, Retain and Snapshot: aws-attribute-updatereplacepolicy.md.
_NO_OPTION = Unknown(reason="UpdateReplacePolicy has no documented option RetainExceptOnCreate")


def deletion_policy(resource: StackResource) -> str | Unknown:
    """Return what happens to a resource that is removed: Delete, Snapshot, Retain or unknown."""
    return _of_type(resource.type, resource.deletion_policy)


def update_replace_policy(resource: StackResource) -> str | Unknown:
    """Return what happens to a resource that is replaced: Delete, Snapshot, Retain or unknown."""
    policy = resource.update_replace_policy
    return _NO_OPTION if policy == RETAIN_EXCEPT_ON_CREATE else _of_type(resource.type, policy)


def _of_type(resource_type: str, policy: str | Unknown) -> str | Unknown:
    if isinstance(policy, Unknown):
        choices = tuple(_of_type(resource_type, str(it)) for it in policy.choices)
        return replace(policy, choices=choices)
    if policy == SNAPSHOT:
        # "If you specify the Snapshot option ... for a resource that doesn't support snapshots,
        # CloudFormation reverts to the default option, which is Delete": the same page.
        return SNAPSHOT if resource_type in SNAPSHOT_TYPES else DELETE
    return RETAIN if policy in {RETAIN, RETAIN_EXCEPT_ON_CREATE} else DELETE


def retained_by(
    change: ResourceChange, old: StackResource | None, new: StackResource | None
) -> str:
    """Return what certainly stays of a removed or replaced resource."""
    if change.effect is Effect.REMOVED and old:
        policies, subject = {deletion_policy(old)}, ""
    elif change.effect is Effect.REPLACED and old and new:
        policies = {update_replace_policy(old), update_replace_policy(new)}
        subject = "the old one "
    else:
        return ""
    if policies == {RETAIN}:
        return f"{subject}{_STAYS}"
    return f"a snapshot {_STAYS}" if policies == {SNAPSHOT} else ""
