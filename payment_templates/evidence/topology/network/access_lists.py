"""Decides whether the network ACL of a subnet allows all traffic, none, or something in between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.address_blocks import ANYONE

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack

_EVERY_PROTOCOL = "-1"
# The number of the rule that allows all IPv4 traffic in a default network ACL:
# https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
_DEFAULT_RULE_NUMBER = 100


class Passage(StrEnum):
    """What the network ACL of a subnet allows; UNJUDGED is neither everything nor nothing."""

    OPEN = "open"
    CLOSED = "closed"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One rule of a network ACL for IPv4 traffic in one direction."""

    number: float
    allows: bool
    # Whether it applies to every protocol and address.
    about_all: bool


def passages(stack: Stack) -> dict[str, Passage]:
    """Return what the network ACL of each subnet allows.

    An ACL without entries denies everything. A subnet without an association has the default ACL of
    its VPC, which allows everything until an entry is added to it:
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    lists: dict[str, set[Passage]] = {}
    for association in stack.of_type("AWS::EC2::SubnetNetworkAclAssociation"):
        found = _passage(stack, association.properties.target("NetworkAclId"))
        lists.setdefault(association.properties.target("SubnetId"), set()).add(found)
    for subnet in stack.of_type("AWS::EC2::Subnet"):
        if subnet.logical_id not in lists:
            vpc = subnet.properties.target("VpcId")
            lists[subnet.logical_id] = {_passage(stack, vpc) if vpc else Passage.OPEN}
    # A subnet has one ACL: the association that is made last replaces the others, and the template
    # does not decide which one that is.
    return {
        subnet: found.pop() if len(found) == 1 else Passage.UNJUDGED
        for subnet, found in lists.items()
    }


def _passage(stack: Stack, owner: str) -> Passage:
    """Judge a network ACL of the stack, or the default one of a VPC of the stack."""
    is_default = stack.of(owner, "AWS::EC2::VPC") is not None
    if not is_default and stack.of(owner, "AWS::EC2::NetworkAcl") is None:
        return Passage.UNJUDGED
    entries = [
        entry.properties
        for entry in stack.of_type("AWS::EC2::NetworkAclEntry")
        if entry.properties.target("NetworkAclId") == owner
        # An entry for IPv6 alone does not apply to IPv4.
        and ("CidrBlock" in entry.properties or "Ipv6CidrBlock" not in entry.properties)
    ]
    ways = [
        _passage_of(
            [_entry(fields) for fields in entries if fields.flag("Egress") == outward],
            is_default=is_default,
        )
        for outward in (False, True)
    ]
    if Passage.CLOSED in ways:
        return Passage.CLOSED
    return ways[0] if ways[0] == ways[1] else Passage.UNJUDGED


def _entry(fields: Properties) -> _Entry:
    return _Entry(
        number=fields.number("RuleNumber"),
        allows=fields.text("RuleAction") == "allow",
        about_all=fields.text("Protocol") == _EVERY_PROTOCOL and fields.text("CidrBlock") == ANYONE,
    )


def _passage_of(entries: list[_Entry], *, is_default: bool) -> Passage:
    """Judge one direction by the entry with the lowest number, if it applies to all traffic."""
    if is_default:
        entries = [*entries, _Entry(number=_DEFAULT_RULE_NUMBER, allows=True, about_all=True)]
    if not any(entry.allows for entry in entries):
        return Passage.CLOSED
    first = min(entries, key=lambda entry: entry.number)
    if not first.about_all:
        return Passage.UNJUDGED
    return Passage.OPEN if first.allows else Passage.CLOSED
