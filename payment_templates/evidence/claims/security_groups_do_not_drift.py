"""Drift detection can judge the security groups, and reports no drift that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.network.address_blocks import as_stored
from payment_templates.evidence.topology.network.security_groups import protocol_name

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
    """Look for groups with inline rules and separate rules in one direction.

    AWS may report such a group as drifted each time, and changing it back would delete the separate
    rules: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1198 and
    1387, https://github.com/aws/aws-cdk/issues/21558. A direction without inline rules is not
    compared at all, so a rule that someone adds there stays unseen (issue 2091). AWS adds the owner
    of a group that a rule names, and stores a block of addresses in its canonical form.
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
                return broken(f"a rule is stated twice: {twice}", *lines)
            if apart and inline:
                return broken(
                    f"{group.logical_id} has rules of its own beside {', '.join(apart)}", *lines
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
            f"but a rule that someone adds to {', '.join(unseen)} stays unseen: no inline rules "
            "there",
            *lines,
        )
    reported = [f"the owner that it adds to {', '.join(ownerless)}"] if ownerless else []
    if rewritten:
        reported.append(f"that it stores {', '.join(rewritten)}")
    if reported:
        return conditional(f"if AWS does not report {', and '.join(reported)}", *lines)
    return kept(f"{len(lines)} directions are compared, none has rules of both kinds", *lines)


def _changes(rule: Properties) -> Iterator[str]:
    """Yield what AWS stores in another spelling than the rule's."""
    for name in ("CidrIp", "CidrIpv6"):
        block = rule.text(name)
        if as_stored(block) != block:
            yield f"{as_stored(block)} for {block}"
    protocol = rule.text("IpProtocol")
    # A name in capitals is the same name.
    if protocol_name(protocol) != protocol.lower():
        yield f"{protocol_name(protocol)} for {protocol}"


def _twice(rules: list[Rule]) -> Rule | None:
    """Return a rule that is stated twice: AWS keeps one, and the lists differ (issue 1532)."""
    return next((rule for number, rule in enumerate(rules) if rule in rules[:number]), None)
