"""Checks that the template hard-codes no region, zone or account."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.cloudformation import Json, Template
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# A region or zone: us-east-1, us-gov-west-1, us-east-1a.
_REGION = re.compile(
    r"\b[a-z]{2,4}(?:-[a-z]+)?-(?:central|(?:north|south)?(?:east|west)?)-\d[a-z]?\b"
)
_ACCOUNT = re.compile(r"\b\d{12}\b")


@claim("The template contains no hard-coded region, zone or account", "Requirement 10")
def no_region_or_account_literal(topology: Topology) -> Finding:
    """Check conditions, resources and outputs for a literal region, zone or account ID.

    Parameter defaults may name a region.
    """
    literal = topology.stack.template.derived(_literal)
    if literal:
        return broken(f"{literal} is hard-coded")
    count = len(topology.stack.template.resources)
    return kept("none is hard-coded", f"{quantity(count, 'resource')}, all conditions and outputs")


def _literal(template: Template) -> str:
    for section in ("Conditions", "Resources", "Outputs"):
        entries = cast("Json", template.document.get(section) or {})
        for name, entry in entries.items():
            text = json.dumps(entry)
            if found := _REGION.search(text) or _ACCOUNT.search(text):
                return f"{found[0]} in {section}.{name}"
    return ""
