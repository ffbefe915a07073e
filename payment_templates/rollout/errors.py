"""Defines the errors that end a command: a one-line message and an exit code."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

SAME_COMMAND = "run the same command again: it resumes"

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN_CREDENTIALS = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}
)
_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, ProfileNotFound, NoRegionError)


class ExitCode(IntEnum):
    """The exit codes of the commands."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    REFUSED = 3
    INTERRUPTED = 130


class RolloutError(Exception):
    """Ends a command; the message says what is wrong and what to do."""

    def __init__(
        self,
        message: str,
        exit_code: ExitCode = ExitCode.FAILED,
        document: Mapping[str, Any] | None = None,
        *,
        hint: str = "",
    ) -> None:
        super().__init__(f"{message}\nhint: {hint}" if hint else message)
        self.exit_code = exit_code
        # Results so far, for the JSON document of the command.
        self.document = document or {}


def wrong_use(message: str, hint: str = "") -> RolloutError:
    """Return the error for invalid input, with the value and what is accepted."""
    return RolloutError(message, ExitCode.WRONG_USE, hint=hint)


def code_of(error: ClientError) -> str:
    """Return the AWS error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    """Return the AWS error message."""
    return str(error.response.get("Error", {}).get("Message", ""))


def is_expired(error: ClientError) -> bool:
    """Return whether the credentials are invalid, so that every other call fails too."""
    return code_of(error) in _EXPIRED | _UNKNOWN_CREDENTIALS


def explain(error: BotoCoreError | ClientError) -> RolloutError:
    """Convert an AWS or network error to one line with a hint."""
    if isinstance(error, ClientError):
        return _explain_refusal(error)
    if isinstance(error, _NO_CREDENTIALS):
        return wrong_use(_sentence(error), "log in, or choose another --aws-profile")
    if isinstance(error, EndpointConnectionError):
        return RolloutError(_sentence(error), hint=f"when the network works again, {SAME_COMMAND}")
    return RolloutError(_sentence(error), hint=SAME_COMMAND)


def _explain_refusal(error: ClientError) -> RolloutError:
    code = code_of(error)
    if code in _EXPIRED:
        return RolloutError("the credentials have expired", hint=f"renew them, then {SAME_COMMAND}")
    if code in _UNKNOWN_CREDENTIALS:
        # A region that the account has not enabled answers the same.
        return wrong_use(
            f"{error.operation_name}: AWS does not know the credentials ({code})",
            "log in again; a region that is not enabled needs: aws account enable-region",
        )
    return RolloutError(f"{error.operation_name}: {message_of(error) or code} ({code})")


def _sentence(error: BotoCoreError) -> str:
    return str(error).rstrip(".\n")
