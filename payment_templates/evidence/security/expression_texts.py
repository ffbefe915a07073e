"""Lists every text that an expression may return, with what is not known as ${...}."""

from __future__ import annotations

import json
import re
from itertools import islice, product
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.references import attributes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Json

# ${Name} in Fn::Sub, or ${!Name}, which is the text ${Name}.
_SUBSTITUTED = re.compile(r"\$\{(!?)([^}]*)\}")
# Of a value with several conditions or mappings; more are not looked at.
_MOST_TEXTS = 1024


def function_of(value: object) -> tuple[str, Any]:
    """Return the name and the operand of a function, or "" and the value itself."""
    found: tuple[str, object] = ("", value)
    table = cast("Json", value) if isinstance(value, dict) else {}
    for name, operand in table.items() if len(table) == 1 else ():
        if name == "Ref" or name.startswith("Fn::"):
            found = (name, operand)
    return found


def texts_returned(value: object, document: Json) -> list[str]:
    """Return each text that a value may have.

    It has one for each branch of Fn::If, and for each entry of a mapping that may be chosen.
    """
    match function_of(value):
        case "", str(_) | int(_) | float(_) if not isinstance(value, bool):
            found = [str(value)]
        case "Ref", str(name):
            found = [f"${{{name}}}"]
        case "Fn::Sub", str(text) | [str(text)]:
            found = _subs(text, {}, document)
        case "Fn::Sub", [str(text), variables] if isinstance(variables, dict):
            found = _subs(text, cast("Json", variables), document)
        case "Fn::Join", [str(separator), parts]:
            lists = _lists(parts, document) or [[parts]]
            found = [separator.join(it) for each in lists for it in texts_in_turn(each, document)]
        case "Fn::ToJsonString", operand:
            found = _as_json(operand, document)
        case "Fn::GetAtt", [str(name), str(attribute)]:
            found = _of_attribute(name, attribute, document)
        case "Fn::GetAtt", str(path):
            name, _, attribute = path.partition(".")
            found = _of_attribute(name, attribute, document)
        case _:
            choices = _choices(value, document)
            found = [text for each in choices or () for text in texts_returned(each, document)]
            if choices is None:
                found = [_unknown(value)]
    return found


def texts_in_turn(values: list[object], document: Json) -> Iterator[tuple[str, ...]]:
    """Yield the texts of several values in every combination, up to a limit."""
    return islice(product(*(texts_returned(each, document) for each in values)), _MOST_TEXTS)


def _choices(value: object, document: Json) -> list[object] | None:
    """Return the values that a function may return; None for another function."""
    match function_of(value):
        case "Fn::Base64", operand:
            return [operand]
        case "Fn::If", [_, *branches]:
            return branches
        case "Fn::FindInMap", [str(name), first, second, *default]:
            levels = _chosen(_section(document, "Mappings").get(name), first)
            entries = (entry for level in levels for entry in _chosen(level, second))
            return [*entries, *map(_default_in, default)]
        case "Fn::Select", [index, listed] if lists := _lists(listed, document):
            return [entry for each in lists for entry in _selected(each, index)]
        case _:
            return None


def _default_in(value: object) -> object:
    """Return the value that Fn::FindInMap returns if the mapping does not have the keys.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap-enhancements.html
    """
    table = cast("Json", value) if isinstance(value, dict) else {}
    return table.get("DefaultValue", value)


def _of_attribute(name: str, attribute: str, document: Json) -> list[str]:
    """Return each text of an attribute, if it is a property that the template sets.

    As the Value of a parameter of Systems Manager. What a custom resource returns is not what it
    was given.
    """
    resources = _section(document, "Resources")
    resource = cast("Json", resources.get(name)) if isinstance(resources.get(name), dict) else {}
    properties = resource.get("Properties")
    given = cast("Json", properties).get(attribute) if isinstance(properties, dict) else None
    reference = f"${{{name}.{attribute}}}"
    if not str(resource.get("Type", "")).startswith("AWS::") or not _is_text(given):
        return [reference]
    # Without the resource: its property may refer to itself.
    rest = {key: it for key, it in resources.items() if key != name}
    return texts_returned(given, {**document, "Resources": rest})


def _is_text(value: object) -> bool:
    return isinstance(value, str | int | float) or bool(function_of(value)[0])


def _unknown(value: object) -> str:
    """Return the text of a value that is not known, with each reference in it.

    What Fn::Select or Fn::Split returns may be any part of its references.
    """
    references = (
        f"${{{name}.{attribute}}}" if attribute else f"${{{name}}}"
        for name, attribute in attributes_in(value)
    )
    return "".join(("${" + json.dumps(value) + "}", *references))


def _lists(value: object, document: Json) -> list[list[object]]:
    """Return each list that a value may be; none if it is not known."""
    match function_of(value):
        case "", list():
            return [cast("list[object]", value)]
        case "Fn::Split", [str(separator), text] if separator:
            return [_split(it, separator, value) for it in texts_returned(text, document)]
        case _:
            choices = _choices(value, document) or ()
            return [it for each in choices for it in _lists(each, document)]


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
    return entries[position : position + 1] or [it for it in entries[-1:] if function_of(it)[0]]


def _chosen(level: object, key: object) -> list[object]:
    """Return the entries of one level of a mapping that a key may choose."""
    entries = cast("Json", level) if isinstance(level, dict) else {}
    if isinstance(key, str):
        return [entries[key]] if key in entries else []
    return [*entries.values()]


def _section(document: Json, name: str) -> Json:
    found = document.get(name)
    return cast("Json", found) if isinstance(found, dict) else {}


def _subs(text: str, variables: Json, document: Json) -> list[str]:
    attributes = {
        name: {"Fn::GetAtt": name}
        for _, name in _SUBSTITUTED.findall(text)
        if "." in name and name not in variables
    }
    values = {**variables, **attributes}
    texts = texts_in_turn([*values.values()], document)
    return [_substituted(text, dict(zip(values, it, strict=True))) for it in texts]


def _substituted(text: str, values: Mapping[str, str]) -> str:
    def part(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        return f"{{{name}}}" if escaped else values.get(name, found[0])

    return _SUBSTITUTED.sub(part, text)


def _as_json(value: object, document: Json) -> list[str]:
    """Return each JSON text of a value; what a reference in it is comes as it is written."""
    calls: list[object] = []

    def marked(node: object) -> object:
        name, _ = function_of(node)
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
    for found in texts_in_turn(calls, document):
        filled = [found[int(it)] if place % 2 else it for place, it in enumerate(parts)]
        texts.append("".join(filled))
    return texts
