"""Writes docs/options.md from the fields of the options: python -m tests.option_reference."""

from __future__ import annotations

import ast
from dataclasses import asdict
from inspect import getsource
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates import PROFILES
from payment_templates.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parents[1] / "docs" / "options.md"
_HEAD = """\
# Options

What the generator decides. Generated from [options.py](../payment_templates/options.py) by
`python -m tests.option_reference`. The defaults are the specification, the profile `standard`; the
next column is empty where `production` has the same. An
[options file](library.md#size-the-stack-with-an-options-file) names a profile and the options that
differ; a wrong name or value is refused with what is accepted. [production.md](production.md) says
why production sets what it sets.

| option | type | default | production | what it is |
|---|---|---|---|---|
"""
_TYPES = {
    "int": "whole number",
    "bool": "true or false",
    "str": "text",
    "DeletionPolicy": '`"Delete"` or `"Snapshot"`',
}


def write_options() -> str:
    """Return the page."""
    standard, production = (asdict(PROFILES[name]) for name in ("standard", "production"))
    rows = [
        f"| `{name}` | {_TYPES.get(kind, 'table')} | {_value(standard[name])} | "
        f"{_value(production[name]) if production[name] != standard[name] else ''} | {what} |\n"
        for name, kind, what in _fields()
    ]
    return _HEAD + "".join(rows)


def _fields() -> Iterator[tuple[str, str, str]]:
    """Yield the name, the type and the comment of each field."""
    source = getsource(Options)
    lines = source.splitlines()
    (body,) = ast.parse(source).body
    assert isinstance(body, ast.ClassDef)
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            start = node.lineno - 1
            while lines[start - 1].lstrip().startswith("# "):
                start -= 1
            comment = " ".join(
                line.strip().removeprefix("# ") for line in lines[start : node.lineno - 1]
            )
            yield node.target.id, ast.unparse(node.annotation), comment


def _value(value: object) -> str:
    if value == ():
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f'`"{text}"`' if isinstance(value, str) else f"`{text}`"


if __name__ == "__main__":
    PAGE.write_text(write_options(), encoding="utf-8")
