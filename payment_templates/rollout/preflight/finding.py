"""One thing that must hold: what, where, and remediation."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout.errors import code_of, is_expired


class Verdict(StrEnum):
    """Whether it holds; what may not be asked is unknown, never fine.

    A warning stops nothing: something works otherwise than one would expect.
    """

    FINE = "fine"
    WARNING = "warning"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was looked at and what came of it."""

    verdict: Verdict
    # The region, or "everywhere".
    where: str
    what: str
    remediation: str = ""


EVERYWHERE = "everywhere"


def fine(where: str, what: str) -> Finding:
    """Find that something holds."""
    return Finding(verdict=Verdict.FINE, where=where, what=what)


def refused(where: str, what: str, remediation: str) -> Finding:
    """Report a problem."""
    return Finding(verdict=Verdict.REFUSED, where=where, what=what, remediation=remediation)


def warned(where: str, what: str, remediation: str) -> Finding:
    """Find something that stops no command."""
    return Finding(verdict=Verdict.WARNING, where=where, what=what, remediation=remediation)


def unknown(where: str, what: str, remediation: str) -> Finding:
    """Find that something cannot be known."""
    return Finding(verdict=Verdict.UNKNOWN, where=where, what=what, remediation=remediation)


def asked(where: str, subject: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Give what a check finds; where AWS does not answer, that is what is found.

    Raises ClientError when the credentials have expired: then nothing can be asked any more.
    """
    try:
        yield from check()
    except ClientError as error:
        if is_expired(error):
            raise
        yield unknown(
            where,
            f"{subject}: {error.operation_name} answers {code_of(error)}",
            f"allow {error.operation_name}, or check it yourself",
        )
    except BotoCoreError as error:
        yield unknown(where, f"{subject}: {error}", "look at it yourself")
