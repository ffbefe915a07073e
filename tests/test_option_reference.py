"""The page of the options is what the options say."""

from __future__ import annotations

import re
from dataclasses import fields

from payment_templates.options import Options
from tests.option_reference import PAGE, write_options


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_options(), "run `make readme`"


def test_every_option_has_a_description() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` .* \| (.*) \|$", write_options(), flags=re.MULTILINE))

    assert [*rows] == [field.name for field in fields(Options)]
    assert all(rows.values())
