"""Formats one-line errors for a stack that cannot be tested: the given value and a remedy."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import botocore.session
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration import policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.services import Json, Services

_CREDENTIALS = "Log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_MOST_NAMES = 5
# In other states, resources are missing or changing.
_TESTABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


class UnusableStackError(Exception):
    """The given stack cannot be tested; the message is for the user."""


def rejection(request: str, error: ClientError, services: Services) -> str:
    """Return why AWS rejected the call that describes the stack."""
    answer = error.response.get("Error", {})
    message = answer.get("Message", "").rstrip(".")
    if "does not exist" in message:
        return f"{request} does not exist. {_existing_stacks(services)}"
    if answer.get("Code", "").startswith("AccessDenied"):
        return f"{request}: {message}. The required policy is tests/integration/policy.json"
    return f"{request}: AWS rejects these credentials: {message}. {_CREDENTIALS}"


def connection_error(request: str, error: Exception, region: str | None) -> str:
    """Return why the call did not reach AWS."""
    message = " ".join(str(error).split()).rstrip(".")
    match error:
        case exceptions.InvalidRegionError():
            remedy = "Set a region, such as us-east-1"
        case exceptions.ConnectionError() | exceptions.HTTPClientError():
            similar = _regions_like(region or "us-east-1")
            remedy = f"Check AWS_REGION ({similar}?), AWS_ENDPOINT_URL and the network"
        # botocore's error for a malformed endpoint.
        case ValueError():
            remedy = "Set AWS_ENDPOINT_URL to http://host:port, or unset it"
        case _:
            remedy = _CREDENTIALS
    return f"{request}: {message}. {remedy}"


def require_testable(
    request: str, description: Json, parameters: Mapping[str, str], *, suffix: str
) -> None:
    """Raise UnusableStackError for a stack in a wrong state, of a wrong kind or wrong suffix."""
    status = description["StackStatus"]
    if status not in _TESTABLE:
        raise UnusableStackError(f"{request} is {status}: it must be one of {', '.join(_TESTABLE)}")
    deployed = parameters.get("EnvironmentSuffix")
    if deployed is None:
        raise UnusableStackError(
            f"{request} is not a payment stack, it has no parameter EnvironmentSuffix: "
            "use a stack created from output/TapStack.json"
        )
    if deployed != suffix:
        raise UnusableStackError(
            f"ENVIRONMENT_SUFFIX={suffix}, but {request} was deployed with {deployed}: "
            f"set ENVIRONMENT_SUFFIX={deployed}, or use another stack"
        )


def _regions_like(region: str) -> str:
    known = botocore.session.get_session().get_available_regions("cloudformation")
    return ", ".join(get_close_matches(region, known, n=2)) or "us-east-1"


def _existing_stacks(services: Services) -> str:
    try:
        answer = services.ask("cloudformation", "list_stacks", StackStatusFilter=list(_TESTABLE))
    except (BotoCoreError, ClientError, policy.OutsidePolicyError):
        return "Set the name of a stack in this account and region"
    names = sorted(summary["StackName"] for summary in answer["StackSummaries"])
    if not names:
        return "There are no stacks: set another AWS_REGION or other credentials"
    more = ", ..." if len(names) > _MOST_NAMES else ""
    return f"Existing stacks: {', '.join(names[:_MOST_NAMES])}{more}"
