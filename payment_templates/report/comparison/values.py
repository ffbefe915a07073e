"""Writes evaluated values for a reader: what is unknown is said in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import Reference, Text, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Value

# How the source of the result of a function starts: "Fn::If 1:C1:a1:b".
_FUNCTION = "Fn::"


def written(value: Value) -> str | None:
    """Return a value as one line of JSON; None if it is absent."""
    if value is None:
        return None
    if isinstance(value, Unknown) and not _has_name(value):
        return worded(value)
    return json.dumps(_plain(value), ensure_ascii=False)


def worded(value: Value) -> str:
    """Return a value as text: `dev-001`, `${Table}`, or why it is unknown."""
    if value is None:
        return "none"
    if isinstance(value, Unknown):
        return str(value) if _has_name(value) else _reason(value)
    if isinstance(value, Text):
        return "".join(part if isinstance(part, str) else _inside(part) for part in value.parts)
    return str(value) if isinstance(value, (str, Reference)) else written(value) or "none"


def at_path(value: Value, path: str) -> Value:
    """Return the value at a path such as "A/B"; None if it is absent."""
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def number(value: Value) -> float | None:
    """Return a value as a number; None if it is none."""
    try:
        return float(value) if isinstance(value, (str, int, float)) else None
    except ValueError:
        return None


def references(value: Value) -> Iterator[Reference]:
    """Yield the references in a text, or the value itself if it is one."""
    parts = value.parts if isinstance(value, Text) else (value,)
    yield from (part for part in parts if isinstance(part, Reference))


def mentioned(value: Value) -> Iterator[str]:
    """Yield the logical IDs in a value, at any depth."""
    for leaf in leaves(value):
        yield from (it.logical_id for it in references(leaf))


def leaves(value: Value) -> Iterator[Value]:
    """Yield the values inside lists and objects, at any depth."""
    if isinstance(value, Mapping):
        for entry in value.values():
            yield from leaves(entry)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from leaves(entry)
    else:
        yield value


def _plain(value: Value) -> Any:  # noqa: ANN401 - JSON.
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, (Text, Unknown)):
        return worded(value)
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    return str(value)


def _has_name(value: Unknown) -> bool:
    """Return whether its source is a name that a reader knows, such as a parameter's."""
    return bool(value.source) and not value.source.startswith(_FUNCTION)


def _inside(part: Reference | Unknown) -> str:
    if isinstance(part, Unknown) and not _has_name(part):
        return f"${{{_reason(part)}}}"
    return str(part)


def _reason(value: Unknown) -> str:
    function = value.source.partition(" ")[0]
    what = " or ".join(written(choice) or "none" for choice in value.choices) or "unknown"
    return f"{function}: {what} ({value.reason})" if function else f"{what}: {value.reason}"
