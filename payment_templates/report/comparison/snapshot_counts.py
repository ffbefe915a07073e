"""Says which snapshots a policy of Amazon Data Lifecycle Manager deletes after an update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from payment_templates.cloudformation import scalar_text
from payment_templates.report.comparison.differences import entries
from payment_templates.report.comparison.slot_matching import at
from payment_templates.report.comparison.values import worded

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource, Value

_POLICY = "AWS::DLM::LifecyclePolicy"
# A schedule manages what it made under its name. An age applies "only for new snapshots or AMIs":
# https://docs.aws.amazon.com/ebs/latest/userguide/modify.html. A count: "the oldest retained
# snapshot is deleted, or it is moved to the archive tier" (botocore, dlm, RetainRule).
_FEWER = "all but the newest {count} snapshots of the schedule {name} are deleted"


def fewer_snapshots(old: StackResource, new: StackResource) -> str:
    """Return which snapshots a lower count of a schedule deletes, "" if none."""
    if new.type != _POLICY or new.properties.entries.get("State") == "DISABLED":
        return ""
    before, after = (_schedules(it) for it in (old, new))
    lost: list[str] = []
    for name in before.keys() & after.keys():
        counts = [_count(it) for it in (before[name], after[name])]
        archives = "ArchiveRule" in after[name]
        if not archives and None not in counts and (counts[1] or 0) < (counts[0] or 0):
            lost.append(_FEWER.format(count=counts[1], name=name))
    return "; ".join(sorted(lost))


def _schedules(policy: StackResource) -> Mapping[str, Mapping[str, Value]]:
    found = entries(at(policy.properties.entries, "PolicyDetails.Schedules"))
    return {worded(it.get("Name")): it for it in found if isinstance(it, Mapping)}


def _count(schedule: Mapping[str, Value]) -> int | None:
    value = at(schedule, "RetainRule.Count")
    text = scalar_text(value) if isinstance(value, (str, int, float)) else ""
    return int(text) if text.isdecimal() else None
