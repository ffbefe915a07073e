"""Checks that drift detection covers the security groups without false positives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.network.address_blocks import as_stored
from payment_templates.evidence.topology.network.security_groups import protocol_name
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.network.security_groups import Rule

_INWARD = "SecurityGroupIngress"
_DIRECTIONS = (_INWARD, "SecurityGroupEgress")


@claim("Security groups show no false drift", "Issue: drift")
def security_groups_do_not_drift(topology: Topology) -> Finding:
    """Check that no security group mixes inline and separate rules in one direction.

    AWS may report such a group as drifted every time, and a fix would delete the separate rules:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1198 and 1387,
    https://github.com/aws/aws-cdk/issues/21558. A direction without inline rules is not compared,
    so manually added rules go undetected there (issue 2091). AWS adds the owner of a referenced
    group, and stores CIDR blocks in canonical form.
    """
    stack = topology.stack
    groups = stack.of_type("AWS::EC2::SecurityGroup")
    unseen: list[str] = []
    ownerless: list[str] = []
    rewritten: list[str] = []
    lines: list[str] = []
    for group in groups:
        for direction in _DIRECTIONS:
            apart = [
                rule.logical_id
                for rule in stack.of_type(f"AWS::EC2::{direction}")
                if rule.properties.target("GroupId") == group.logical_id
            ]
            inline = group.properties.children(direction)
            ownerless += [
                f"{group.logical_id} ({direction})"
                for rule in inline
                if rule.get("SourceSecurityGroupId") and not rule.get("SourceSecurityGroupOwnerId")
            ]
            rewritten += [
                f"{change} in {group.logical_id}" for rule in inline for change in _changes(rule)
            ]
            own = [
                rule
                for rule in topology.rules
                if (rule.group, rule.inward) == (group.logical_id, direction == _INWARD)
            ]
            if inline and (twice := _twice(own)):
                return broken(f"duplicate rule: {twice}", *lines)
            if apart and inline:
                return broken(
                    f"{group.logical_id} has inline rules in addition to {', '.join(apart)}", *lines
                )
            if inline:
                lines.append(f"{group.logical_id}: {direction} is compared")
            else:
                unseen.append(f"{group.logical_id} ({direction})")
    known = {group.logical_id for group in groups}
    unseen += [
        f"the group of {rule.logical_id}"
        for rule in stack.of_type(*(f"AWS::EC2::{direction}" for direction in _DIRECTIONS))
        if rule.properties.target("GroupId") not in known
    ]
    if not groups:
        return absent("there is no security group")
    if unseen:
        return conditional(
            f"but drift detection misses rules added to {', '.join(unseen)}: no inline rules there",
            *lines,
        )
    reported = [f"the owner that it adds to {', '.join(ownerless)}"] if ownerless else []
    if rewritten:
        reported.append(f"that it stores {', '.join(rewritten)}")
    if reported:
        return conditional(f"if AWS does not report {', and '.join(reported)}", *lines)
    compared = quantity(len(lines), "direction is", "directions are")
    return kept(f"{compared} compared, none mixes both kinds of rules", *lines)


def _changes(rule: Properties) -> Iterator[str]:
    """Yield the values of a rule that AWS stores in another form."""
    for name in ("CidrIp", "CidrIpv6"):
        block = rule.text(name)
        if as_stored(block) != block:
            yield f"{as_stored(block)} for {block}"
    protocol = rule.text("IpProtocol")
    # Protocol names are case-insensitive.
    if protocol_name(protocol) != protocol.lower():
        yield f"{protocol_name(protocol)} for {protocol}"


def _twice(rules: list[Rule]) -> Rule | None:
    """Return a duplicate rule: AWS keeps only one, so the lists differ (issue 1532)."""
    return next((rule for number, rule in enumerate(rules) if rule in rules[:number]), None)
