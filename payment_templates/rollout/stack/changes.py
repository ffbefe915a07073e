"""What a change set would do to each resource, and what that means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_cloudformation.type_defs import ChangeTypeDef, ResourceChangeTypeDef


class Replacement(StrEnum):
    """Whether a new physical resource takes the place of the old one."""

    NEVER = "no"
    MAYBE = "maybe"
    ALWAYS = "yes"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to one resource."""

    action: str
    logical_id: str
    resource_type: str
    physical_id: str
    replacement: Replacement
    # What becomes of the old resource where it is removed or replaced: Delete, Retain, Snapshot.
    policy: str
    properties: tuple[str, ...]

    @property
    def takes_away(self) -> bool:
        """Say whether the resource that is there now goes, or may go."""
        return self.action == "Remove" or self.replacement is not Replacement.NEVER


def read_changes(shown: Sequence[ChangeTypeDef]) -> tuple[Change, ...]:
    """Read the changes of a change set."""
    resources = [entry["ResourceChange"] for entry in shown if "ResourceChange" in entry]
    surely = {
        entry.get("LogicalResourceId", "")
        for entry in resources
        if entry.get("Replacement") == "True"
    }
    while True:
        changes = tuple(_change(entry, surely) for entry in resources)
        taken_away = {change.logical_id for change in changes if change.takes_away}
        if taken_away == surely:
            return changes
        surely = taken_away


def _change(entry: ResourceChangeTypeDef, replaced: Iterable[str]) -> Change:
    action: str = entry.get("Action", "")
    return Change(
        action=action,
        logical_id=entry.get("LogicalResourceId", ""),
        resource_type=entry.get("ResourceType", ""),
        physical_id=entry.get("PhysicalResourceId", ""),
        replacement=_replacement(entry, replaced),
        policy=entry.get("PolicyAction", "").removeprefix("ReplaceAnd"),
        properties=_properties(entry),
    )


_ANSWERS: Mapping[str, Replacement] = {
    "True": Replacement.ALWAYS,
    "Conditional": Replacement.MAYBE,
}


def _replacement(entry: ResourceChangeTypeDef, replaced: Iterable[str]) -> Replacement:
    answer = _ANSWERS.get(entry.get("Replacement", ""), Replacement.NEVER)
    if answer is Replacement.MAYBE and not _may_be_replaced(entry, replaced):
        return Replacement.NEVER
    return answer


def _may_be_replaced(entry: ResourceChangeTypeDef, replaced: Iterable[str]) -> bool:
    # CloudFormation says "Conditional" too where a property refers to a resource that changes at
    # all; the reference itself changes only when that resource is replaced.
    for detail in entry.get("Details", ()):
        if detail.get("Target", {}).get("RequiresRecreation", "Never") == "Never":
            continue
        if detail.get("ChangeSource") != "ResourceReference":
            if not _told_twice(entry, detail.get("Target", {}).get("Name", "")):
                return True
        elif detail.get("CausingEntity", "") in replaced:
            return True
    return False


def _told_twice(entry: ResourceChangeTypeDef, name: str) -> bool:
    # ResourceChangeDetail, ChangeSource: a DirectModification that is Dynamic only repeats that
    # the property holds the reference which another detail names.
    details = [
        detail
        for detail in entry.get("Details", ())
        if detail.get("Target", {}).get("Name", "") == name
    ]
    others = [detail for detail in details if detail.get("ChangeSource") != "DirectModification"]
    return bool(others) and all(
        detail.get("ChangeSource") == "ResourceReference" for detail in others
    )


def _properties(entry: ResourceChangeTypeDef) -> tuple[str, ...]:
    targets = [detail.get("Target", {}) for detail in entry.get("Details", ())]
    names = [target.get("Name") or str(target.get("Attribute", "")) for target in targets]
    return tuple(dict.fromkeys(name for name in names if name))
