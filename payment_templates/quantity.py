"""Writes a count with its noun in the right number, and an ordinal number."""


def quantity(count: int, noun: str, plural: str = "") -> str:
    """Return `1 zone` or `2 zones`; the plural is needed where it does not end with an s alone."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def ordinal(number: int) -> str:
    """Return `1st`, `2nd`, `3rd`, `11th` or `21st`."""
    teens = 10 <= number % 100 < 20  # noqa: PLR2004 - eleventh, not elevenst.
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
