"""Reads a template from a file, a text or a Python object, in JSON or YAML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from payment_templates.cloudformation.errors import TemplateError
from payment_templates.cloudformation.files.json_reader import key_lines, read_json
from payment_templates.cloudformation.parameters import read_parameter
from payment_templates.cloudformation.template import (
    MOST_BYTES,
    Assertion,
    Condition,
    Json,
    Output,
    Resource,
    Rule,
    Template,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# More levels than templates need, and far below Python's recursion limit.
DEEPEST = 100
_SURROGATE = re.compile("[\ud800-\udfff]")
# It adds functions but no resources, except through Fn::ForEach, which is detected separately.
_LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"


def read_template(path: Path) -> Template:
    """Read a template file in JSON or YAML; raises TemplateError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except IsADirectoryError as error:
        raise TemplateError(f"cannot read {path}: it is a folder") from error
    except OSError as error:
        raise TemplateError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"cannot read {path}: it is not UTF-8 text") from error
    return parse_template(text, name=str(path))


def parse_template(text: str, *, name: str = "template") -> Template:
    """Read the text of a template in JSON or YAML; raises TemplateError."""
    size = len(text.encode(errors="replace"))
    if size > MOST_BYTES:
        raise TemplateError(
            f"{name} has {size:,} bytes; CloudFormation allows {MOST_BYTES:,}",
            hint="split it into several stacks",
        )
    if not text.strip():
        raise TemplateError(f"{name} is empty")
    if text.lstrip().startswith(("{", "[")):
        return _template(read_json(text, name=name), text, name, "JSON")
    return _template(_read_yaml(text, name)[0], text, name, "YAML")


def template_of(document: Mapping[str, Any], *, name: str = "template") -> Template:
    """Read a template from a plain JSON object; raises TemplateError."""
    try:
        text = json.dumps(document, indent=1)
    except (TypeError, ValueError, RecursionError) as error:
        raise TemplateError(f"{name} is not plain JSON: {error}") from error
    return parse_template(text, name=name)


def _lines(
    text: str, name: str, language: Literal["JSON", "YAML"]
) -> Mapping[tuple[str, ...], int]:
    return key_lines(text) if language == "JSON" else _read_yaml(text, name)[1]


def _read_yaml(text: str, name: str) -> tuple[object, dict[tuple[str, ...], int]]:
    # Imported only for YAML: importing PyYAML takes longer than reading a JSON template.
    from payment_templates.cloudformation.files.yaml_reader import read_yaml  # noqa: PLC0415

    return read_yaml(text, name=name, deepest=DEEPEST)


def _template(
    document: object, text: str, name: str, language: Literal["JSON", "YAML"]
) -> Template:
    _refuse_unreadable(document, name, escapes="\\" in text)
    if not isinstance(document, dict):
        raise TemplateError(f"{name} is not a CloudFormation template: an object is expected")
    reader = _Reader(name=name, document=cast("Json", document))
    resources = reader.entries("Resources")
    if not resources and not reader.macros:
        raise TemplateError(f"{name} is not a CloudFormation template: it has no Resources")
    transforms = reader.transforms()
    reader.macros += [key for key in reader.document if key.startswith("Fn::")]
    return Template(
        name=name,
        text=text,
        language=language,
        document=reader.document,
        parameters={
            key: read_parameter(key, entry, f"{name}: Parameters.{key}")
            for key, entry in reader.entries("Parameters").items()
        },
        mappings={key: reader.mapping(key, e) for key, e in reader.entries("Mappings").items()},
        conditions={
            key: Condition(name=key, expression=entry)
            for key, entry in reader.entries("Conditions").items()
        },
        rules={key: reader.rule(key, entry) for key, entry in reader.entries("Rules").items()},
        resources={key: reader.resource(key, entry) for key, entry in resources.items()},
        outputs={key: reader.output(key, e) for key, e in reader.entries("Outputs").items()},
        transforms=transforms,
        read_lines=lambda: _lines(text, name, language),
        macros=(
            *(f"the macro {it}" for it in transforms if it != _LANGUAGE_EXTENSIONS),
            *dict.fromkeys(reader.macros),
        ),
    )


@dataclass(kw_only=True)
class _Reader:
    """Reads the sections of a template; raises TemplateError for what CloudFormation refuses."""

    name: str
    document: Json
    macros: list[str] = field(default_factory=list[str])

    def entries(self, section: str) -> dict[str, Json]:
        found: object = self.document.get(section)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise TemplateError(f"{self.name}: {section} is not an object")
        entries: dict[str, Json] = {}
        for key, entry in cast("Json", found).items():
            if key.startswith("Fn::"):
                self.macros.append(f"{key} in {section}")
            elif not isinstance(entry, dict):
                raise TemplateError(f"{self.name}: {section}.{key} is not an object")
            else:
                entries[key] = cast("Json", entry)
        return entries

    def transforms(self) -> tuple[str, ...]:
        several = _list(self.document.get("Transform"))
        # A transform is a name, or an object with Name and Parameters.
        names = (it.get("Name") if hasattr(it, "get") else it for it in several)
        return tuple(str(it) for it in names if it is not None)

    def mapping(self, name: str, entry: Json) -> Mapping[str, Mapping[str, object]]:
        tables: dict[str, Mapping[str, object]] = {}
        for key, table in entry.items():
            if key.startswith("Fn::"):
                self.macros.append(f"{key} in Mappings.{name}")
            elif not isinstance(table, dict):
                raise TemplateError(f"{self.name}: Mappings.{name}.{key} is not an object")
            else:
                tables[key] = cast("Json", table)
        return tables

    def rule(self, name: str, entry: Json) -> Rule:
        place = f"{self.name}: Rules.{name}.Assertions"
        assertions = _list(entry.get("Assertions"))
        if not assertions or not all(
            isinstance(one, dict) and "Assert" in one for one in assertions
        ):
            raise TemplateError(f"{place}: a list of objects with Assert is expected")
        return Rule(
            name=name,
            condition=entry.get("RuleCondition"),
            assertions=tuple(
                Assertion(
                    expression=one["Assert"],
                    description=str(one.get("AssertDescription", f"rule {name}")),
                )
                for one in assertions
            ),
        )

    def resource(self, logical_id: str, entry: Json) -> Resource:
        place = f"{self.name}: Resources.{logical_id}"
        kind: object = entry.get("Type")
        if not isinstance(kind, str) or not kind:
            raise TemplateError(
                f"{place} has no Type" if kind is None else f"{place} has the Type {kind!r}",
                hint="use a resource type such as AWS::S3::Bucket",
            )
        waits = _list(entry.get("DependsOn", []))
        if not all(isinstance(other, str) for other in waits):
            raise TemplateError(f"{place}.DependsOn: logical IDs of resources are expected")
        properties: object = entry.get("Properties")
        if properties is not None and not isinstance(properties, dict):
            raise TemplateError(f"{place}.Properties is not an object")
        return Resource(
            logical_id=logical_id,
            type=kind,
            properties={} if properties is None else cast("Json", properties),
            condition=self.condition(entry, place),
            depends_on=tuple(waits),
            deletion_policy=entry.get("DeletionPolicy"),
            update_replace_policy=entry.get("UpdateReplacePolicy"),
            metadata=entry.get("Metadata"),
            creation_policy=entry.get("CreationPolicy"),
            update_policy=entry.get("UpdatePolicy"),
        )

    def output(self, name: str, entry: Json) -> Output:
        place = f"{self.name}: Outputs.{name}"
        export: object = entry.get("Export")
        named = cast("Json", export).get("Name") if isinstance(export, dict) else None
        return Output(
            name=name,
            value=entry.get("Value"),
            description=entry.get("Description"),
            condition=self.condition(entry, place),
            export=named,
        )

    def condition(self, entry: Json, place: str) -> str | None:
        found: object = entry.get("Condition")
        if found is not None and not isinstance(found, str):
            raise TemplateError(f"{place}.Condition: the name of a condition is expected")
        return found


def _list(node: object) -> list[Any]:
    """Return a list; a single entry, which is also allowed, becomes a list."""
    return cast("Any", node) if isinstance(node, list) else [node]


def _refuse_unreadable(document: object, name: str, *, escapes: bool) -> None:
    """Raise TemplateError for nesting that is too deep and for invalid Unicode."""
    level: list[Any] = [document]
    for _ in range(DEEPEST + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += cast("Json", value).values()
                if escapes:
                    below += cast("Json", value)
            elif isinstance(value, list):
                below += value
            elif escapes and isinstance(value, str) and _SURROGATE.search(value):
                raise TemplateError(f"{name} has a lone Unicode surrogate: {value[:40]!a}")
        if not below:
            return
        level = below
    raise TemplateError(f"{name} is nested deeper than {DEEPEST} levels")
