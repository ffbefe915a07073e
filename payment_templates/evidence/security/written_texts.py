"""Lists every text that the values of a template may have, with what is not known as ${...}."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.references import attributes_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from payment_templates.cloudformation import Json

# ${Name} in Fn::Sub, or ${!Name}, which is the text ${Name}.
_SUBSTITUTED = re.compile(r"\$\{(!?)([^}]*)\}")
# Of a value with several conditions or mappings; more are not looked at.
_MOST_TEXTS = 1024
# Lists of words that are one command.
_COMMANDS = {"Command", "EntryPoint"}
# The properties with the name and with the value of a named value, such as of an option of Elastic
# Beanstalk or a parameter of a DB parameter group.
_NAME_KEYS = ("Name", "name", "OptionName", "ParameterKey", "ParameterName")
_VALUE_KEYS = {"Value", "value", "ParameterValue"}
# Maps whose keys are names of variables, as in AWS::Lambda::Function.
_FREE_MAPS = {"Environment", "EnvironmentVariables", "Metadata", "Outputs", "Variables"}
# A variable whose value is the name of a secret or a parameter:
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
_REFERENCE_TYPES = {"PARAMETER_STORE", "SECRETS_MANAGER"}
_OUTPUTS = "Outputs."


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text that a value may have."""

    place: str
    text: str
    # Whether the last word of the place is a property of AWS, and no name that the author chose.
    is_property: bool

    @property
    def name(self) -> str:
        """The name of the value."""
        return self.place.rpartition(".")[2]


def texts_of(
    value: object,
    place: str,
    mappings: Json,
    is_name: Callable[[str], object],
    *,
    is_property: bool = True,
) -> Iterator[Text]:
    """Yield each text of every value.

    The place of a named value, such as one in Environment, ends with its name if `is_name` says so.
    """
    match _function(value):
        case "", dict():
            here = place.rpartition(".")[2]
            for key, entry in (table := cast("Json", value)).items():
                name = _named(key, table, place, mappings, is_name)
                own = is_property and not name and here not in _FREE_MAPS
                at = f"{place}.{name or key}"
                yield from texts_of(entry, at, mappings, is_name, is_property=own)
        case "", list():
            entries = cast("list[object]", value)
            for entry in entries:
                yield from texts_of(entry, place, mappings, is_name, is_property=is_property)
            if place.rpartition(".")[2] in _COMMANDS:
                for words in _each_of(entries, mappings):
                    yield Text(place=place, text=" ".join(words), is_property=is_property)
        case "Fn::If", [_, *branches]:
            for branch in branches:
                yield from texts_of(branch, place, mappings, is_name, is_property=is_property)
        case _:
            for text in _written(value, mappings):
                yield Text(place=place, text=text, is_property=is_property)


def _function(value: object) -> tuple[str, Any]:
    """Return the name and the operand of a function, or "" and the value itself."""
    found: tuple[str, object] = ("", value)
    table = cast("Json", value) if isinstance(value, dict) else {}
    for name, operand in table.items() if len(table) == 1 else ():
        if name == "Ref" or name.startswith("Fn::"):
            found = (name, operand)
    return found


def _named(
    key: str, table: Json, place: str, mappings: Json, is_name: Callable[[str], object]
) -> str:
    """Return the name of a value in a list of named values such as Environment, or ""."""
    if key not in _VALUE_KEYS:
        return ""
    kinds = _written(table.get("Type", table.get("type", "")), mappings)
    if kinds and _REFERENCE_TYPES.issuperset(kinds):
        return ""
    found = (it for at in _NAME_KEYS if at in table for it in _written(table[at], mappings))
    names = [place.removeprefix(_OUTPUTS)] if place.startswith(_OUTPUTS) else found
    return next(filter(is_name, names), "")


def _written(value: object, mappings: Json) -> list[str]:
    """Return each text that a value may have.

    It has one for each branch of Fn::If, and for each entry of a mapping that may be chosen.
    """
    match _function(value):
        case "", str(_) | int(_) | float(_) if not isinstance(value, bool):
            found = [str(value)]
        case "Ref", str(name):
            found = [f"${{{name}}}"]
        case "Fn::Sub", str(text) | [str(text)]:
            found = _subs(text, {}, mappings)
        case "Fn::Sub", [str(text), variables] if isinstance(variables, dict):
            found = _subs(text, cast("Json", variables), mappings)
        case "Fn::Join", [str(separator), parts]:
            lists = _lists(parts, mappings) or [[parts]]
            found = [separator.join(it) for each in lists for it in _each_of(each, mappings)]
        case "Fn::ToJsonString", operand:
            found = _as_json(operand, mappings)
        case _:
            choices = _choices(value, mappings)
            found = [text for each in choices or () for text in _written(each, mappings)]
            if choices is None:
                found = [_unknown(value)]
    return found


def _choices(value: object, mappings: Json) -> list[object] | None:
    """Return the values that a function may return; None for another function."""
    match _function(value):
        case "Fn::Base64", operand:
            return [operand]
        case "Fn::If", [_, *branches]:
            return branches
        case "Fn::FindInMap", [str(name), first, second, *default]:
            levels = _chosen(mappings.get(name), first)
            return [*(entry for level in levels for entry in _chosen(level, second)), *default]
        case "Fn::Select", [index, listed] if lists := _lists(listed, mappings):
            return [entry for each in lists for entry in _selected(each, index)]
        case _:
            return None


def _unknown(value: object) -> str:
    """Return the text of a value that is not known, with each reference in it.

    What Fn::Select or Fn::Split returns may be any part of its references.
    """
    references = (
        f"${{{name}.{attribute}}}" if attribute else f"${{{name}}}"
        for name, attribute in attributes_in(value)
    )
    return "".join(("${" + json.dumps(value) + "}", *references))


def _each_of(values: list[object], mappings: Json) -> Iterator[tuple[str, ...]]:
    """Yield the texts of several values in every combination, up to a limit."""
    return islice(product(*(_written(each, mappings) for each in values)), _MOST_TEXTS)


def _lists(value: object, mappings: Json) -> list[list[object]]:
    """Return each list that a value may be; none if it is not known."""
    match _function(value):
        case "", list():
            return [cast("list[object]", value)]
        case "Fn::Split", [str(separator), text] if separator:
            return [_split(it, separator, value) for it in _written(text, mappings)]
        case _:
            choices = _choices(value, mappings) or ()
            return [it for each in choices for it in _lists(each, mappings)]


def _split(text: str, separator: str, value: object) -> list[object]:
    """Return the parts of a text; what follows the last part that is known is not divided."""
    known, reference, _ = text.partition("${")
    parts: list[object] = [*known.split(separator)]
    return [*parts[:-1], value] if reference else parts


def _selected(entries: list[object], index: object) -> list[object]:
    """Return the entry with an index; all if the index or the entry is not known."""
    if not isinstance(index, int | str) or not str(index).isdigit():
        return entries
    position = int(index)
    # The rest of a text, which is not divided.
    return entries[position : position + 1] or [it for it in entries[-1:] if _function(it)[0]]


def _chosen(level: object, key: object) -> list[object]:
    """Return the entries of one level of a mapping that a key may choose."""
    entries = cast("Json", level) if isinstance(level, dict) else {}
    if isinstance(key, str):
        return [entries[key]] if key in entries else []
    return [*entries.values()]


def _subs(text: str, variables: Json, mappings: Json) -> list[str]:
    texts = _each_of([*variables.values()], mappings)
    return [_substituted(text, dict(zip(variables, it, strict=True))) for it in texts]


def _substituted(text: str, values: Mapping[str, str]) -> str:
    def part(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        return f"{{{name}}}" if escaped else values.get(name, found[0])

    return _SUBSTITUTED.sub(part, text)


def _as_json(value: object, mappings: Json) -> list[str]:
    """Return each JSON text of a value; what a reference in it is comes as it is written."""
    calls: list[object] = []

    def marked(node: object) -> object:
        name, _ = _function(node)
        if name:
            calls.append(node)
            return f"\0{len(calls) - 1}\0"
        if isinstance(node, dict):
            return {key: marked(entry) for key, entry in cast("Json", node).items()}
        if isinstance(node, list):
            return [marked(entry) for entry in cast("list[object]", node)]
        return node

    # json.dumps writes the mark as \u0000.
    parts = json.dumps(marked(value)).split("\\u0000")
    texts: list[str] = []
    for found in _each_of(calls, mappings):
        filled = [found[int(it)] if place % 2 else it for place, it in enumerate(parts)]
        texts.append("".join(filled))
    return texts
