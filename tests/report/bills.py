"""Bills of changed templates, and single lines of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import template_of
from payment_templates.evidence import region_pair, regional_topologies
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.usage import Usage

if TYPE_CHECKING:
    from payment_templates.report.cost.bill_lines import RegionBill
    from tests.evidence.changes import Json


def bills(
    document: Json, usage: Usage | None = None, parameters: dict[str, str] | None = None
) -> tuple[RegionBill, ...]:
    topologies = regional_topologies(
        template_of(document), regions=region_pair("us-east-1"), parameters=parameters or {}
    )
    return bills_of(topologies, usage or Usage(), parameters or {})


def usd(bill: RegionBill, what: str) -> float | None:
    (line,) = (line for line in bill.lines if line.what == what)
    return line.usd
