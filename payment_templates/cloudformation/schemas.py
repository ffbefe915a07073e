"""Reads AWS's resource schemas, as cfn-lint ships them: resource types and their properties."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from payment_templates.cloudformation.errors import TemplateError

# A schema is plain JSON Schema.
Json = Mapping[str, Any]
_PROPERTIES = "/properties/"
_FIRST_REGION = "us-east-1"
# A reference may point to another reference; no AWS schema has a chain this long.
_MOST_STEPS = 50


@dataclass(frozen=True, kw_only=True, eq=False)
class ResourceSchema:
    """The AWS schema of one resource type.

    Properties are named by their path, without "/properties/": "Tags", "LoggingInfo/Bucket".
    """

    type: str
    document: Json

    @cached_property
    def create_only(self) -> frozenset[str]:
        """Properties whose change replaces the resource."""
        return self._paths("createOnlyProperties")

    @cached_property
    def conditional_create_only(self) -> frozenset[str]:
        """Properties whose change may replace the resource."""
        return self._paths("conditionalCreateOnlyProperties")

    @cached_property
    def read_only(self) -> frozenset[str]:
        """Attributes that AWS sets and Fn::GetAtt returns; a template cannot set them."""
        return self._paths("readOnlyProperties")

    @cached_property
    def write_only(self) -> frozenset[str]:
        """Properties that AWS never returns, such as passwords."""
        return self._paths("writeOnlyProperties")

    @cached_property
    def primary_identifier(self) -> tuple[str, ...]:
        """The attributes that identify a resource; for most types, Ref returns them."""
        return tuple(map(_without_prefix, self._list("primaryIdentifier")))

    @property
    def required(self) -> tuple[str, ...]:
        """The properties that a template must set."""
        return tuple(map(str, self._list("required")))

    @property
    def properties(self) -> Json:
        """The definition of each property, with unresolved references ($ref)."""
        return cast("Json", self.document.get("properties", {}))

    @property
    def taggable(self) -> bool:
        """Whether a resource can have tags."""
        return bool(self._object("tagging").get("taggable", "Tags" in self.properties))

    @property
    def tag_property(self) -> str:
        """The property with the tags, or ""."""
        named = str(self._object("tagging").get("tagProperty", "/properties/Tags"))
        name = _without_prefix(named)
        return name if self.taggable and name in self.properties else ""

    def permissions(self, operation: str) -> tuple[str, ...]:
        """Return the IAM actions that a handler needs: create, read, update, delete or list."""
        handler: Any = self._object("handlers").get(operation, {})
        return tuple(map(str, handler.get("permissions", ())))

    def definition(self, path: str) -> Json:
        """Return the definition of a property by its path; empty if the schema has none.

        Lists are not part of the path: "Targets/Id" is the Id of each target.
        """
        found: Json = self.document
        for name in path.split("/"):
            found = self.resolved(found)
            if "properties" not in found and isinstance(found.get("items"), dict):
                found = self.resolved(cast("Json", found["items"]))
            found = cast("Json", found.get("properties", {})).get(name, {})
        return self.resolved(found)

    def default(self, path: str) -> object:
        """Return the default of a property in the schema, or None."""
        return self.definition(path).get("default")

    def resolved(self, definition: Json) -> Json:
        """Return a definition with its $ref resolved."""
        for _ in range(_MOST_STEPS):
            reference = definition.get("$ref")
            if not isinstance(reference, str):
                break
            found: Any = self.document
            for part in reference.removeprefix("#/").split("/"):
                found = found.get(part, {})
            definition = found
        return definition

    def _paths(self, member: str) -> frozenset[str]:
        return frozenset(map(_without_prefix, self._list(member)))

    def _list(self, member: str) -> Sequence[str]:
        return cast("Sequence[str]", self.document.get(member, ()))

    def _object(self, member: str) -> Json:
        return cast("Json", self.document.get(member, {}))


def resource_schema(resource_type: str, region: str = _FIRST_REGION) -> ResourceSchema | None:
    """Return the AWS schema of a resource type; None if the region does not have the type.

    Raises TemplateError if the schemas are not installed.
    """
    digest = resource_types(region).get(resource_type)
    return _schema(resource_type, digest) if digest else None


@cache
def resource_types(region: str = _FIRST_REGION) -> Mapping[str, str]:
    """Return the types of a region, each with the name of its schema file.

    Empty for an unknown region. Raises TemplateError if the schemas are not installed.
    """
    path = schema_folder() / "providers" / f"{region}.json"
    return cast("Mapping[str, str]", _read(path)) if path.is_file() else {}


def missing_types(used: Iterable[str], region: str = _FIRST_REGION) -> tuple[str, ...]:
    """Return the types of AWS that have no schema in a region; of an unknown one, in us-east-1.

    CloudFormation refuses a template with a type that it does not have, also if a condition leaves
    the resource out. The schemas may be older than the newest types.
    """
    known = resource_types(region) or resource_types()
    return tuple(
        sorted(
            name
            for name in set(used) - known.keys()
            # A module is registered in the account, as are types of others.
            if name.startswith("AWS::") and not name.endswith("::MODULE")
        )
    )


def schemas_installed() -> bool:
    """Return whether the schemas are installed."""
    return find_spec("cfnlint") is not None


@cache
def _schema(resource_type: str, digest: str) -> ResourceSchema:
    path = schema_folder() / "resources" / f"{digest}.json"
    return ResourceSchema(type=resource_type, document=cast("Json", _read(path)))


def _read(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def schema_folder() -> Path:
    """Return the folder of the schemas; raises TemplateError if they are not installed."""
    # find_spec avoids importing cfn-lint, which takes longer than evaluating a template.
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise TemplateError(
            "AWS's resource schemas, which are part of cfn-lint, are not installed",
            hint="pip install cfn-lint",
        )
    return Path(spec.origin).parent / "data" / "schemas"


def _without_prefix(path: str) -> str:
    return path.removeprefix(_PROPERTIES)
