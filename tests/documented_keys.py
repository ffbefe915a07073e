"""Compares a JSON document with the keys that the help and docs/commands.md list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# When the entries are there: "where preflight refuses: verdict, where, …".
_BY_NAME = "of each "
_REMARK = re.compile(r"^[^,(]+: ")


def differences(document: Mapping[str, object], keys: Mapping[str, str]) -> Iterator[str]:
    """Yield each key of a document's entries that is not documented, or not there."""
    for name, text in keys.items():
        yield from _of_entries(name, document.get(name), text)


def _of_entries(path: str, value: object, text: str) -> Iterator[str]:
    documented = _documented(text)
    if not documented:
        return
    if text.startswith(_BY_NAME) and isinstance(value, dict):
        value = [*cast("dict[str, object]", value).values()]
    for entry in cast("list[object]", value if isinstance(value, list) else [value]):
        if isinstance(entry, dict):
            found = cast("dict[str, object]", entry)
            yield from (f"{path}: {name}" for name in found.keys() ^ documented.keys())
            for name, nested in documented.items():
                yield from _of_entries(f"{path}: {name}", found.get(name), nested)
        elif entry is not None:
            yield f"{path} is {entry!r}"


def _documented(text: str) -> Mapping[str, str]:
    """Return the keys in a text, each with the text in its brackets; none for a mere remark."""
    parts, depth = [""], 0
    for character in _REMARK.sub("", text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    pairs = (part.strip().partition(" (") for part in parts)
    found = {name: nested.removesuffix(")") for name, _, nested in pairs}
    return found if all(map(str.isidentifier, found)) else {}
