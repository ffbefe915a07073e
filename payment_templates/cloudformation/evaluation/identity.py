"""Finds the resource that a value identifies by Ref, attribute, physical name or ARN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.resource_names import NAMINGS, Naming, is_own_arn
from payment_templates.cloudformation.values import (
    Reference,
    Text,
    Value,
    equal,
    joined,
    name_of,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation.evaluation.stack_resource import StackResource
    from payment_templates.cloudformation.properties import Properties
    from payment_templates.cloudformation.values import Kind

# Values that are unique in AWS.
_UNIQUE: frozenset[Kind] = frozenset({"arn", "id"})


@dataclass(frozen=True, kw_only=True)
class _Named:
    """The resource that a text identifies."""

    logical_id: str
    kind: Kind
    type: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Identities:
    """Finds resources by their references, names and ARNs."""

    resources: Mapping[str, StackResource]
    # Partition, region and account.
    context: Mapping[str, Value]
    # Returns a value that is equal for stacks in which resources of some types have equal names.
    names_of: Callable[[tuple[str, ...]], object]
    # The resources of some types by text, shared by stacks in which these have equal names.
    shared: dict[tuple[object, ...], Mapping[str, tuple[_Named, ...]]]

    def logical_id(
        self, value: Value, types: Sequence[str] = (), kinds: Sequence[Kind] = ()
    ) -> str:
        """Return the logical ID of the resource that a value identifies, or "".

        Physical names are matched only if `types` is given, because a cluster and a log group may
        share a name.
        """
        if isinstance(value, Reference):
            found = self.resources.get(value.logical_id)
            fits = found and (not types or found.type in types)
            return value.logical_id if fits and (not kinds or value.kind in kinds) else ""
        key = self._key(value)
        for named in self._named(key, tuple(types)) if key else ():
            if (types or named.kind == "arn") and (not kinds or named.kind in kinds):
                return named.logical_id
        return ""

    def same(self, left: Value, right: Value) -> bool | None:
        """Return whether two values are the same text; None if unknown."""
        if (
            isinstance(left, Reference)
            and isinstance(right, Reference)
            and left.logical_id != right.logical_id
            and left.attribute == right.attribute
            and left.kind == right.kind
            and left.kind in _UNIQUE
        ):
            return False
        return equal(self.expanded(left), self.expanded(right))

    def expanded(self, value: Value) -> Value:
        """Replace references by the names and ARNs that follow from the template."""
        if isinstance(value, Reference):
            return self._written(value)
        if isinstance(value, Text):
            parts = (self._written(it) if isinstance(it, Reference) else it for it in value.parts)
            return joined(parts)
        return value

    def _key(self, value: Value) -> str | None:
        expanded = self.expanded(value)
        return None if isinstance(expanded, (Mapping, list, tuple)) else name_of(expanded)

    def _named(self, key: str, types: tuple[str, ...]) -> Iterator[_Named]:
        by_text = self._by_text(types)
        yield from by_text.get(key, ())
        for named in by_text.get(key.lower(), ()):
            if NAMINGS[named.type].lower_case:
                yield named

    def _written(self, reference: Reference) -> Value:
        found = self.resources.get(reference.logical_id)
        naming = NAMINGS.get(found.type) if found else None
        if not found or not naming:
            return reference
        if naming.ref_is_name and not reference.attribute:
            return self._name(reference.logical_id, naming, found.properties)
        if naming.arn and is_own_arn(found.type, reference):
            return self._arn(reference.logical_id, naming, found.properties) or reference
        return reference

    def _by_text(self, types: tuple[str, ...]) -> Mapping[str, tuple[_Named, ...]]:
        """Return the resources of some types, or of all, by their names and ARNs."""
        key = (*self.context.values(), types, self.names_of(types))
        if key not in self.shared:
            self.shared[key] = self._read(types)
        return self.shared[key]

    def _read(self, types: tuple[str, ...]) -> Mapping[str, tuple[_Named, ...]]:
        found: dict[str, tuple[_Named, ...]] = {}
        for resource in self.resources.values():
            naming = NAMINGS.get(resource.type)
            if not naming or (types and resource.type not in types):
                continue
            for kind, value in self._names(resource.logical_id, naming, resource.properties):
                if (key := name_of(value)) is not None:
                    text = key.lower() if naming.lower_case else key
                    named = _Named(logical_id=resource.logical_id, kind=kind, type=resource.type)
                    found[text] = (*found.get(text, ()), named)
        return found

    def _names(
        self, logical_id: str, naming: Naming, properties: Properties
    ) -> Iterator[tuple[Kind, Value]]:
        if naming.name and properties.entries.get(naming.name) is not None:
            yield "name", self.expanded(properties.entries.get(naming.name))
        arn = self._arn(logical_id, naming, properties)
        if arn is not None:
            yield "arn", arn
            # Fn::GetAtt LogGroup.Arn returns the ARN with ":*": AWS::Logs::LogGroup, return values.
            if naming.arn_with_all:
                yield "arn", joined((arn, ":*"))

    def _name(self, logical_id: str, naming: Naming, properties: Properties) -> Value:
        given = properties.entries.get(naming.name) if naming.name else None
        if given is None:
            return Reference(logical_id=logical_id, kind="name")
        return given.lower() if naming.lower_case and isinstance(given, str) else given

    def _arn(self, logical_id: str, naming: Naming, properties: Properties) -> Value:
        """Return the ARN; None if AWS chooses a part of it."""
        by_ref = naming.ref_is_name or not naming.name
        given = naming.name and properties.entries.get(naming.name) is not None
        if not naming.arn or not (by_ref or given):
            return None
        name = self._name(logical_id, naming, properties)
        start = name.parts[0] if isinstance(name, Text) else name
        slash = "" if isinstance(start, str) and start.startswith("/") else "/"
        path = properties.entries.get("Path", "/")
        fields: dict[str, Value] = {**self.context, "path": path, "name": name, "/": slash}
        pieces = naming.arn.replace("}", "{").split("{")
        return joined(fields.get(piece, piece) for piece in pieces)
