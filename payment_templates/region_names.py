"""Says what is wrong with the name of a region, in the same words in every command."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def unknown_region(given: str, known: Collection[str]) -> tuple[str, str]:
    """Return the problem and the hint for a text that is none of the known regions."""
    return f"unknown region {given!r}", _hint(given.strip().lower(), known)


def _hint(given: str, known: Collection[str]) -> str:
    if "," in given or " " in given:
        return "name one region, or repeat --region in a command that takes several"
    if given in known:
        return f"did you mean {given}?"
    if near := get_close_matches(given, sorted(known), n=2):
        return f"did you mean {' or '.join(sorted(near))}?"
    return "name one such as us-east-1"
