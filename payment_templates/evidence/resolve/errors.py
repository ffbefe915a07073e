"""What stops the examination of a template: wrong use, told in one line."""

from __future__ import annotations


class EvidenceError(ValueError):
    """A template, region, parameter or claim that cannot be examined, and what would do."""


class UnresolvedError(EvidenceError):
    """An expression whose value is not known, with its place in the template."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
