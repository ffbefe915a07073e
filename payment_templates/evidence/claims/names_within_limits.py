"""Checks that names stay within AWS's length limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.deployment.parameter_probes import longest_values, with_markers
from payment_templates.evidence.physical_names import NAMING, name_of
from payment_templates.facts.name_limits import NAME_LIMITS
from payment_templates.quantity import quantity

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
    longest = stack.template.derived(longest_values)
    tightest = ""
    least: int | None = None
    for resource in stack.resources.values():
        if resource.type not in NAME_LIMITS or not name_of(resource):
            continue
        memo = resource.properties.memo
        if (length := memo.get("longest name")) is None:
            name = name_of(with_markers(stack, resource, NAMING, longest))
            length = memo["longest name"] = len(name)
        limit = NAME_LIMITS[resource.type].longest
        if length > limit or least is None or limit - length < least:
            reach = f"can reach {length} of {limit} characters"
            least, tightest = limit - length, f"{resource.logical_id}: {name_of(resource)} {reach}"
        if length > limit:
            reach = f"{resource.logical_id} can reach {length} characters of {limit}"
            return broken(reach, tightest)
    if least is None:
        return absent("nothing in the template has a name")
    return kept(f"the longest name has {quantity(least, 'character')} to spare", tightest)
