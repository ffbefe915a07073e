"""Matches a value against AllowedPattern: Java's regular expressions, read by Python, in time."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

# A pattern that needs longer than this for one value is not decided.
_PATTERN_SECONDS = 0.2
# What Java reads otherwise than Python: intersections and unions in brackets.
_JAVA_ONLY = re.compile(r"&&|\[[^\]\\]*(?<!\[)\[(?!:)")
# Python's own expressions know no time limit: they are used where these steps cannot be exceeded,
# which is where no group is repeated and few characters meet few repetitions.
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\d*\}")
_MOST_STEPS = 1_000_000


@lru_cache(maxsize=4096)
def matches(pattern: str, text: str) -> bool | None:
    """Match a whole text as Java would; None when it cannot be decided, or not in time."""
    if _JAVA_ONLY.search(pattern):
        return None
    steps = max(len(text), 2) ** len(_UNBOUNDED.findall(pattern))
    if steps <= _MOST_STEPS and not _REPEATED_GROUP.search(pattern):
        try:
            # Java's classes are those of ASCII: \d is 0 to 9.
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return re.fullmatch(pattern, text, re.ASCII) is not None
        except (re.error, Warning, RecursionError, OverflowError):
            # Python cannot read it; the library beside it reads more of Java's.
            pass
    return _matches_in_time(pattern, text)


def _matches_in_time(pattern: str, text: str) -> bool | None:
    import regex  # noqa: PLC0415 - few templates need it, and all would wait for it

    try:
        return regex.fullmatch(pattern, text, regex.ASCII, timeout=_PATTERN_SECONDS) is not None
    except (regex.error, TimeoutError, ValueError, RecursionError, OverflowError, MemoryError):
        return None
