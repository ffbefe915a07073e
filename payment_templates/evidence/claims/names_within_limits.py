"""Checks that names stay within AWS's length limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.deployment.parameter_probes import longest_values, with_markers
from payment_templates.evidence.physical_names import NAMING, name_of
from payment_templates.facts.name_limits import NAME_LIMITS

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "Names stay within AWS's limits, even with the longest suffix",
    "Critical implementation notes: resource naming",
)
def names_within_limits(topology: Topology) -> Finding:
    """Check the length of every name, with the longest suffix, region, stack name and values."""
    stack = topology.stack
    longest = longest_values(stack.template)
    tightest = ""
    least: int | None = None
    for resource in stack.resources.values():
        name = name_of(resource) if resource.type in NAME_LIMITS else ""
        if not name:
            continue
        length = len(name_of(with_markers(stack, resource, NAMING, longest)))
        limit = NAME_LIMITS[resource.type].longest
        line = f"{resource.logical_id}: {name} can reach {length} of {limit} characters"
        if length > limit:
            return broken(f"{resource.logical_id} can reach {length} characters of {limit}", line)
        if least is None or limit - length < least:
            least, tightest = limit - length, line
    if least is None:
        return absent("nothing in the template has a name")
    return kept(f"the longest name has {least} characters to spare", tightest)
