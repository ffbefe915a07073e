"""The way to AWS: credentials as in every boto3 program, patience, and retries that are told."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.session import Session

# Standard mode: exponential backoff with full jitter up to 20 s between attempts, and a quota:
# https://docs.aws.amazon.com/boto3/latest/guide/retries.html
ATTEMPTS = 10
CONNECT_SECONDS = 10
READ_SECONDS = 60
# A retry or two is AWS's daily life; from here on the person is told why it takes so long.
TOLD_FROM_ATTEMPT = 3
_SERVER_ERROR = 500
# Where a page says that it is one.
_HEAD = 200
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"}
    | {"RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown"}
)


def connect(profile: str | None, tell: Callable[[str], None]) -> boto3.Session:
    """Make a session whose calls are patient; raises ProfileNotFound."""
    core = Session(profile=profile)
    core.set_default_client_config(
        Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            user_agent_extra="payment-templates",
        )
    )
    core.register("needs-retry", _telling(tell))
    core.register("before-parse", _empty_page)
    return boto3.Session(botocore_session=core)


def _telling(tell: Callable[[str], None]) -> Callable[..., None]:
    def watch(**attempt: Any) -> None:  # noqa: ANN401 - what botocore tells of an attempt
        count: int = attempt["attempts"]
        reason = _reason(attempt["response"], attempt["caught_exception"])
        # Only told: whether to try again is left to botocore, which asks others too.
        if reason and TOLD_FROM_ATTEMPT <= count < ATTEMPTS:
            name: str = attempt["operation"].name
            tell(f"{name}: attempt {count} of {ATTEMPTS} failed: {reason}")

    return watch


def _empty_page(**answer: Any) -> None:  # noqa: ANN401 - what botocore tells of an answer
    # A proxy before AWS answers with a page for people, on which botocore's parser gives up; an
    # empty answer it takes for the server error that it is, and tries again.
    response: dict[str, Any] = answer["response_dict"]
    if response["status_code"] >= _SERVER_ERROR and b"<html" in response["body"][:_HEAD].lower():
        response["body"] = b""


def _reason(response: tuple[Any, dict[str, Any]] | None, caught: Exception | None) -> str:
    if caught is not None:
        return type(caught).__name__
    if response is None:
        return ""
    status = response[0].status_code
    code = response[1].get("Error", {}).get("Code", "")
    return str(code or status) if status >= _SERVER_ERROR or code in _THROTTLED else ""
