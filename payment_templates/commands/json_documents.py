"""What the JSON document of each command holds beside exit_code, error and messages: a table."""

from collections.abc import Mapping, Sequence
from typing import Any

_STACK = "account, region, stack, stack_id, stateful, retained"
_CHANGE = "region, action, logical_id, type, physical_id, replacement, properties, consequence"
_CAUSE = "region, logical_id, resource_type, reason, details, hint"
_DRIFT = "account, region, logical_id, physical_id, path, expected, actual"
_FINDING = "verdict, where, what, remediation"
_REFUSED = f"where preflight refuses: {_FINDING}"

# Every key is always there: null where the command did not come to it. After the key stands what
# each of its entries has, where it has any.
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "preflight": {"findings": _FINDING},
    "deploy": {
        "region": "",
        "stack": "",
        "stack_id": "",
        "status": "",
        "findings": _REFUSED,
        "changes": _CHANGE,
        "outputs": "",
        "cause": _CAUSE,
    },
    "rollout": {
        "findings": _REFUSED,
        "changes": _CHANGE,
        "operations": "id, action, status",
        "instances": "account, region, status, stack_id, reason",
        "kept_by_deploy": "",
        "causes": _CAUSE,
    },
    "status": {
        "stacks": "region, stack, stack_id, status, termination_protection, problem, outputs",
        "stack_set": "",
        "instances": "account, region, status, stack_id, reason, drift, termination_protection",
        "running_operation": "",
        "alerts": "region, topic, address, subscription, other_subscribers, remediation",
        "causes": _CAUSE,
    },
    "drift": {
        "drifts": f"{_DRIFT}, repair",
        "explained": f"{_DRIFT}, why, source",
        "not_compared": "",
    },
    "destroy": {
        "stacks": _STACK,
        "left_behind": "region, kind, name, known",
        "retained": "region, kind, name, known",
        "kept": "region, kind, name, known",
        "accounts_not_looked_at": "",
        "causes": _CAUSE,
    },
}


def describe_answer(command: str) -> str:
    """Write what the document of a command holds, for its help."""
    keys = (f"{key} ({parts})" if parts else key for key, parts in ANSWERS[command].items())
    return f"JSON: {', '.join(keys)}."


def complete_answer(
    command: str, exit_code: int, error: str, messages: Sequence[str], found: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the whole document: every key of the command, null for what was not found."""
    return {
        "exit_code": int(exit_code),
        "error": error or None,
        "messages": [*messages],
        **dict.fromkeys(ANSWERS[command]),
        **found,
    }
