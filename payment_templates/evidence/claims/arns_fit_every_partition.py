"""Checks that no ARN in the template hard-codes a partition."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.cloudformation import Json, Template
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_LITERAL = re.compile(r"arn:aws[a-z-]*:[^\"]*")


@claim("ARNs work in every AWS partition", "Requirement 10")
def arns_fit_every_partition(topology: Topology) -> Finding:
    """Check that the ARNs in resources and outputs contain no partition name, such as aws-cn."""
    literal, made = topology.stack.template.derived(_arns)
    if literal:
        return broken(f"{literal} contains a partition name")
    return kept("no ARN contains a partition name", f"{made} ARNs use AWS::Partition")


def _arns(template: Template) -> tuple[str, int]:
    """Return the first ARN with a literal partition, and the number that use AWS::Partition."""
    made = 0
    for section in ("Resources", "Outputs"):
        entries = cast("Json", template.document.get(section) or {})
        for name, entry in entries.items():
            text = json.dumps(entry)
            made += text.count("arn:${AWS::Partition}:")
            if found := _LITERAL.search(text):
                return f"{found[0]} in {section}.{name}", made
    return "", made
