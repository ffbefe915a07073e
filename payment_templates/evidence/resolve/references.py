"""What an expression may name, and what Ref and GetAtt make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.errors import UnresolvedError
from payment_templates.evidence.resolve.values import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.resolve.values import Value

# What Ref AWS::NoValue leaves: whoever holds it drops the entry.
NO_VALUE = Reference(logical_id="AWS::NoValue")


@dataclass(frozen=True, kw_only=True)
class Names:
    """What an expression may name: parameters and pseudo parameters, resources, conditions."""

    region: str
    values: Mapping[str, Value]
    # Each resource, and whether its condition lets it be made.
    resources: Mapping[str, bool] = field(default_factory=dict[str, bool])
    conditions: Mapping[str, bool] = field(default_factory=dict[str, bool])
    mappings: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, "Mapping[str, object]"]
    )


def ref(operand: object, place: str, names: Names) -> Value:
    """Give a parameter's value, or a reference to a resource."""
    name = str(operand)
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in names.values:
        return names.values[name]
    return _made(name, "", place, names)


def get_att(operand: object, place: str, names: Names) -> Value:
    """Give a reference to an attribute of a resource."""
    parts = operand.split(".", 1) if isinstance(operand, str) else operand
    match parts:
        case [str(name), str(attribute)]:
            return _made(name, attribute, place, names)
        case _:
            raise UnresolvedError(place, "a resource and its attribute are expected")


def _made(name: str, attribute: str, place: str, names: Names) -> Reference:
    if name not in names.resources:
        raise UnresolvedError(place, f"the template has no {name}")
    if not names.resources[name]:
        raise UnresolvedError(place, f"{name} is not made under these conditions")
    return Reference(logical_id=name, attribute=attribute)
