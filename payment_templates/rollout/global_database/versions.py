"""Compares engine versions of Aurora PostgreSQL, such as 15.18."""


def parts_of(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, which compare as versions do."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def major_of(version: str) -> str:
    """Return the major version."""
    return version.partition(".")[0]
