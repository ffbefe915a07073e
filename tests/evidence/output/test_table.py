"""What a terminal shows."""

from __future__ import annotations

from functools import cache
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from payment_templates.cloudformation import read_template
from payment_templates.evidence import PROMISES, Examination, examine
from payment_templates.evidence.terminal_tables import survival_table, verdict_table
from tests.evidence.templates import CLAIMS, NOT_APPLICABLE, REAL

if TYPE_CHECKING:
    import pytest


@cache
def examined() -> Examination:
    return examine(read_template(REAL))


def shown(table: object, *, colour: bool = True) -> str:
    """Draw a table as a terminal of 200 columns would."""
    screen = StringIO()
    Console(file=screen, width=200, force_terminal=True).print(table)
    assert ("\x1b[3" in screen.getvalue()) or not colour
    return screen.getvalue()


def test_every_promise_is_shown_with_its_verdict() -> None:
    text = shown(verdict_table(examined()))

    promised = CLAIMS.keys() - PROMISES["standard"].not_promised.keys() - NOT_APPLICABLE
    assert all(CLAIMS[name].title in text for name in promised)
    assert "broken, accepted" in text


def test_broken_promises_come_last() -> None:
    text = shown(verdict_table(examined()))

    assert text.rindex("kept") < text.index("conditional") < text.index("broken,")


def test_survival_shows_what_cannot_be_replaced() -> None:
    text = shown(survival_table(examined()))

    (line,) = (line for line in text.splitlines() if "NatGatewayA" in line)
    assert "6 of 6, none can start" in line
    assert "0 of 1" in line


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    text = shown(verdict_table(examined()), colour=False)

    assert "\x1b[32m" not in text
    assert "\x1b[31m" not in text
