"""One way to break the real template, and the claim that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.evidence.changes import Change


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One way to break the template."""

    title: str
    claim: str
    changes: tuple[Change, ...]


def mutation(title: str, claim: str, *changes: Change) -> Mutation:
    """Write a mutation as one row of a table."""
    return Mutation(title=title, claim=claim, changes=changes)
