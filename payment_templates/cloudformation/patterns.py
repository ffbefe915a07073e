"""Matches values against AllowedPattern, a Java regular expression, with a time limit."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

# If a match takes longer, it is undecided.
_PATTERN_SECONDS = 0.2
# Java syntax with another meaning in Python: intersections and unions of character classes.
_JAVA_ONLY = re.compile(r"&&|\[[^\]\\]*(?<!\[)\[(?!:)")
# Python's re has no time limit, so it is used only for patterns without repeated groups and with
# few repetitions in relation to the length of the text.
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\d*\}")
_MOST_STEPS = 1_000_000


@lru_cache(maxsize=4096)
def matches(pattern: str, text: str) -> bool | None:
    """Match a whole text as Java does; None if the pattern is unsupported or takes too long."""
    if _JAVA_ONLY.search(pattern):
        return None
    steps = max(len(text), 2) ** len(_UNBOUNDED.findall(pattern))
    if steps <= _MOST_STEPS and not _REPEATED_GROUP.search(pattern):
        try:
            # Java's character classes are ASCII: \d is 0 to 9.
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return re.fullmatch(pattern, text, re.ASCII) is not None
        except (re.error, Warning, RecursionError, OverflowError):
            # Python cannot compile it; the package regex supports more of Java's syntax.
            pass
    return _matches_in_time(pattern, text)


def _matches_in_time(pattern: str, text: str) -> bool | None:
    import regex  # noqa: PLC0415 - few templates need it.

    try:
        return regex.fullmatch(pattern, text, regex.ASCII, timeout=_PATTERN_SECONDS) is not None
    except (regex.error, TimeoutError, ValueError, RecursionError, OverflowError, MemoryError):
        return None
