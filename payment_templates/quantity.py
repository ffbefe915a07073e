"""Writes a count with its noun in the right number."""


def quantity(count: int, noun: str, plural: str = "") -> str:
    """Return `1 zone` or `2 zones`; the plural is needed where it does not end with an s alone."""
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"
