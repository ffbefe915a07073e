"""Checks that resources are created after what they need, and deleted before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable
from payment_templates.evidence.deployment.order.missing_dependencies import needs_of
from payment_templates.evidence.reuse import reused
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.deployment.order.needs import Unmet
    from payment_templates.evidence.topology import Topology

_MOST_SAID = 3


@claim(
    "Resources are created after what they need, and deleted before it",
    "AWS CloudFormation: DependsOn attribute",
)
def resources_wait_for_what_they_need(topology: Topology) -> Finding:
    """Check that the template has a reference or DependsOn for each dependency that AWS requires.

    CloudFormation creates a resource after those that it refers to or depends on, and deletes it
    before them. It processes all others in parallel:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
    Public addresses and routes need the gateway attachment. A service needs its listeners, role
    policies, routes, endpoints, security group rules, secrets and the database's first instance.
    Scaling needs its target. facts/creation_order.py lists all dependencies with their sources.
    """
    needs = needs_of(topology)
    said = reused(topology.stack, lambda: _said(needs.unmet), needs.unmet)
    if said:
        more = [f"and {len(said) - _MOST_SAID} more"] if len(said) > _MOST_SAID else []
        return broken("; ".join([*said[:_MOST_SAID], *more]), *said)
    if needs.undecided:
        raise needs.undecided
    lines = tuple(map(str, needs.found))
    if late := needs.unmet:
        without = ((each.need.waits, ", ".join(each.need.needed)) for each in late)
        what = "; ".join(f"{waits} without {needed}" for waits, needed in without)
        return conditional(f"if its tasks can start without permissions: {what}", *lines)
    if not lines:
        return not_applicable("no resource needs another one that it does not refer to")
    found = quantity(len(lines), "required dependency", "required dependencies")
    return kept(f"{found}, all in the template", *lines)


def _said(unmet: tuple[Unmet, ...]) -> tuple[str, ...]:
    """Return a message per missing dependency: a policy may belong to two roles."""
    wrong = [each for each in unmet if not (each.need.soft and each.is_reversed)]
    edges = {(each.need.waits, each.need.needed): each for each in reversed(wrong)}
    return tuple(each.sentence for each in reversed(edges.values()))
