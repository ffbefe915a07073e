"""Restricts the tests to policy.json, the IAM policy that they need."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel

FILE = Path(__file__).with_name("policy.json")
# IAM's prefix of actions is the service's signing name, with this exception:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
_PREFIXES = {"monitoring": "cloudwatch"}


class OutsidePolicyError(Exception):
    """A test calls an action that policy.json does not grant."""


@cache
def actions() -> frozenset[str]:
    """Return the IAM actions that the policy grants."""
    statements = json.loads(FILE.read_text())["Statement"]
    return frozenset(action for statement in statements for action in statement["Action"])


def reject_call_outside(model: OperationModel, **_event: Any) -> None:  # noqa: ANN401 - botocore's.
    """Handle botocore's before-call event: reject a call that the policy does not grant."""
    signing_name = model.service_model.signing_name
    action = f"{_PREFIXES.get(signing_name, signing_name)}:{model.name}"
    if action not in actions():
        raise OutsidePolicyError(
            f"{action} is not granted by {FILE.name}: add it, or remove the call"
        )
