"""Finds the name that two resources share, such as a bucket's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.resource_names import NAMINGS
from payment_templates.cloudformation.values import name_of
from payment_templates.facts.custom_names import (
    CUSTOM_NAMES,
    NAME_SCOPES,
    NAMES_WITHOUT_CASE,
    SAME_NAMES,
    SHAREABLE,
)
from payment_templates.report.comparison.slot_matching import RECORD, dns_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from payment_templates.cloudformation import StackResource, Value

_NAMES_OF_RECORD = ("HostedZoneId", "Type", "SetIdentifier")
_DNS_NAMES_OF_RECORD = ("HostedZoneName", "Name")
_SHARING = {kind: kinds for kinds in SAME_NAMES for kind in kinds}


def types_with_names_of(resource_type: str) -> tuple[str, ...]:
    """Return the types whose names must differ from those of a type."""
    return _SHARING.get(resource_type, (resource_type,))


def name_property(resource_type: str) -> str:
    """Return the property with a name that is unique; "" if the type has none."""
    return "" if resource_type in SHAREABLE else CUSTOM_NAMES.get(resource_type, "")


def has_name_of(new: StackResource, old: StackResource) -> bool:
    """Return whether both resources certainly have the same name where it must be unique."""
    if old.type not in types_with_names_of(new.type):
        return False
    names = name_key(new)
    return names is not None and names == name_key(old)


def name_key(resource: StackResource) -> tuple[str, ...] | None:
    """Return what is equal for resources with the same name; None if the name is not known."""
    return resource.derived(_name)


def _name(resource: StackResource) -> tuple[str, ...] | None:
    """Return a text for what makes the name of a resource unique; None if it has no known name."""
    given = resource.properties.entries
    if resource.type == RECORD:
        names = (dns_name(given.get(name)) for name in _DNS_NAMES_OF_RECORD)
        return _texts((*names, *(given.get(name) for name in _NAMES_OF_RECORD)))
    name = given.get(name_property(resource.type))
    if name is None:
        return None
    naming = NAMINGS.get(resource.type)
    if resource.type in NAMES_WITHOUT_CASE or (naming and naming.lower_case):
        name = name.lower() if isinstance(name, str) else name
    scope, default = NAME_SCOPES.get(resource.type, ("", ""))
    return _texts((name, given.get(scope, default)))


def _texts(values: Iterable[Value]) -> tuple[str, ...] | None:
    """Return a text for each value that is equal for equal values; None if one has none."""
    found = [name_of(value) for value in values]
    known = tuple(name for name in found if name is not None)
    return known if len(known) == len(found) else None
