"""Rejects the deletion of a protected stack with AWS's message, which repeats the given name.

github.com/ekristen/aws-nuke/issues/821; ministack's message has the stack ID.
"""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.wire import ServiceError


def install() -> None:
    """Reject the deletion with AWS's message."""
    guard_operations("cloudformation", {"DeleteStack": _require_unprotected})


def _require_unprotected(request: dict[str, Any]) -> None:
    stack = ministack.stack(request["StackName"]) or {}
    if stack.get("EnableTerminationProtection"):
        raise ServiceError(
            "ValidationError",
            f"Stack [{request['StackName']}] cannot be deleted while TerminationProtection is "
            "enabled",
        )
