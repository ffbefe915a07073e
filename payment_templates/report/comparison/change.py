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
    # CloudFormation refuses the whole update.
    REFUSED = "refused"

    @property
    def rank(self) -> int:
        """The position in the order of severity."""
        return list(Effect).index(self)


@dataclass(frozen=True, kw_only=True)
class PropertyChange:
    """A changed property, such as `ContainerDefinitions[0].Image`, and its effect."""

    path: str
    # As one line of text; None if absent.
    before: str | None
    after: str | None
    effect: Effect
    # The replaced resource that the property refers to; "" if the template changes the property.
    follows: str = ""


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """A changed resource."""

    logical_id: str
    type: str
    effect: Effect
    properties: tuple[PropertyChange, ...] = ()
    # Why CloudFormation refuses the update, or why the effect is unknown; otherwise "".
    why: str = ""
    # The data that is lost; "" if the resource has none or keeps it.
    lost: str = ""
    # When the change happens, if not with the values that the stack has: "HasDomain".
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class ParameterChange:
    """A parameter that is added, removed or has another default; None where it has no default."""

    name: str
    before: str | None
    after: str | None
    added: bool = False
    removed: bool = False
