"""Calculates what web access control lists cost: rules, rule groups with a fee, and requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.prices import (
    FREE_GROUPS,
    PRICED_GROUPS,
    WEB_ACL,
    WEB_ACL_GROUP,
    WEB_ACL_REQUESTS,
    WEB_ACL_RULE,
)
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import LOAD_BALANCER, Line, priced, unpriced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence import Topology
    from payment_templates.report.cost.usage import Usage


def web_acl_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the lines of each web ACL."""
    region = topology.stack.region
    for acl in topology.stack.of_type("AWS::WAFv2::WebACL"):
        name, rules = acl.logical_id, len(acl.properties.children("Rules"))
        yield priced(
            *(LOAD_BALANCER, "web ACL", name),
            price=WEB_ACL,
            region=region,
            quantity=1,
            how="1 web ACL",
        )
        yield priced(
            *(LOAD_BALANCER, "web ACL rules", name),
            price=WEB_ACL_RULE,
            region=region,
            quantity=rules,
            how=quantity(rules, "rule"),
        )
        yield priced(
            *(LOAD_BALANCER, "requests through the web ACL", name),
            price=WEB_ACL_REQUESTS,
            region=region,
            quantity=usage.million_requests,
            how=f"{usage.million_requests:g} million requests",
            by_usage=True,
        )
        yield from _groups(acl, region)


def _groups(acl: StackResource, region: str) -> Iterator[Line]:
    """Yield the fees of managed rule groups, beside that of a rule."""
    name = acl.logical_id
    for rule in acl.properties.children("Rules"):
        group = rule.child("Statement").child("ManagedRuleGroupStatement")
        which = group.text("Name")
        if not which or (group.text("VendorName") == "AWS" and which in FREE_GROUPS):
            continue
        if group.text("VendorName") == "AWS" and which in PRICED_GROUPS:
            yield priced(
                *(LOAD_BALANCER, f"web ACL rule group {which}", name),
                price=WEB_ACL_GROUP,
                region=region,
                quantity=1,
                how="1 web ACL",
            )
            what, problem = f"requests that {which} inspects", "their number is not an assumption"
        else:
            what, problem = f"web ACL rule group {which}", f"no price for {which}"
        yield unpriced(LOAD_BALANCER, what, name, problem=problem)
