"""The refusal to delete a protected stack names the stack as it was asked for.

github.com/ekristen/aws-nuke/issues/821; ministack names it by its ID.
"""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.wire import ServiceError


def install() -> None:
    """Refuse in AWS's words."""
    guard_operations("cloudformation", {"DeleteStack": _require_unprotected})


def _require_unprotected(request: dict[str, Any]) -> None:
    stack = ministack.stack(request["StackName"]) or {}
    if stack.get("EnableTerminationProtection"):
        raise ServiceError(
            "ValidationError",
            f"Stack [{request['StackName']}] cannot be deleted while TerminationProtection is "
            "enabled",
        )
