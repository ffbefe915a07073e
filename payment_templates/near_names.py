"""Suggests the known names that a text is near to, in the same words in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# As in difflib.
_NEAR = 0.6


def near_names(
    given: str, known: Iterable[str], *, otherwise: str, most: int = 1, cutoff: float = _NEAR
) -> str:
    """Return a hint with the names that are near to a text, or another hint if there are none.

    Names with a ratio of difflib below `cutoff` are not near.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it.

    near = sorted(get_close_matches(given, sorted(known), n=most, cutoff=cutoff))
    return f"did you mean {' or '.join(near)}?" if near else otherwise
