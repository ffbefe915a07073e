"""Defines the result of one question to AWS: what was asked, what is assumed, what AWS answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout.errors import code_of, is_denied, is_expired, message_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# The codes with which services ask to slow down:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the models of
# botocore.
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded"}
    | {"RequestThrottled", "RequestThrottledException", "TooManyRequestsException"}
)


class Verdict(StrEnum):
    """What AWS's answer means for the assumption."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_ASKED = "could not be asked"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one question."""

    verdict: Verdict
    # The group of questions, such as "event patterns".
    check: str
    asked: str
    assumed: str
    # What AWS answered, or why it could not be asked.
    answer: str
    # What to do; empty if nothing is needed.
    remediation: str = ""


def decided(
    *, confirmed: bool, check: str, asked: str, assumed: str, answer: str, remediation: str = ""
) -> Finding:
    """Return a finding about an answer of AWS; the remediation is for a contradiction alone."""
    return Finding(
        verdict=Verdict.CONFIRMED if confirmed else Verdict.CONTRADICTED,
        check=check,
        asked=asked,
        assumed=assumed,
        answer=answer,
        remediation="" if confirmed else remediation,
    )


def not_asked(
    *, check: str, asked: str, assumed: str, reason: str, remediation: str = ""
) -> Finding:
    """Report that a question has no answer."""
    return Finding(
        verdict=Verdict.NOT_ASKED,
        check=check,
        asked=asked,
        assumed=assumed,
        answer=reason,
        remediation=remediation,
    )


def ask(
    check: str, asked: str, assumed: str, question: Callable[[], Iterable[Finding]]
) -> Iterator[Finding]:
    """Ask a question; a call that fails leaves it without an answer.

    Raises ClientError if the credentials have expired, since every other question would fail too.
    """
    try:
        yield from question()
    except (BotoCoreError, ClientError) as error:
        reason, remediation = explain(error)
        yield not_asked(
            check=check, asked=asked, assumed=assumed, reason=reason, remediation=remediation
        )


def explain(error: BotoCoreError | ClientError) -> tuple[str, str]:
    """Return why a call failed, and what to do; raises ClientError for expired credentials."""
    if not isinstance(error, ClientError):
        return str(error), "run the same command again"
    if is_expired(error):
        raise error
    code = code_of(error)
    if is_denied(error):
        return f"AWS denies {error.operation_name}", f"allow {error.operation_name}"
    if code in _THROTTLED:
        return f"AWS throttles {error.operation_name}", "run the same command again later"
    said = message_of(error)
    return f"{error.operation_name} returns {code}" + (f": {said}" if said else ""), ""
