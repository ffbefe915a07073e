"""Defines a row of the matrix, and what several rows say about the customer and AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.report.compliance.check import Check

REVIEW = "review the roles and policies of the stack, and who may use them"
ALERTS = "answer the alerts, and keep their subscribers up to date"
LOG_REVIEW = "review the logs, for example with CloudWatch Logs Insights or a SIEM"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A requirement: the checks that decide the template's part, and the parts of others."""

    number: str
    checks: tuple[Check, ...]
    # What remains for the operator of the stack, and what AWS answers for.
    customer: str
    aws: str
    # Whether the customer's part is the larger one, so that the checks alone never meet it.
    rests_on_customer: bool


def row(
    number: str,
    *checks: Check,
    customer: str = "",
    aws: str = "",
    rests_on_customer: bool = False,
) -> Row:
    """Return the row of a requirement, with its checks in the order of their weight."""
    return Row(
        number=number,
        checks=checks,
        customer=customer,
        aws=aws,
        rests_on_customer=rests_on_customer,
    )
