"""Finds plans that AWS Backup refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.backups.plans import PLAN
from payment_templates.evidence.backups.refusals import rule_refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack


def plan_refusals(stack: Stack) -> Iterator[str]:
    """Yield why AWS Backup refuses each plan: CreateBackupPlan."""
    for plan in stack.of_type(PLAN):
        for rule in plan.properties.child("BackupPlan").children("BackupPlanRule"):
            yield from rule_refusals(plan.logical_id, rule)
