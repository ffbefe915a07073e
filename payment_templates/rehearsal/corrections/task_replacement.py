"""Replaces a stopped task of a service; ministack does not."""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import amend_operations

_SERVICE_GROUP = "service:"


def install() -> None:
    """Run the scheduler for the service of every stopped task."""
    amend_operations("ecs", {"StopTask": _replaced})


def _replaced(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    task = answer["task"]
    if task.get("group", "").startswith(_SERVICE_GROUP):
        cluster = task["clusterArn"].rpartition("/")[2]
        ministack.reconcile_service(cluster, task["group"].removeprefix(_SERVICE_GROUP))
    return answer
