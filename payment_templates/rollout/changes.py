"""Reads the changes of a change set."""

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
    """Whether a new physical resource replaces the old one."""

    NEVER = "no"
    MAYBE = "maybe"
    ALWAYS = "yes"


class PasswordEffect(Enum):
    """The effect of a changed secret on the database's password."""

    UNCHANGED = auto()
    # The database gets the new password in the same update.
    UPDATED = auto()
    # The secret gets a new password, and the database keeps the old one.
    OUT_OF_SYNC = auto()


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource's change in a change set."""

    action: str
    logical_id: str
    resource_type: str
    physical_id: str
    replacement: Replacement
    # What happens to a removed or replaced resource: Delete, Retain or Snapshot.
    policy: str
    properties: tuple[str, ...]
    password: PasswordEffect = PasswordEffect.UNCHANGED

    @property
    def removes_resource(self) -> bool:
        """Return whether the current resource is removed, or may be."""
        # ResourceChange, Action: the effect of Dynamic is not known beforehand.
        return self.action in {"Remove", "Dynamic"} or self.replacement is not Replacement.NEVER


def read_changes(shown: Sequence[ChangeTypeDef]) -> tuple[Change, ...]:
    """Read the changes of a change set."""
    resources = [entry["ResourceChange"] for entry in shown if "ResourceChange" in entry]
    kept: frozenset[str] = frozenset()
    while True:
        changes = tuple(_change(entry, kept) for entry in resources)
        updated = frozenset(change.logical_id for change in changes if _is_kept(change))
        if updated == kept:
            return changes
        kept = updated


def _is_kept(change: Change) -> bool:
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


# The attribute of a database cluster has a name of its own: AWS::RDS::DBCluster, DBClusterArn.
_ARNS = frozenset({"Arn", "DBClusterArn"})
_REPLACEMENTS: Mapping[str, Replacement] = {
    "True": Replacement.ALWAYS,
    "Conditional": Replacement.MAYBE,
}


def _replacement(entry: ResourceChangeTypeDef, kept: frozenset[str]) -> Replacement:
    answer = _REPLACEMENTS.get(entry.get("Replacement", ""), Replacement.NEVER)
    if answer is Replacement.MAYBE and _only_refers_to(entry, kept):
        return Replacement.NEVER
    return answer


def _only_refers_to(entry: ResourceChangeTypeDef, kept: frozenset[str]) -> bool:
    # CloudFormation also says "Conditional" if a property refers to any changed resource; the
    # reference itself changes only if that resource is replaced. Any other, or no, detail means
    # that a replacement is possible.
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
        # The ARN identifies a resource: it changes only if the resource is replaced.
        logical_id, _, attribute = entity.partition(".")
        return attribute in _ARNS and logical_id in kept
    return detail.get("ChangeSource") == "ResourceReference" and entity in kept


def _repeats(detail: ResourceChangeDetailTypeDef, named: set[str]) -> bool:
    # ResourceChangeDetail, ChangeSource: a Dynamic DirectModification only repeats the reference
    # of another detail for the same property.
    return (
        detail.get("ChangeSource") == "DirectModification"
        and detail.get("Evaluation") == "Dynamic"
        and detail.get("Target", {}).get("Name", "") in named
    )


def _properties(entry: ResourceChangeTypeDef) -> tuple[str, ...]:
    targets = [detail.get("Target", {}) for detail in entry.get("Details", ())]
    names = [target.get("Name") or str(target.get("Attribute", "")) for target in targets]
    return tuple(dict.fromkeys(name for name in names if name))
