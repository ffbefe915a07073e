"""Checks that every resource has the environment suffix in its name or Name tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.evidence.deployment.parameter_probes import MARK, with_markers
from payment_templates.evidence.physical_names import NAMING, name_of, tagged_name_of
from payment_templates.facts.name_limits import NAMELESS
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_SUFFIX = "EnvironmentSuffix"


@claim(
    "Every resource has the environment suffix in its name or tags",
    "Success metric 7",
    "Critical implementation notes: resource naming",
)
def names_carry_suffix(topology: Topology) -> Finding:
    """Check that each name, or else each Name tag, contains the value of EnvironmentSuffix.

    Evaluates the template with a marker as suffix, and searches for the marker.
    """
    stack = topology.stack
    if _SUFFIX not in stack.parameters:
        return absent("there is no parameter EnvironmentSuffix")
    bare: list[str] = []
    named = 0
    for resource in stack.resources.values():
        if resource.type in NAMELESS and not name_of(resource):
            continue
        named += 1
        memo = resource.properties.memo
        if (line := memo.get("bare name")) is None:
            line = memo["bare name"] = _bare(stack, resource)
        if line:
            bare.append(line)
    if bare:
        return broken(
            f"{quantity(len(bare), 'resource does', 'resources do')} not: {bare[0]}", *bare
        )
    if not named:
        return absent("nothing in the template has a name")
    links = len(stack.resources) - named
    others = f"{quantity(links, 'resource')} cannot have a name or tags"
    return kept(quantity(named, "name or tag", "names or tags"), others)


def _bare(stack: Stack, resource: StackResource) -> str:
    """Return a line about a resource whose name or tag has no suffix, or ""."""
    with_mark = with_markers(stack, resource, NAMING, {_SUFFIX: MARK})
    if MARK in (name_of(with_mark) or tagged_name_of(with_mark)):
        return ""
    name = name_of(resource) or tagged_name_of(resource)
    return f"{resource.logical_id}: {name or 'neither a name nor a Name tag'}"
