"""What the rehearsal makes of verify's answers, with fake documents."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, cast

import pytest

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.program import Program
from payment_templates.rehearsal.stacks import Stack
from payment_templates.rehearsal.verification import VerificationError, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

_STACK = Stack(region="us-east-1", name="payment-dev-001", resources=70)
_FINE = {"verdict": "confirmed", "asked": "do all tasks run?", "answer": "6 run, 6 wanted"}
_UNCONFIRMED = {
    "verdict": "contradicted",
    "asked": "is the subscription confirmed?",
    "answer": "no one is subscribed",
}
_OF_AWS = {
    "verdict": "could not be asked",
    "asked": "is the policy of the role valid?",
    "answer": "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole: NoSuchEntity",
}
_UNHEALTHY = {
    "verdict": "contradicted",
    "asked": "are all targets healthy?",
    "answer": "6 unhealthy",
}


class Fake:
    """A screen and a process: answers with a document, and collects what is shown."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.lines: list[str] = []
        self.results: list[str] = []
        self._document = document

    def run(
        self, _module: str, _arguments: Sequence[str], *, output: IO[bytes], **_more: object
    ) -> int:
        output.write(json.dumps(self._document).encode())
        return 1

    def command(self, line: str) -> None:
        self.lines.append(line)

    @contextmanager
    def step(self, title: str) -> Generator[Callable[[str], None]]:
        assert title == "Ask what evidence assumes in us-east-1"
        yield self.results.append


def test_command_is_shown() -> None:
    fake = Fake({"findings": [_FINE]})

    ask(fake)

    (line,) = fake.lines
    assert line == (
        "python -m payment_templates verify --suffix dev-001 --stack-name payment-dev-001 "
        "--region us-east-1 --json"
    )


def test_questions_for_the_real_aws_are_counted() -> None:
    findings = [_FINE, _FINE, _UNCONFIRMED, _OF_AWS]
    fake = Fake({"findings": findings, "error": "AWS contradicts 1 assumption"})

    ask(fake)

    assert fake.results == ["2 confirmed, 2 questions for the real AWS alone"]


def test_answers_that_are_all_confirmed_pass() -> None:
    fake = Fake({"findings": [_FINE], "error": None})

    ask(fake)

    assert fake.results == ["1 confirmed, 0 questions for the real AWS alone"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"findings": [], "error": None}, "verify asked nothing"),
        ({"findings": [_FINE, _UNHEALTHY]}, "are all targets healthy? 6 unhealthy"),
        (
            {"findings": [{**_UNHEALTHY, "verdict": "could not be asked"}]},
            "are all targets healthy? 6 unhealthy",
        ),
        ({"findings": None, "error": "the stack does not exist"}, "the stack does not exist"),
        ({"findings": [_FINE], "error": "internal error"}, "internal error"),
    ],
    ids=["no questions", "contradicted", "not asked", "no answers", "ended early"],
)
def test_unexpected_answer_fails_the_rehearsal(document: dict[str, Any], reason: str) -> None:
    with pytest.raises(VerificationError) as failed:
        ask(Fake(document))

    assert str(failed.value) == reason


def ask(fake: Fake) -> None:
    aws = EmbeddedAws(endpoint_url="http://127.0.0.1:1", account="123456789012")
    program = Program(aws=aws, forks=cast("Any", fake), suffix="dev-001", prompt=fake)
    verify(program, _STACK, fake)
