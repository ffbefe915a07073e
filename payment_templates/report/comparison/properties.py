"""Compares the evaluated properties of a resource, and classifies each change by AWS's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import equal
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.create_only import ALSO_CREATE_ONLY, REPLACED_BY, UNCHANGEABLE
from payment_templates.facts.interruptions import SOME_INTERRUPTIONS
from payment_templates.report.comparison.change import Effect, PropertyChange
from payment_templates.report.comparison.values import references, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Value

# Their provider decides whether a change replaces them, by the ID that it returns:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
CUSTOM_TYPES = ("AWS::CloudFormation::CustomResource", "Custom::")
_IDENTITIES = ("arn", "id")
_Path = tuple[str, ...]


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
            effect=_changed(resource_type, region, path, (old, new), after),
        )
        for path, old, new in _differences(before, after, ())
    )


def _changed(
    resource_type: str,
    region: str,
    path: _Path,
    values: tuple[Value, Value],
    after: Mapping[str, Value],
) -> Effect:
    """Return the effect of a property that changes from one of the values to the other."""
    old, new = values
    name = path[0]
    successor = REPLACED_BY.get(resource_type, {}).get(name)
    if successor and old is not None and (new is not None or successor in after):
        return Effect.REPLACED
    if name in UNCHANGEABLE.get(resource_type, ()):
        schema = resource_schema(resource_type, region)
        default = cast("Value", schema.default(name)) if schema else None
        was, becomes = (default if value is None else value for value in values)
        return Effect.IN_PLACE if equal(was, becomes) is True else Effect.REFUSED
    return effect_of(resource_type, region, path)


def followed_properties(
    resource_type: str,
    region: str,
    entries: Mapping[str, Value],
    replaced: Mapping[str, Effect],
) -> tuple[PropertyChange, ...]:
    """Return the properties that refer to replaced resources: they get the new one's ID."""
    found: dict[PropertyChange, None] = {}
    for path, value in _leaves(entries, ()):
        for reference in references(value):
            name = reference.logical_id
            if name not in replaced:
                continue
            effect = effect_of(resource_type, region, path)
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


def effect_of(resource_type: str, region: str, path: _Path) -> Effect:
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


def _is_among(names: _Path, paths: Iterable[str]) -> bool:
    """Return whether a property, one that contains it or one inside it is among the paths."""
    for path in paths:
        listed = tuple(name for name in path.split("/") if name != "*")
        shared = min(len(listed), len(names))
        if listed[:shared] == names[:shared]:
            return True
    return False


def _differences(before: Value, after: Value, path: _Path) -> Iterator[tuple[_Path, Value, Value]]:
    # CloudFormation sends scalars as text: true and "true" are the same.
    if before == after or equal(before, after) is True:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _differences(before.get(name), after.get(name), (*path, name))
    elif len(olds := _entries(before)) == len(news := _entries(after)) != 0:
        for position, (old, new) in enumerate(zip(olds, news, strict=True)):
            yield from _differences(old, new, (*path, f"[{position}]"))
    else:
        yield path, before, after


def _leaves(value: Value, path: _Path) -> Iterator[tuple[_Path, Value]]:
    if isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _leaves(entry, (*path, name))
    elif entries := _entries(value):
        for position, entry in enumerate(entries):
            yield from _leaves(entry, (*path, f"[{position}]"))
    else:
        yield path, value


def _entries(value: Value) -> Sequence[Value]:
    """Return the entries of a list; empty for everything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _shown(path: _Path) -> str:
    return ".".join(path).replace(".[", "[")
