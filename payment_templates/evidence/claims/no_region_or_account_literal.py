"""The template names no region and no account of its own."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.cloudformation import Json, Template
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# Any region: two letters, perhaps a partition, a direction, a number, perhaps a zone's letter.
_REGION = re.compile(
    r"\b[a-z]{2,4}(?:-[a-z]+)?-(?:central|(?:north|south)?(?:east|west)?)-\d[a-z]?\b"
)
_ACCOUNT = re.compile(r"\b\d{12}\b")


@claim("The template contains no hard-coded region, zone or account", "Requirement 10")
def no_region_or_account_literal(topology: Topology) -> Finding:
    """Search resources, conditions and outputs; a parameter's default may name a region."""
    literal = _literal(topology.stack.template)
    if literal:
        return broken(f"{literal} is named")
    count = len(topology.stack.template.resources)
    return kept("none is named", f"{count} resources, all conditions and outputs")


@cache
def _literal(template: Template) -> str:
    for section in ("Conditions", "Resources", "Outputs"):
        entries = cast("Json", template.document.get(section) or {})
        for name, entry in entries.items():
            text = json.dumps(entry)
            if found := _REGION.search(text) or _ACCOUNT.search(text):
                return f"{found[0]} in {section}.{name}"
    return ""
