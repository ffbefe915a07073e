"""Builds the JSON entries that several commands share: changes and causes."""

from dataclasses import asdict
from typing import Any

from payment_templates.rollout.cause import Cause
from payment_templates.rollout.changes import Change
from payment_templates.rollout.consequences import consequence, is_stateful


def change_document(region: str, change: Change) -> dict[str, Any]:
    """Describe one change of a change set."""
    return {
        "region": region,
        "action": change.action,
        "logical_id": change.logical_id,
        "type": change.resource_type,
        "physical_id": change.physical_id or None,
        "replacement": change.replacement.value,
        "properties": list(change.properties),
        "stateful": is_stateful(change),
        "consequence": consequence(change) or None,
    }


def cause_document(cause: Cause | None) -> dict[str, Any] | None:
    """Describe the cause of a failure."""
    return asdict(cause) if cause else None
