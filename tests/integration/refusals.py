"""Why a stack cannot be tested, in one line each: what was given, and what would do."""

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
# A stack in another state has not all of its resources, or will soon have others.
_TESTABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


class UnusableStackError(Exception):
    """What was asked for cannot be tested: the message is for the person who asked."""


def refused(asked: str, error: ClientError, services: Services) -> str:
    """Say why AWS did not describe the stack."""
    answer = error.response.get("Error", {})
    message = answer.get("Message", "").rstrip(".")
    if "does not exist" in message:
        return f"{asked} does not exist. {_stacks_there(services)}"
    if answer.get("Code", "").startswith("AccessDenied"):
        return f"{asked}: {message}. What must be granted is in tests/integration/policy.json"
    return f"{asked}: AWS refuses these credentials: {message}. {_CREDENTIALS}"


def unasked(asked: str, error: Exception, region: str | None) -> str:
    """Say why AWS could not even be asked."""
    message = " ".join(str(error).split()).rstrip(".")
    match error:
        case exceptions.InvalidRegionError():
            remedy = "Give a region, such as us-east-1"
        case exceptions.ConnectionError() | exceptions.HTTPClientError():
            meant = _regions_like(region or "us-east-1")
            remedy = f"Check AWS_REGION ({meant}?), AWS_ENDPOINT_URL and the network"
        # botocore takes a malformed endpoint for one.
        case ValueError():
            remedy = "Give AWS_ENDPOINT_URL as http://host:port, or leave it out"
        case _:
            remedy = _CREDENTIALS
    return f"{asked}: {message}. {remedy}"


def refuse_unlike(
    asked: str, description: Json, parameters: Mapping[str, str], *, suffix: str
) -> None:
    """Raise UnusableStackError for a stack that is not ready, not this one, or not of this kind."""
    status = description["StackStatus"]
    if status not in _TESTABLE:
        raise UnusableStackError(f"{asked} is {status}: it must be one of {', '.join(_TESTABLE)}")
    deployed = parameters.get("EnvironmentSuffix")
    if deployed is None:
        raise UnusableStackError(
            f"{asked} is no payment stack, it has no parameter EnvironmentSuffix: "
            "name one made from output/TapStack.json"
        )
    if deployed != suffix:
        raise UnusableStackError(
            f"ENVIRONMENT_SUFFIX={suffix}, but {asked} was deployed with {deployed}: "
            f"give ENVIRONMENT_SUFFIX={deployed}, or another stack"
        )


def _regions_like(region: str) -> str:
    known = botocore.session.get_session().get_available_regions("cloudformation")
    return ", ".join(get_close_matches(region, known, n=2)) or "us-east-1"


def _stacks_there(services: Services) -> str:
    try:
        answer = services.ask("cloudformation", "list_stacks", StackStatusFilter=list(_TESTABLE))
    except (BotoCoreError, ClientError, policy.OutsidePolicyError):
        return "Give the name of a stack of this account and region"
    names = sorted(summary["StackName"] for summary in answer["StackSummaries"])
    if not names:
        return "No stack is there: give another AWS_REGION, or other credentials"
    more = ", ..." if len(names) > _MOST_NAMES else ""
    return f"There are: {', '.join(names[:_MOST_NAMES])}{more}"
