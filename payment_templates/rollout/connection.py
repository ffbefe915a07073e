"""Opens the boto3 session: timeouts, retries and progress messages about retries."""

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
# The first retries are normal; from this attempt on the operator sees why it takes so long.
REPORTED_FROM_ATTEMPT = 3
_SERVER_ERROR = 500
# The first bytes of a body, which show whether it is an HTML page.
_HEAD_BYTES = 200
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"}
    | {"RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown"}
)


def connect(profile: str | None, tell: Callable[[str], None]) -> boto3.Session:
    """Create a session with retries and timeouts; raises ProfileNotFound."""
    core = Session(profile=profile)
    core.set_default_client_config(
        Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            user_agent_extra="payment-templates",
        )
    )
    core.register("needs-retry", _report_retries(tell))
    core.register("before-parse", _drop_html_body)
    return boto3.Session(botocore_session=core)


def _report_retries(tell: Callable[[str], None]) -> Callable[..., None]:
    def watch(**attempt: Any) -> None:  # noqa: ANN401 - botocore's event arguments
        count: int = attempt["attempts"]
        reason = _reason(attempt["response"], attempt["caught_exception"])
        # Reports only: botocore decides whether to retry, and asks other handlers too.
        if reason and REPORTED_FROM_ATTEMPT <= count < ATTEMPTS:
            name: str = attempt["operation"].name
            tell(f"{name}: attempt {count} of {ATTEMPTS} failed: {reason}")

    return watch


def _drop_html_body(**answer: Any) -> None:  # noqa: ANN401 - botocore's event arguments
    # botocore cannot parse the HTML error page of a proxy; it retries a server error with an empty
    # body.
    response: dict[str, Any] = answer["response_dict"]
    if (
        response["status_code"] >= _SERVER_ERROR
        and b"<html" in response["body"][:_HEAD_BYTES].lower()
    ):
        response["body"] = b""


def _reason(response: tuple[Any, dict[str, Any]] | None, caught: Exception | None) -> str:
    if caught is not None:
        return type(caught).__name__
    if response is None:
        return ""
    status = response[0].status_code
    code = response[1].get("Error", {}).get("Code", "")
    return str(code or status) if status >= _SERVER_ERROR or code in _THROTTLED else ""
