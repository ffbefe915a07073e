"""Drift detection can judge the security groups, and reports no drift that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_DIRECTIONS = ("SecurityGroupIngress", "SecurityGroupEgress")


@claim("Security groups show no false drift", "Issue: drift")
def security_groups_do_not_drift(topology: Topology) -> Finding:
    """Look for groups with inline rules and separate rules in one direction.

    AWS may report such a group as drifted for ever, and changing it back would delete the separate
    rules: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1198 and
    1387, https://github.com/aws/aws-cdk/issues/21558. A direction without inline rules is not
    compared at all, so a rule that someone adds there stays unseen (issue 2091).
    """
    stack = topology.stack
    groups = stack.of_type("AWS::EC2::SecurityGroup")
    unseen: list[str] = []
    ownerless: list[str] = []
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
            if twice := _twice(inline):
                return broken(f"{group.logical_id} states a rule twice: {twice}", *lines)
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
        return broken("there is no security group")
    if unseen:
        return conditional(
            f"but a rule that someone adds to {', '.join(unseen)} stays unseen: no inline rules "
            "there",
            *lines,
        )
    if ownerless:
        return conditional(
            f"if AWS does not report the owner that it adds to {', '.join(ownerless)}", *lines
        )
    return kept(f"{len(lines)} directions are compared, none has rules of both kinds", *lines)


def _twice(rules: tuple[Properties, ...]) -> str:
    """Give a rule that is stated twice: AWS keeps one, and the lists differ (issue 1532)."""
    seen: set[str] = set()
    for rule in rules:
        stated = {name: str(rule.get(name)) for name in rule if name != "Description"}
        text = str(sorted(stated.items()))
        if text in seen:
            return text
        seen.add(text)
    return ""
