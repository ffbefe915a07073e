"""Reads JSON with the line of each key, and refuses JSON that AWS cannot read."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation.errors import DUPLICATE, TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str, ...]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]')
_OPENING: dict[str, str | int] = {"{": "", "[": 0}
# Lines are recorded down to the properties of a resource.
_DEEPEST_LINE = 4


def read_json(text: str, *, name: str) -> object:
    """Read a JSON document; raises TemplateError, with the line if it is known."""
    duplicates: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) < len(pairs):
            keys = [key for key, _ in pairs]
            duplicates.append(next(key for key in keys if keys.count(key) > 1))
        return content

    try:
        document: object = json.loads(
            text, object_pairs_hook=unique, parse_float=_finite, parse_constant=_finite
        )
    except json.JSONDecodeError as error:
        raise TemplateError(f"{name}, line {error.lineno}: not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise TemplateError(f"{name} is nested too deeply") from error
    except ValueError as error:
        raise TemplateError(f"{name} has a number that AWS cannot read: {error}") from error
    if duplicates:
        line = next(_duplicate_lines(text), 0)
        raise TemplateError(f"{name}, line {line}: duplicate key {duplicates[0]!r}", hint=DUPLICATE)
    return document


def key_lines(text: str) -> dict[Path, int]:
    """Return the line of each key of a valid JSON document, down to a resource's properties."""
    lines: dict[Path, int] = {}
    for path, line in _keys(text):
        if len(path) <= _DEEPEST_LINE:
            lines.setdefault(path, line)
    return lines


def _duplicate_lines(text: str) -> Iterator[int]:
    seen: set[Path] = set()
    for path, line in _keys(text):
        if path in seen:
            yield line
        seen.add(path)


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    """Yield the path and the line of each key of a valid document."""
    # The current key or index of each open object or list.
    steps: list[str | int] = []
    line, last = 1, ""
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign == "\n":
            line += 1
        elif sign in _OPENING:
            steps.append(_OPENING[sign])
        elif sign in "}]":
            steps.pop()
        elif sign == ",":
            step = steps[-1]
            steps[-1] = step + 1 if isinstance(step, int) else step
        elif sign == ":":
            steps[-1] = str(json.loads(last))
            yield tuple(map(str, steps)), line
        else:
            last = sign


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is not finite")
    return number
