"""Defines the errors that end a command: a one-line message and an exit code."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.exit_codes import ExitCode

AGAIN = "run the same command again"
SAME_COMMAND = f"{AGAIN}: it resumes"
SHOWS_CURRENT = f"{AGAIN}: it shows what exists now"
POLICY_PRINTS = "payment-stack policy prints the permissions that are needed"
# github.com/ansible/ansible/pull/32300: a stack outlives its role.
UNUSABLE_ROLE_HINT = (
    "pass --role-arn with a role that exists and trusts cloudformation.amazonaws.com; your "
    "credentials need iam:PassRole for it"
)

# Of a missing permission: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
# and the models of botocore.
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"}
    | {"NotAuthorized", "UnauthorizedOperation"}
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
# The last two are S3's: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
UNKNOWN_CREDENTIALS = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch"}
    | {"InvalidSignatureException", "InvalidAccessKeyId", "InvalidToken"}
)
_SERVER_ERROR = 500


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
        self.problem = message
        self.hint = hint
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


def first_line(error: Exception) -> str:
    """Return the text of an error without its hint."""
    return str(error).partition("\n")[0]


def is_refusal(error: ClientError) -> bool:
    """Return whether AWS answered that it did not execute the call, in the only attempt."""
    metadata = error.response.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode", _SERVER_ERROR)
    # An earlier attempt may have been executed although it failed.
    return status < _SERVER_ERROR and not metadata.get("RetryAttempts", 0)


def is_denied(error: ClientError) -> bool:
    """Return whether a permission for the call is missing."""
    return code_of(error) in _DENIED


def is_expired(error: ClientError) -> bool:
    """Return whether the credentials are invalid, so that every other call fails too."""
    return code_of(error) in EXPIRED | UNKNOWN_CREDENTIALS
