"""Compares the evaluated properties of a resource, and classifies each change by AWS's schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Unknown, equal
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.create_only import (
    ALSO_CREATE_ONLY,
    REPLACED_BY,
    REPLACED_IF_EDITED,
)
from payment_templates.facts.interruptions import SOME_INTERRUPTIONS
from payment_templates.facts.update_policies import REPLACES_WITH, REPLACES_WITHOUT
from payment_templates.report.comparison.change import Effect, PropertyChange
from payment_templates.report.comparison.differences import (
    differences,
    entries,
    is_list,
    is_same,
)
from payment_templates.report.comparison.values import references, worded, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import StackResource, Value
    from payment_templates.report.comparison.differences import Path

# Their provider decides whether a change replaces them, by the ID that it returns:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
CUSTOM_TYPES = ("AWS::CloudFormation::CustomResource", "Custom::")
# "Updates aren't supported": aws-resource-cfn-customresource.md in awsdocs/
# aws-cloudformation-user-guide@19dc52cd; "Modifying service token is not allowed":
# github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/802
_TOKEN = "ServiceToken"  # noqa: S105 - a property.
_IDENTITIES = ("arn", "id")


def changed_properties(
    resource_type: str,
    region: str,
    before: Mapping[str, Value],
    after: Mapping[str, Value],
) -> tuple[PropertyChange, ...]:
    """Return the properties that differ, each with its effect."""
    return tuple(
        PropertyChange(
            path=_shown(path),
            before=written(old),
            after=written(new),
            effect=_changed(resource_type, region, path, (old, new), (before, after)),
            reordered=is_list(old) and is_list(new),
        )
        for path, old, new in differences(before, after)
    )


def changed_metadata(old: StackResource, new: StackResource) -> tuple[PropertyChange, ...]:
    """Return what differs in the metadata, which an update changes in place.

    An instance that runs cfn-hup applies a changed AWS::CloudFormation::Init:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-hup.html
    """
    return tuple(
        PropertyChange(
            path=_shown(path),
            before=written(one),
            after=written(other),
            effect=Effect.IN_PLACE,
            reordered=is_list(one) and is_list(other),
        )
        for path, one, other in differences(old.metadata, new.metadata, ("Metadata",))
    )


def _changed(
    resource_type: str,
    region: str,
    path: Path,
    values: tuple[Value, Value],
    sides: tuple[Mapping[str, Value], Mapping[str, Value]],
) -> Effect:
    """Return the effect of a property that changes from one of the values to the other."""
    old, new = values
    name = path[0]
    if resource_type.startswith(CUSTOM_TYPES) and name == _TOKEN:
        certain = equal(old, new) is False or _name_two_resources(old, new)
        return Effect.REFUSED if certain else Effect.MAY_REPLACE
    successor = REPLACED_BY.get(resource_type, {}).get(name)
    if successor and old is not None and (new is not None or successor in sides[1]):
        return Effect.REPLACED
    if _is_edited_list(resource_type, name, sides):
        return Effect.MAY_REPLACE
    return effect_of(resource_type, region, path)


def _is_edited_list(
    resource_type: str, name: str, sides: tuple[Mapping[str, Value], Mapping[str, Value]]
) -> bool:
    """Return whether an entry changes in a list whose edited entries may replace the resource."""
    listed, key = REPLACED_IF_EDITED.get(resource_type, ("", ""))
    if name != listed:
        return False
    old, new = (
        {worded(it.get(key)): it for it in entries(side.get(name)) if isinstance(it, Mapping)}
        for side in sides
    )
    return any(not is_same(old[it], new[it]) for it in old.keys() & new.keys())


def _name_two_resources(old: Value, new: Value) -> bool:
    """Return whether two values are the same attribute of different resources."""
    return (
        isinstance(old, Reference)
        and isinstance(new, Reference)
        and old.logical_id != new.logical_id
        and old.attribute == new.attribute
    )


def followed_properties(
    resource: StackResource, region: str, replaced: Mapping[str, Effect]
) -> tuple[PropertyChange, ...]:
    """Return the properties that refer to replaced resources: they get the new one's ID."""
    found: dict[PropertyChange, None] = {}
    for path, value, reference in resource.derived(_references):
        name = reference.logical_id
        if name not in replaced or name == resource.logical_id:
            continue
        effect = effect_of(resource.type, region, path)
        if resource.type.startswith(CUSTOM_TYPES) and path[0] == _TOKEN:
            effect = Effect.REFUSED if replaced[name] is Effect.REPLACED else Effect.MAY_REPLACE
        # Other attributes, such as a subnet's zone, may be the same for the new resource.
        certain = not reference.attribute or reference.kind in _IDENTITIES
        if effect is Effect.REPLACED and not (certain and replaced[name] is Effect.REPLACED):
            effect = Effect.MAY_REPLACE
        change = PropertyChange(
            path=_shown(path),
            before=written(value),
            after=f"the new {name}",
            effect=effect,
            follows=name,
        )
        found[change] = None
    return tuple(found)


def _references(resource: StackResource) -> tuple[tuple[Path, Value, Reference], ...]:
    """Return each reference in the properties of a resource, with its path and the value."""
    return tuple(
        (path, value, reference)
        for path, value in _leaves(resource.properties.entries, ())
        for reference in references(value)
    )


def with_update_policy(
    resource: StackResource, properties: Iterable[PropertyChange]
) -> tuple[PropertyChange, ...]:
    """Return the changes of properties with the effects that the UpdatePolicy decides."""
    replaces = [(*REPLACES_WITHOUT.get(resource.type, ("", ())), False)]
    replaces += [(*REPLACES_WITH.get(resource.type, ("", ())), True)]
    effects: dict[str, Effect] = {}
    for path, names, when in replaces:
        if not names:
            continue
        value = resource.update_policy
        for name in path.split("/"):
            value = value.get(name) if isinstance(value, Mapping) else value
        if isinstance(value, Unknown):
            effects |= dict.fromkeys(names, Effect.MAY_REPLACE)
        elif is_same(value, "true") is when:
            effects |= dict.fromkeys(names, Effect.REPLACED)
        elif not when:
            effects |= dict.fromkeys(names, Effect.IN_PLACE)
    return tuple(
        replace(it, effect=effects[root_of(it)]) if root_of(it) in effects else it
        for it in properties
    )


def root_of(change: PropertyChange) -> str:
    """Return the name of the property without its parts."""
    return re.split(r"[.\[]", change.path, maxsplit=1)[0]


def effect_of(resource_type: str, region: str, path: Path) -> Effect:
    """Return the effect of a changed property, by its path without list positions."""
    if resource_type.startswith(CUSTOM_TYPES):
        return Effect.MAY_REPLACE
    schema = resource_schema(resource_type, region)
    if schema is None:
        return Effect.UNKNOWN
    names = tuple(name for name in path if not name.startswith("["))
    if _is_among(names, (*schema.create_only, *ALSO_CREATE_ONLY.get(resource_type, ()))):
        return Effect.REPLACED
    if _is_among(names, schema.conditional_create_only):
        return Effect.MAY_REPLACE
    if names[0] in SOME_INTERRUPTIONS.get(resource_type, ()):
        return Effect.INTERRUPTION
    return Effect.IN_PLACE


def _is_among(names: Path, paths: Iterable[str]) -> bool:
    """Return whether a property, one that contains it or one inside it is among the paths."""
    for path in paths:
        listed = tuple(name for name in path.split("/") if name != "*")
        shared = min(len(listed), len(names))
        if listed[:shared] == names[:shared]:
            return True
    return False


def _leaves(value: Value, path: Path) -> Iterator[tuple[Path, Value]]:
    if isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _leaves(entry, (*path, name))
    elif is_list(value):
        for position, entry in enumerate(entries(value)):
            yield from _leaves(entry, (*path, f"[{position}]"))
    else:
        yield path, value


def _shown(path: Path) -> str:
    return ".".join(path).replace(".[", "[")
