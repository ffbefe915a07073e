"""Decides whether the network ACL of a subnet allows all traffic, none, or something in between."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack

_EVERY_PROTOCOL = "-1"


class Passage(StrEnum):
    """What the network ACL of a subnet allows; UNJUDGED is neither everything nor nothing."""

    OPEN = "open"
    CLOSED = "closed"
    UNJUDGED = "unjudged"


def passages(stack: Stack) -> dict[str, Passage]:
    """Return what the network ACL of each subnet allows, for subnets with an explicit association.

    An ACL without entries denies everything. All other subnets have the default ACL, which allows
    everything:
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    return {
        association.properties.target("SubnetId"): _passage(
            stack, association.properties.target("NetworkAclId")
        )
        for association in stack.of_type("AWS::EC2::SubnetNetworkAclAssociation")
    }


def _passage(stack: Stack, access_list: str) -> Passage:
    if stack.of(access_list, "AWS::EC2::NetworkAcl") is None:
        return Passage.UNJUDGED
    entries = [
        entry.properties
        for entry in stack.of_type("AWS::EC2::NetworkAclEntry")
        if entry.properties.target("NetworkAclId") == access_list
    ]
    ways = [
        _passage_of([entry for entry in entries if entry.flag("Egress") == outward])
        for outward in (False, True)
    ]
    if Passage.CLOSED in ways:
        return Passage.CLOSED
    return ways[0] if ways[0] == ways[1] else Passage.UNJUDGED


def _passage_of(entries: list[Properties]) -> Passage:
    """Judge one direction by the entry with the lowest number, if it applies to all traffic."""
    allowing = [entry for entry in entries if entry.text("RuleAction") == "allow"]
    if not allowing:
        return Passage.CLOSED
    first = min(entries, key=lambda entry: entry.number("RuleNumber"))
    about_all = first.text("Protocol") == _EVERY_PROTOCOL and first.text("CidrBlock") == "0.0.0.0/0"
    if not about_all:
        return Passage.UNJUDGED
    return Passage.OPEN if first in allowing else Passage.CLOSED
