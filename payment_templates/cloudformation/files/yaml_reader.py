"""Reads YAML as CloudFormation does: version 1.1, short-form functions, no aliases, no merges.

PyYAML parses the text to events, from which this module builds the same plain objects as from JSON.
It uses no recursion, so that deep nesting cannot exceed Python's recursion limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, cast

import yaml
from yaml.constructor import SafeConstructor
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.resolver import Resolver

from payment_templates.cloudformation.errors import DUPLICATE, TemplateError
from payment_templates.cloudformation.values import scalar_text

Path = tuple[str, ...]
_STANDARD = "tag:yaml.org,2002:"
# "CloudFormation doesn't support the binary, omap, pairs, set, and timestamp tags, aliases, hash
# merges": https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
_REFUSED_TAGS = frozenset({"binary", "omap", "pairs", "set", "timestamp", "merge"})
# Their long form has no prefix Fn::, as in AWS::LanguageExtensions and cfn-lint.
_WITHOUT_PREFIX = frozenset({"Ref", "Condition"})
# Lines are recorded down to the properties of a resource.
_DEEPEST_LINE = 4


@dataclass(kw_only=True)
class _Open:
    """A list or an object that is being read."""

    content: dict[str, Any] | list[Any]
    path: Path
    function: str = ""
    # The key of an object whose value is next.
    key: str | None = None


@dataclass(kw_only=True)
class _Reader:
    name: str
    deepest: int
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    open: list[_Open] = field(default_factory=list[_Open])
    documents: list[Any] = field(default_factory=list[Any])

    def read(self, text: str) -> object:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in cast("Any", yaml).parse(text, Loader=loader):
                self._take(event)
        except yaml.YAMLError as error:
            raise self._error(_problem_of(error, text), _line_of(error)) from error
        if len(self.documents) != 1:
            raise TemplateError(
                f"{self.name} has {len(self.documents)} YAML documents: one is expected"
            )
        return self.documents[0]

    def _take(self, event: object) -> None:
        if isinstance(event, AliasEvent):
            raise self._error(
                f"YAML aliases are not allowed in CloudFormation templates (*{event.anchor})",
                _line(event),
                hint="repeat the value, for example with `aws cloudformation package --use-json`",
            )
        if isinstance(event, ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self._begin(event)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            done = self.open.pop()
            self._place(_called(done.function, done.content))
        elif isinstance(event, DocumentStartEvent) and self.documents:
            raise self._error("a second YAML document starts", _line(event))

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        if len(self.open) >= self.deepest:
            raise self._error(f"nested deeper than {self.deepest} levels", _line(event))
        holder = self.open[-1] if self.open else None
        if holder and isinstance(holder.content, dict) and holder.key is None:
            raise self._error("a key must be text, not a list or an object", _line(event))
        path = _below(holder)
        is_object = isinstance(event, MappingStartEvent)
        if not self.open and not is_object:
            raise self._error("a template is an object with Resources, not a list", _line(event))
        content: dict[str, Any] | list[Any] = {} if is_object else []
        self.open.append(_Open(content=content, path=path, function=self._function(event)))

    def _function(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> str:
        tag: str | None = event.tag
        if not tag or tag == "!":
            return ""
        if not tag.startswith("!"):
            short = tag.removeprefix(_STANDARD)
            if short in _REFUSED_TAGS or not tag.startswith(_STANDARD):
                raise self._error(f"CloudFormation does not support the tag {tag}", _line(event))
            return ""
        name = tag[1:]
        return name if name in _WITHOUT_PREFIX else f"Fn::{name}"

    def _take_scalar(self, event: ScalarEvent) -> None:
        function = self._function(event)
        holder = self.open[-1] if self.open else None
        if holder and isinstance(holder.content, dict) and holder.key is None:
            self._take_key(event, holder, holder.content)
            return
        if not holder:
            raise self._error(
                "a template is an object with Resources, not a single value", _line(event)
            )
        # The operand of a function is always text: !Ref 123.
        value: Any = event.value if function else self._scalar(event)
        if function == "Fn::GetAtt" and "." in event.value:
            value = event.value.split(".", 1)
        self._place(_called(function, value))

    def _take_key(self, event: ScalarEvent, holder: _Open, content: dict[str, Any]) -> None:
        value = self._scalar(event)
        if value is None:
            raise self._error("a key is missing", _line(event))
        key = scalar_text(value)
        if key in content:
            raise self._error(f"duplicate key {key!r}", _line(event), hint=DUPLICATE)
        if len(holder.path) < _DEEPEST_LINE:
            self.lines[*holder.path, key] = _line(event)
        holder.key = key

    def _place(self, value: object) -> None:
        if not self.open:
            self.documents.append(value)
            return
        holder = self.open[-1]
        if isinstance(holder.content, list):
            holder.content.append(value)
        else:
            # `key` is set: otherwise this value would have become the key.
            holder.content[str(holder.key)] = value
            holder.key = None

    def _scalar(self, event: ScalarEvent) -> str | int | float | bool | None:
        tag = event.tag if event.tag not in {None, "!"} else _SCALARS.tag_of(event)
        kind = str(tag).removeprefix(_STANDARD)
        # Dates stay text: CloudFormation has no timestamps.
        if kind in {"str", "timestamp", "value"}:
            return str(event.value)
        if kind in _REFUSED_TAGS:
            raise self._error("CloudFormation does not support merge keys (<<)", _line(event))
        try:
            found = _SCALARS.construct(kind, event.value)
        except (ValueError, KeyError, yaml.YAMLError) as error:
            raise self._error(
                f"{event.value[:40]!r} is not a valid {kind}", _line(event)
            ) from error
        if isinstance(found, float) and not isfinite(found):
            raise self._error(f"{event.value!r} is not a number for AWS", _line(event))
        return found

    def _error(self, problem: str, line: int, *, hint: str = "") -> TemplateError:
        place = f"{self.name}, line {line}" if line else self.name
        return TemplateError(f"{place}: {problem}", hint=hint)


class _Scalars(SafeConstructor, Resolver):
    """YAML 1.1's rules for plain scalars: yes is true, 0755 is octal, 1:30 is sexagesimal."""

    def __init__(self) -> None:
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def tag_of(self, event: ScalarEvent) -> str:
        return str(cast("Any", self).resolve(yaml.ScalarNode, event.value, event.implicit))

    def construct(self, kind: str, value: str) -> str | int | float | bool | None:
        maker = {
            "bool": self.construct_yaml_bool,
            "float": self.construct_yaml_float,
            "int": self.construct_yaml_int,
            "null": self.construct_yaml_null,
        }[kind]
        node = yaml.ScalarNode(tag=f"{_STANDARD}{kind}", value=value)
        return cast("str | int | float | bool | None", cast("Any", maker)(node))


_SCALARS = _Scalars()


def read_yaml(text: str, *, name: str, deepest: int) -> tuple[object, dict[Path, int]]:
    """Read one YAML document and the line of each key; raises TemplateError with the line."""
    reader = _Reader(name=name, deepest=deepest)
    return reader.read(text), reader.lines


def _called(function: str, operand: object) -> object:
    return {function: operand} if function else operand


def _below(holder: _Open | None) -> Path:
    if holder is None:
        return ()
    step = holder.key if isinstance(holder.content, dict) else str(len(holder.content))
    return (*holder.path, str(step)) if len(holder.path) < _DEEPEST_LINE else holder.path


def _line(event: object) -> int:
    mark: Any = cast("Any", event).start_mark
    return int(mark.line) + 1


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark else 0


def _problem_of(error: yaml.YAMLError, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    lines = text.splitlines()
    if mark and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
        return "a tab: YAML indents with spaces"
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    return f"not valid YAML: {problem or 'it cannot be read'}"
