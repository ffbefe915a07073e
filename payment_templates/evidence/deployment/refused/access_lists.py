"""Finds entries of network ACLs that EC2 refuses for their number, ports or addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack

# botocore ec2, CreateNetworkAclEntry, RuleNumber.
_NUMBERS = range(1, 32767)
# TCP and UDP: the same, PortRange.
_WITH_PORTS = {"6", "17"}
# IcmpTypeCode: ICMP, and ICMPv6 with an IPv6 CIDR block.
_ICMP, _ICMP_V6 = "1", "58"
# Of the entries that a default network ACL has from the start, one for each direction:
# https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
_DEFAULT_NUMBER = 100


def access_list_refusals(stack: Stack) -> Iterator[str]:
    """Yield the entries whose number is taken or reserved, or that lack ports or addresses.

    EC2 answers a second entry of a number and direction with NetworkAclEntryAlreadyExists:
    https://github.com/ansible-collections/amazon.aws/issues/2592
    """
    seen: dict[tuple[str, bool, float], str] = {}
    for entry in stack.of_type("AWS::EC2::NetworkAclEntry"):
        fields, name = entry.properties, entry.logical_id
        owner, number = fields.identity("NetworkAclId"), fields.number("RuleNumber")
        if number not in _NUMBERS:
            accepts = f"EC2 accepts {_NUMBERS[0]} to {_NUMBERS[-1]}"
            yield f"{name} has the RuleNumber {number:g}: {accepts}"
        if fields.text("Protocol") in _WITH_PORTS and "PortRange" not in fields:
            yield f"{name} has no PortRange, which its protocol needs"
        if "Icmp" not in fields and _needs_icmp(fields):
            yield f"{name} has no Icmp, the type and code that its protocol needs"
        if "CidrBlock" not in fields and "Ipv6CidrBlock" not in fields:
            yield f"{name} has neither CidrBlock nor Ipv6CidrBlock"
        # The attribute of a VPC is its default network ACL.
        if number == _DEFAULT_NUMBER and stack.of(owner, "AWS::EC2::VPC"):
            yield f"{name} has the RuleNumber {number:g}, which a default network ACL already has"
        first = seen.setdefault((owner, fields.flag("Egress"), number), name)
        if first != name:
            yield f"{first} and {name} have one RuleNumber, {number:g}, of one network ACL"


def _needs_icmp(fields: Properties) -> bool:
    protocol = fields.text("Protocol")
    return protocol == _ICMP or (protocol == _ICMP_V6 and "Ipv6CidrBlock" in fields)
