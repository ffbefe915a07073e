"""What a claim is: a promise, the line that makes it, and the check that gives a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.evidence.topology import Topology


class Verdict(StrEnum):
    """Whether a promise is kept, the best first."""

    NOT_APPLICABLE = "not applicable"
    KEPT = "kept"
    CONDITIONAL = "conditional"
    # The template alone does not decide it.
    UNKNOWN = "unknown"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A verdict, the reason in one sentence, and the lines by which a reader can check it."""

    verdict: Verdict
    why: str
    evidence: tuple[str, ...]
    # How far a broken promise is from being kept, in the claim's own unit, so that no more than a
    # stated amount can be accepted; infinite where it cannot be measured.
    amount: float = 0
    # The parameter that would decide an unknown verdict, or "".
    parameter: str = ""
    # Whether the template lacks what the promise is about: broken where a profile promises it.
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A promise that is checked on a topology."""

    id: str
    title: str
    sources: tuple[str, ...]
    how: str
    check: Callable[[Topology], Finding]


def claim(title: str, *sources: str) -> Callable[[Callable[[Topology], Finding]], Claim]:
    """Make a claim of its check: the function's name is its ID, the docstring says how it works."""

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
    """Find that a promise holds."""
    return Finding(verdict=Verdict.KEPT, why=why, evidence=evidence)


def conditional(why: str, *evidence: str) -> Finding:
    """Find that a promise holds under a condition that the template cannot guarantee."""
    return Finding(verdict=Verdict.CONDITIONAL, why=why, evidence=evidence)


def broken(why: str, *evidence: str, amount: float = math.inf) -> Finding:
    """Find that a promise does not hold, and by how much where that can be measured."""
    return Finding(verdict=Verdict.BROKEN, why=why, evidence=evidence, amount=amount)


def absent(why: str, *evidence: str) -> Finding:
    """Find nothing in the template that the promise is about.

    A promise of the profile is then broken, any other does not apply.
    """
    return Finding(verdict=Verdict.NOT_APPLICABLE, why=why, evidence=evidence, absent=True)


def not_applicable(why: str, *evidence: str) -> Finding:
    """Find nothing that could break the promise."""
    return Finding(verdict=Verdict.NOT_APPLICABLE, why=why, evidence=evidence)


def unknown(why: str, *evidence: str, parameter: str = "") -> Finding:
    """Find that the template alone does not decide the promise, and what would."""
    return Finding(verdict=Verdict.UNKNOWN, why=why, evidence=evidence, parameter=parameter)
