"""Makes text from templates, arguments and AWS safe to print on a terminal."""

from __future__ import annotations

_LAYOUT = "\n\t"


def printable(text: str) -> str:
    r"""Return the text with every other character that a terminal would obey as an escape: \x1b.

    These are the control characters, those that turn the direction of text, invisible ones, and
    halves of surrogate pairs, which no stream accepts.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in _LAYOUT
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
