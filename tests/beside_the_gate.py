"""Marks costly tests for `make faults`; the gate runs cheaper ones of the same code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TESTS = Path(__file__).parent
# The names of tests by file.
BESIDE_THE_GATE: Mapping[str, Sequence[str]] = tomllib.loads(
    (_TESTS / "beside_the_gate.toml").read_text()
)
_LISTED = frozenset(
    (_TESTS / file, name) for file, names in BESIDE_THE_GATE.items() for name in names
)


def mark_costly(items: Sequence[pytest.Item]) -> None:
    """Mark the listed tests, except the first case of a parametrized one."""
    first: set[tuple[Path, str]] = set()
    for item in items:
        test = (item.path, getattr(item, "originalname", item.name))
        if test not in _LISTED:
            continue
        is_case = hasattr(item, "callspec")
        if is_case and test not in first:
            first.add(test)
            continue
        item.add_marker(pytest.mark.faults)
