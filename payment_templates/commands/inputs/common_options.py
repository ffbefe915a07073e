"""Holds the options that every command on an AWS account has."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class CommonOptions:
    """The AWS profile, the output format, the confirmation and the polling interval."""

    aws_profile: str | None
    as_json: bool
    yes: bool
    poll_seconds: float


def take_common_options(given: dict[str, Any]) -> CommonOptions:
    """Remove the common options from a command's arguments and return them."""
    return CommonOptions(
        aws_profile=given.pop("aws_profile"),
        as_json=given.pop("as_json"),
        yes=given.pop("yes", False),
        poll_seconds=given.pop("poll_seconds"),
    )
