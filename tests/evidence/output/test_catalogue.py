"""The page that lists the claims says what the files of the claims say."""

from __future__ import annotations

from tests.evidence.catalogue import PAGE, catalogue


def test_page_is_that_of_the_files() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert text == catalogue(), "run: python -m tests.evidence.catalogue"
