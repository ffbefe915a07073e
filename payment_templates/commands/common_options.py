"""The options that every command has."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Whose credentials, for whom the output is, and how often to look."""

    profile: str | None
    as_json: bool
    yes: bool
    poll_seconds: float


def take_surroundings(given: dict[str, Any]) -> Surroundings:
    """Take what every command has out of what a command was given."""
    return Surroundings(
        profile=given.pop("profile"),
        as_json=given.pop("as_json"),
        yes=given.pop("yes", False),
        poll_seconds=given.pop("poll_seconds"),
    )
