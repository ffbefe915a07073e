"""Defines the changes between two templates, and how severe each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What CloudFormation does to a resource; each is more severe than the one before."""

    ADDED = "added"
    IN_PLACE = "changed in place"
    INTERRUPTION = "changed with interruptions"
    # No schema says what a change does.
    UNKNOWN = "unknown"
    MAY_REPLACE = "may be replaced"
    REPLACED = "replaced"
    REMOVED = "removed"
    # The cleanup of the update deletes what the new resource takes over.
    UNDONE = "undone"
    # CloudFormation refuses the whole update.
    REFUSED = "refused"

    @property
    def rank(self) -> int:
        """The position in the order of severity."""
        return list(Effect).index(self)


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """A changed property, such as `ContainerDefinitions[0].Image`, and its effect.

    An entry that a list gets or loses has its name, if any: `KeyPolicy.Statement[HoldGrants]`.
    """

    path: str
    # As one line of text; None if absent.
    before: str | None
    after: str | None
    effect: Effect
    # The replaced resource that the property refers to; "" if the template changes the property.
    follows: str = ""
    # Whether a list has the same entries in another order: both values list their names.
    reordered: bool = False


# How `why` starts if AWS may refuse the change.
_MAY_FAIL = "the update may fail: "


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """A changed resource."""

    logical_id: str
    type: str
    effect: Effect
    properties: tuple[PropertyChange, ...] = ()
    # Why CloudFormation refuses or undoes the update, why it may fail, or why the effect is
    # unknown; otherwise "".
    why: str = ""
    # The data that is lost; "" if the resource has none or keeps it.
    lost: str = ""
    # What stays in the account after CloudFormation removes or replaces the resource, or "".
    retained: str = ""
    # When the change happens, if not with the values that the stack has: "HasDomain".
    when: str = ""

    @property
    def may_fail(self) -> str:
        """Why the update may fail, "" if no source says that it may."""
        return self.why.partition(_MAY_FAIL)[2]


@dataclass(frozen=True, kw_only=True)
class PolicyChange:
    """A policy of a resource that holds data, which retains less than before."""

    logical_id: str
    type: str
    # "DeletionPolicy" or "UpdateReplacePolicy".
    policy: str
    before: str
    after: str
    # The data that the next removal or replacement may lose.
    at_risk: str
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class ExportChange:
    """An export with another value; `after` is None if it is removed."""

    name: str
    before: str
    after: str | None
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class ParameterChange:
    """A parameter that is added, removed, or accepts or takes other values.

    `before` and `after` are the defaults; None where it has none.
    """

    name: str
    before: str | None
    after: str | None
    added: bool = False
    removed: bool = False
    # Whether it is new and has neither a default nor a given value.
    needs_value: bool = False
    # The constraints that may refuse a value that was accepted: "MaxLength: 20 → 10".
    narrowed: tuple[str, ...] = ()
