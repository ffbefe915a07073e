"""The list of the tests that only `make faults` runs names tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.beside_the_gate import BESIDE_THE_GATE

_TESTS = Path(__file__).parent


def test_listed_tests_exist() -> None:
    for file, listed in BESIDE_THE_GATE.items():
        nodes = ast.parse((_TESTS / file).read_text()).body

        names = {it.name for it in nodes if isinstance(it, ast.FunctionDef)}
        assert {*listed} <= names, file
