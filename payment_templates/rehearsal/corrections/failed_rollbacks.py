"""Shows which resources could not be rolled back; ministack shows their state before the rollback.

API ContinueUpdateRollback, ResourcesToSkip: they are UPDATE_FAILED, with the reason.
"""

from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import Amendment, amend_operations

_FAILED = "UPDATE_FAILED"
_LISTS = {
    "ListStackResources": "StackResourceSummaries",
    "DescribeStackResources": "StackResources",
}


def install() -> None:
    """Show the state of resources whose rollback failed."""
    amendments: dict[str, Amendment] = {
        operation: _amendment(members) for operation, members in _LISTS.items()
    }
    amend_operations("cloudformation", amendments)


def _amendment(members: str) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]:
    def amend(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        given = request.get("StackName", "")
        stack = ministack.stack(given.rpartition(":stack/")[2].partition("/")[0]) or {}
        failed = {
            name
            for name, record in stack.get("_rollback_failed", {}).items()
            if "RevertTo" in record
        }
        if not failed:
            return answer
        reasons = _reasons(given)
        shown = [
            {**one, "ResourceStatus": _FAILED, "ResourceStatusReason": reasons.get(name, "")}
            if (name := one["LogicalResourceId"]) in failed
            else one
            for one in answer[members]
        ]
        return {**answer, members: shown}

    return amend


def _reasons(stack: str) -> dict[str, str]:
    newest_first = account.listed(
        "cloudformation", "DescribeStackEvents", "StackEvents", StackName=stack
    )
    reasons: dict[str, str] = {}
    for event in newest_first:
        if event["ResourceStatus"] == _FAILED:
            reasons.setdefault(event["LogicalResourceId"], event.get("ResourceStatusReason", ""))
    return reasons
