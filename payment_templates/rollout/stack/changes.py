"""What a change set would do to each resource, and what that means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        ResourceChangeDetailTypeDef,
        ResourceChangeTypeDef,
    )


class Replacement(StrEnum):
    """Whether a new physical resource takes the place of the old one."""

    NEVER = "no"
    MAYBE = "maybe"
    ALWAYS = "yes"


class Password(Enum):
    """What becomes of the password in a secret that changes."""

    UNTOUCHED = auto()
    # The database gets the secret's new value in the same update.
    RENEWED = auto()
    # The secret gets a new value, and the database keeps the old one.
    PARTED = auto()


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
    password: Password = Password.UNTOUCHED

    @property
    def takes_away(self) -> bool:
        """Return whether the resource that is there now goes, or may go."""
        # ResourceChange, Action: of a Dynamic one it is not known beforehand what will be done.
        return self.action in {"Remove", "Dynamic"} or self.replacement is not Replacement.NEVER


def read_changes(shown: Sequence[ChangeTypeDef]) -> tuple[Change, ...]:
    """Read the changes of a change set."""
    resources = [entry["ResourceChange"] for entry in shown if "ResourceChange" in entry]
    kept: frozenset[str] = frozenset()
    while True:
        changes = tuple(_change(entry, kept) for entry in resources)
        staying = frozenset(change.logical_id for change in changes if _stays(change))
        if staying == kept:
            return changes
        kept = staying


def _stays(change: Change) -> bool:
    return change.action == "Modify" and change.replacement is Replacement.NEVER


def _change(entry: ResourceChangeTypeDef, kept: frozenset[str]) -> Change:
    action: str = entry.get("Action", "")
    return Change(
        action=action,
        logical_id=entry.get("LogicalResourceId", ""),
        resource_type=entry.get("ResourceType", ""),
        physical_id=entry.get("PhysicalResourceId", ""),
        replacement=_replacement(entry, kept),
        policy=entry.get("PolicyAction", "").removeprefix("ReplaceAnd"),
        properties=_properties(entry),
    )


_ANSWERS: Mapping[str, Replacement] = {
    "True": Replacement.ALWAYS,
    "Conditional": Replacement.MAYBE,
}


def _replacement(entry: ResourceChangeTypeDef, kept: frozenset[str]) -> Replacement:
    answer = _ANSWERS.get(entry.get("Replacement", ""), Replacement.NEVER)
    if answer is Replacement.MAYBE and _only_refers_to(entry, kept):
        return Replacement.NEVER
    return answer


def _only_refers_to(entry: ResourceChangeTypeDef, kept: frozenset[str]) -> bool:
    # CloudFormation says "Conditional" too where a property refers to a resource that changes at
    # all; the reference itself changes only when that resource is replaced. Whatever is told in
    # another way, or not at all, may replace.
    recreating = [
        detail
        for detail in entry.get("Details", ())
        if detail.get("Target", {}).get("RequiresRecreation", "Never") != "Never"
    ]
    references = [detail for detail in recreating if _refers_to(detail, kept)]
    named = {detail.get("Target", {}).get("Name", "") for detail in references}
    return bool(references) and all(
        detail in references or _repeats(detail, named) for detail in recreating
    )


def _refers_to(detail: ResourceChangeDetailTypeDef, kept: frozenset[str]) -> bool:
    entity = detail.get("CausingEntity", "")
    if detail.get("ChangeSource") == "ResourceAttribute":
        # Of the attributes, the ARN is what names a resource: it goes only when that one goes.
        return entity.endswith(".Arn") and entity.removesuffix(".Arn") in kept
    return detail.get("ChangeSource") == "ResourceReference" and entity in kept


def _repeats(detail: ResourceChangeDetailTypeDef, named: set[str]) -> bool:
    # ResourceChangeDetail, ChangeSource: a DirectModification that is Dynamic only repeats that
    # the property holds the reference which another detail names.
    return (
        detail.get("ChangeSource") == "DirectModification"
        and detail.get("Evaluation") == "Dynamic"
        and detail.get("Target", {}).get("Name", "") in named
    )


def _properties(entry: ResourceChangeTypeDef) -> tuple[str, ...]:
    targets = [detail.get("Target", {}) for detail in entry.get("Details", ())]
    names = [target.get("Name") or str(target.get("Attribute", "")) for target in targets]
    return tuple(dict.fromkeys(name for name in names if name))
