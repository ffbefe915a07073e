"""The page on PCI DSS says what the checks find."""

from __future__ import annotations

from tests.report.compliance.page import PAGE, page


def test_page_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text == page(), "run: python -m tests.report.compliance.page"
