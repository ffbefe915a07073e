"""Defines the result of a preflight check: verdict, region, description and remediation."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout.errors import code_of, is_expired


class Verdict(StrEnum):
    """The verdict of a check; unknown if AWS denies the call.

    A warning reports unexpected behavior and does not stop a command.
    """

    FINE = "fine"
    WARNING = "warning"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check."""

    verdict: Verdict
    # The region, or "everywhere".
    where: str
    what: str
    remediation: str = ""


EVERYWHERE = "everywhere"


def fine(where: str, what: str) -> Finding:
    """Report a passed check."""
    return Finding(verdict=Verdict.FINE, where=where, what=what)


def refused(where: str, what: str, remediation: str) -> Finding:
    """Report a problem."""
    return Finding(verdict=Verdict.REFUSED, where=where, what=what, remediation=remediation)


def warned(where: str, what: str, remediation: str) -> Finding:
    """Report a warning, which does not stop a command."""
    return Finding(verdict=Verdict.WARNING, where=where, what=what, remediation=remediation)


def unknown(where: str, what: str, remediation: str) -> Finding:
    """Report that a check was not possible."""
    return Finding(verdict=Verdict.UNKNOWN, where=where, what=what, remediation=remediation)


def run_check(
    where: str, subject: str, check: Callable[[], Iterable[Finding]]
) -> Iterator[Finding]:
    """Run a check; reports a failed AWS call as an unknown verdict.

    Raises ClientError if the credentials have expired, since every other check would fail too.
    """
    try:
        yield from check()
    except ClientError as error:
        if is_expired(error):
            raise
        yield unknown(
            where,
            f"{subject}: {error.operation_name} returns {code_of(error)}",
            f"allow {error.operation_name}, or check it yourself",
        )
    except BotoCoreError as error:
        yield unknown(where, f"{subject}: {error}", "check it yourself")
