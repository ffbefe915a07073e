"""Opens the boto3 session: timeouts, retries and progress messages about retries."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config

from payment_templates.rollout.connection.credentials import CheckedSession
from payment_templates.rollout.connection.network_setup import NetworkSetup
from payment_templates.rollout.connection.unreadable import (
    UNREADABLE,
    Parsers,
    refuse_unreadable,
    retry_unreadable,
)

# Standard mode: exponential backoff with full jitter up to 20 s between attempts, and a quota:
# https://docs.aws.amazon.com/boto3/latest/guide/retries.html
ATTEMPTS = 10
CONNECT_SECONDS = 10
READ_SECONDS = 60
# The first retries are normal; from this attempt on the operator sees why it takes so long.
REPORTED_FROM_ATTEMPT = 3
_SERVER_ERROR = 500
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"}
    | {"RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown"}
)


def connect(profile: str | None, tell: Callable[[str], None]) -> boto3.Session:
    """Create a session with retries and timeouts; raises ProfileNotFound."""
    core = CheckedSession(profile)
    core.set_default_client_config(
        Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            user_agent_extra="payment-templates",
        )
    )
    core.register_component("response_parser_factory", Parsers())
    core.register("provide-client-params", core.require_valid_credentials)
    # The more specific handler comes first: before botocore decides whether to retry.
    core.register("needs-retry.*.*", NetworkSetup().stop_permanent)
    core.register("needs-retry.*.*", retry_unreadable)
    core.register("needs-retry", _report_retries(tell))
    core.register("after-call", refuse_unreadable)
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


def _reason(response: tuple[Any, dict[str, Any]] | None, caught: Exception | None) -> str:
    if caught is not None:
        return type(caught).__name__
    if response is None:
        return ""
    status = response[0].status_code
    code = response[1].get("Error", {}).get("Code", "")
    if code == UNREADABLE:
        return "the response is not from AWS"
    return str(code or status) if status >= _SERVER_ERROR or code in _THROTTLED else ""
