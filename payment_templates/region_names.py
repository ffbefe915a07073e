"""Says what is wrong with the name of a region, in the same words in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.near_names import near_names

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
    return near_names(given, known, otherwise="name one such as us-east-1", most=2)
