"""What the rehearsal makes of verify's answers, with fake documents."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from payment_templates.rehearsal.stacks import Stack
from payment_templates.rehearsal.verification import VerificationError, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_STACK = Stack(region="us-east-1", name="payment-dev-001", resources=70)
_FINE = {"verdict": "confirmed", "asked": "do all tasks run?", "answer": "6 run, 6 wanted"}
_UNCONFIRMED = {
    "verdict": "contradicted",
    "asked": "is the subscription confirmed?",
    "answer": "no one is subscribed",
}
_UNHEALTHY = {
    "verdict": "contradicted",
    "asked": "are all targets healthy?",
    "answer": "6 unhealthy",
}


class Fake:
    """Answers with a document, and collects what is shown."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.results: list[str] = []
        self._document = document

    def document(self, *_arguments: str, **_more: str) -> dict[str, Any]:
        return self._document

    @contextmanager
    def step(self, _title: str) -> Generator[Callable[[str], None]]:
        yield self.results.append


def test_questions_for_the_real_aws_are_counted() -> None:
    findings = [_FINE, _FINE, _UNCONFIRMED]
    fake = Fake({"findings": findings, "error": "AWS contradicts 1 assumption"})

    ask(fake)

    assert fake.results == ["2 confirmed, 1 question for the real AWS alone"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"findings": [_FINE, _UNHEALTHY]}, "are all targets healthy? 6 unhealthy"),
        (
            {"findings": [{**_UNHEALTHY, "verdict": "could not be asked"}]},
            "are all targets healthy? 6 unhealthy",
        ),
        ({"error": "the stack does not exist"}, "the stack does not exist"),
        ({"findings": [_FINE], "error": "internal error"}, "internal error"),
    ],
    ids=["contradicted", "not asked", "no answers", "ended early"],
)
def test_unexpected_answer_fails_the_rehearsal(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(VerificationError) as failed:
        ask(Fake(document))

    assert str(failed.value) == reason


def ask(fake: Fake) -> None:
    verify(cast("Any", fake), _STACK, cast("Any", fake))
