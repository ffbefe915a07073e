"""Every count is printed with its noun in the right number."""

import ast
import re
from pathlib import Path

import pytest

from payment_templates.quantity import quantity

PACKAGE = Path(__file__).parents[1] / "payment_templates"
# What is never printed with a single one, or is the emulator's copy of AWS's text.
_EXEMPT = {"cloudformation/evaluation/functions.py", "evidence/examined_stacks.py", "naming.py"}
# A length, or a number that is called a count, before a noun that ends with an s.
_COUNT = re.compile(r"len\(|count|^(passed|failed|unknown|refused|left|named|links)$")
_NOUN = re.compile(r" (more |other |of )?[a-z]{3,}s\b(?<!\bis)(?<!\bhas)")


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 problems"), (1, "1 problem"), (2, "2 problems")]
)
def test_noun_agrees_with_its_count(count: int, expected: str) -> None:
    assert quantity(count, "problem") == expected


def test_plural_may_be_irregular() -> None:
    assert quantity(1, "check has", "checks have") == "1 check has"
    assert quantity(2, "check has", "checks have") == "2 checks have"


def test_no_text_has_a_count_before_a_plural() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {ast.unparse(text)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).as_posix() not in _EXEMPT and "rehearsal" not in path.parts
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for value, after in zip(text.values, text.values[1:], strict=False)
        if isinstance(value, ast.FormattedValue)
        and isinstance(after, ast.Constant)
        and _COUNT.search(ast.unparse(value.value))
        and not ast.unparse(value.value).startswith("quantity(")
        and _NOUN.match(str(after.value))
    ]

    assert found == []
