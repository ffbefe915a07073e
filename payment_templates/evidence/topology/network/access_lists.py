"""Reads the network ACL of each subnet: all traffic, none, or what its entries allow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnknownValueError
from payment_templates.evidence.topology.network.address_blocks import ANYONE

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack

_EVERY_PROTOCOL, _TCP = "-1", {"6", "tcp"}
LAST_PORT = 65535
# The number of the rule that allows all IPv4 traffic in a default network ACL:
# https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
_DEFAULT_RULE_NUMBER = 100


class Passage(StrEnum):
    """What the network ACL of a subnet allows; UNJUDGED is neither everything nor nothing."""

    OPEN = "open"
    CLOSED = "closed"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One rule of a network ACL for IPv4 traffic in one direction."""

    number: float
    allows: bool
    # Whether it applies to every protocol and address.
    about_all: bool
    is_tcp: bool = True
    first_port: int = 0
    last_port: int = LAST_PORT
    # "" if the template does not state it.
    block: str = ANYONE


@dataclass(frozen=True, kw_only=True)
class AccessList:
    """The network ACL of a subnet."""

    # What it does with all traffic.
    passage: Passage
    # The entries of each direction; None if the template does not show them.
    inward: tuple[Entry, ...] | None = None
    outward: tuple[Entry, ...] | None = None


def access_lists(stack: Stack) -> dict[str, AccessList]:
    """Return the network ACL of each subnet.

    An ACL without entries denies everything. A subnet without an association has the default ACL of
    its VPC, which allows everything until an entry is added to it:
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    lists: dict[str, set[AccessList]] = {}
    for association in stack.of_type("AWS::EC2::SubnetNetworkAclAssociation"):
        found = _access_list(stack, association.properties.target("NetworkAclId"))
        lists.setdefault(association.properties.target("SubnetId"), set()).add(found)
    for subnet in stack.of_type("AWS::EC2::Subnet"):
        if subnet.logical_id not in lists:
            vpc = subnet.properties.target("VpcId")
            open_ = AccessList(passage=Passage.OPEN)
            lists[subnet.logical_id] = {_access_list(stack, vpc) if vpc else open_}
    # A subnet has one ACL: the association that is made last replaces the others, and the template
    # does not decide which one that is.
    return {subnet: _only(found) for subnet, found in lists.items()}


def _only(found: set[AccessList]) -> AccessList:
    first = next(iter(found))
    if len(found) == 1:
        return first
    passages = {each.passage for each in found}
    return AccessList(passage=first.passage if len(passages) == 1 else Passage.UNJUDGED)


def _access_list(stack: Stack, owner: str) -> AccessList:
    """Read a network ACL of the stack, or the default one of a VPC of the stack."""
    is_default = stack.of(owner, "AWS::EC2::VPC") is not None
    if not is_default and stack.of(owner, "AWS::EC2::NetworkAcl") is None:
        return AccessList(passage=Passage.UNJUDGED)
    try:
        inward, outward = _entries(stack, owner, is_default=is_default)
    except UnknownValueError:
        return AccessList(passage=Passage.UNJUDGED)
    ways = [_passage_of(inward), _passage_of(outward)]
    passage = ways[0] if ways[0] == ways[1] else Passage.UNJUDGED
    if Passage.CLOSED in ways:
        passage = Passage.CLOSED
    return AccessList(passage=passage, inward=inward, outward=outward)


def _entries(
    stack: Stack, owner: str, *, is_default: bool
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return the entries of each direction; raises UnknownValueError if one is not stated."""
    entries = [
        entry.properties
        for entry in stack.of_type("AWS::EC2::NetworkAclEntry")
        if entry.properties.target("NetworkAclId") == owner
        # An entry for IPv6 alone does not apply to IPv4.
        and ("CidrBlock" in entry.properties or "Ipv6CidrBlock" not in entry.properties)
    ]
    inward, outward = (
        _sorted(
            [_entry(fields) for fields in entries if fields.flag("Egress") == way],
            is_default=is_default,
        )
        for way in (False, True)
    )
    return inward, outward


def _entry(fields: Properties) -> Entry:
    protocol, block = fields.text("Protocol"), fields.identity_if_known("CidrBlock") or ""
    every = protocol == _EVERY_PROTOCOL
    ports = fields.child("PortRange")
    return Entry(
        number=fields.number("RuleNumber"),
        allows=fields.text("RuleAction") == "allow",
        about_all=every and block == ANYONE,
        is_tcp=every or protocol in _TCP,
        # Without a protocol, ports have no meaning.
        first_port=0 if every else ports.whole("From"),
        last_port=LAST_PORT if every else ports.whole("To"),
        block=block,
    )


def _sorted(entries: list[Entry], *, is_default: bool) -> tuple[Entry, ...]:
    if is_default:
        entries = [*entries, Entry(number=_DEFAULT_RULE_NUMBER, allows=True, about_all=True)]
    return tuple(sorted(entries, key=lambda entry: entry.number))


def _passage_of(entries: tuple[Entry, ...]) -> Passage:
    """Judge one direction by the entry with the lowest number, if it applies to all traffic."""
    if not any(entry.allows for entry in entries):
        return Passage.CLOSED
    if not entries[0].about_all:
        return Passage.UNJUDGED
    return Passage.OPEN if entries[0].allows else Passage.CLOSED
