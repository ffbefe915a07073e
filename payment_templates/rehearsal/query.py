"""Reads requests of AWS's Query protocol: from form fields to the members of the input shape."""

import re
from collections.abc import Mapping

from botocore.model import ListShape, OperationModel, Shape, StructureShape

Form = Mapping[str, str]

_INTEGER = re.compile(r"-?\d+")
_INTEGERS = frozenset({"integer", "long"})


def read_query(form: Form, operation: OperationModel) -> tuple[dict[str, object], list[str]]:
    """Read the members that the form gives, and list what the shape forbids, in AWS's words."""
    shape = operation.input_shape
    problems: list[str] = []
    return _read_structure(shape, form, "", problems) if shape else {}, problems


def _read(shape: Shape, form: Form, path: str, problems: list[str]) -> object | None:
    if isinstance(shape, StructureShape):
        if not any(field.startswith(f"{path}.") for field in form):
            return None
        return _read_structure(shape, form, path, problems)
    if isinstance(shape, ListShape):
        return _read_list(shape, form, path, problems)
    text = form.get(path)
    if text is None:
        return None
    problems.extend(_violations(shape, text, path))
    return _convert(shape, text)


def _convert(shape: Shape, text: str) -> object:
    if shape.type_name == "boolean":
        return text == "true"
    if shape.type_name in _INTEGERS:
        return int(text) if _INTEGER.fullmatch(text) else 0
    return text


def _read_structure(
    shape: StructureShape, form: Form, path: str, problems: list[str]
) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, member in shape.members.items():
        inner = f"{path}.{name}" if path else name
        value = _read(member, form, inner, problems)
        if value is not None:
            members[name] = value
        elif name in shape.required_members:
            problems.append(_problem("null", inner, "Member must not be null"))
    return members


def _read_list(shape: ListShape, form: Form, path: str, problems: list[str]) -> list[object] | None:
    # botocore sends an empty list as a bare field; left out, the list was not given at all.
    name = shape.member.serialization.get("name", "member")
    items: list[object] = []
    while (
        item := _read(shape.member, form, f"{path}.{name}.{len(items) + 1}", problems)
    ) is not None:
        items.append(item)
    return items if items or path in form else None


def _violations(shape: Shape, text: str, path: str) -> list[str]:
    rules: Mapping[str, object] = shape.metadata
    value = f"'{text}'"
    found: list[str] = []
    choices = rules.get("enum")
    if isinstance(choices, list) and text not in choices:
        found.append(_problem(value, path, f"Member must satisfy enum value set: {choices}"))
    pattern = rules.get("pattern")
    if isinstance(pattern, str) and not re.fullmatch(pattern, text):
        found.append(
            _problem(value, path, f"Member must satisfy regular expression pattern: {pattern}")
        )
    if shape.type_name == "boolean" and text not in {"true", "false"}:
        found.append(_problem(value, path, "Member must be true or false"))
    if shape.type_name in _INTEGERS and not _INTEGER.fullmatch(text):
        return [*found, _problem(value, path, "Member must be an integer")]
    size, what = (int(text), "value") if shape.type_name in _INTEGERS else (len(text), "length")
    least, most = rules.get("min"), rules.get("max")
    if isinstance(least, int) and size < least:
        found.append(
            _problem(value, path, f"Member must have {what} greater than or equal to {least}")
        )
    if isinstance(most, int) and size > most:
        found.append(_problem(value, path, f"Member must have {what} less than or equal to {most}"))
    return found


def _problem(value: str, path: str, constraint: str) -> str:
    name = path[:1].lower() + path[1:]
    return f"Value {value} at '{name}' failed to satisfy constraint: {constraint}"
