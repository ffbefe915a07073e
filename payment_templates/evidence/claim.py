"""Defines claims (promises with a check) and findings (the verdict of a check)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.evidence.topology import Topology


class Verdict(StrEnum):
    """Whether a promise is kept, ordered from best to worst."""

    NOT_APPLICABLE = "not applicable"
    KEPT = "kept"
    CONDITIONAL = "conditional"
    # Cannot be decided from the template alone.
    UNKNOWN = "unknown"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A verdict, the reason in one sentence, and the evidence that a reader can check."""

    verdict: Verdict
    why: str
    evidence: tuple[str, ...]
    # By how much a promise is broken, in the claim's unit; infinite if that cannot be measured. A
    # profile accepts a broken promise only up to a stated amount.
    amount: float = 0
    # The parameter that would decide an unknown verdict, or "".
    parameter: str = ""
    # Whether the template lacks the subject of the promise. Counts as broken if promised.
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A promise with its sources, an explanation, and the check."""

    id: str
    title: str
    sources: tuple[str, ...]
    how: str
    check: Callable[[Topology], Finding]


def claim(title: str, *sources: str) -> Callable[[Callable[[Topology], Finding]], Claim]:
    """Turn a check into a claim: its name becomes the ID, its docstring the explanation."""

    def make(check: Callable[[Topology], Finding]) -> Claim:
        return Claim(
            id=check.__name__.replace("_", "-"),
            title=title,
            sources=sources,
            how=(check.__doc__ or "").strip(),
            check=check,
        )

    return make


def kept(why: str, *evidence: str) -> Finding:
    """Return the finding that a promise is kept."""
    return Finding(verdict=Verdict.KEPT, why=why, evidence=evidence)


def conditional(why: str, *evidence: str) -> Finding:
    """Return the finding that a promise is kept if a condition outside the template holds."""
    return Finding(verdict=Verdict.CONDITIONAL, why=why, evidence=evidence)


def broken(why: str, *evidence: str, amount: float = math.inf) -> Finding:
    """Return the finding that a promise is broken, with the amount if it is measurable."""
    return Finding(verdict=Verdict.BROKEN, why=why, evidence=evidence, amount=amount)


def absent(why: str, *evidence: str) -> Finding:
    """Return the finding that the template lacks the subject of the promise.

    If the profile makes the promise, it is broken; otherwise it does not apply.
    """
    return Finding(verdict=Verdict.NOT_APPLICABLE, why=why, evidence=evidence, absent=True)


def not_applicable(why: str, *evidence: str) -> Finding:
    """Return the finding that the template has nothing that could break the promise."""
    return Finding(verdict=Verdict.NOT_APPLICABLE, why=why, evidence=evidence)


def unknown(why: str, *evidence: str, parameter: str = "") -> Finding:
    """Return the finding that the template does not decide the promise."""
    return Finding(verdict=Verdict.UNKNOWN, why=why, evidence=evidence, parameter=parameter)
