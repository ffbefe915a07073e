"""Reads security group rules and decides whether a connection on a port is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown, UnknownValueError
from payment_templates.evidence.reuse import remembered
from payment_templates.evidence.topology.network.address_blocks import (
    ANYONE,
    ANYONE_IPV6,
    as_stored,
    cover,
    is_public,
)
from payment_templates.evidence.topology.network.prefix_lists import PREFIX_LIST, blocks_of_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Properties, Stack

# AWS assigns it to resources without a security group; it allows ingress only from its members:
# https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
DEFAULT_GROUP = "the network's default group"
# A Network Load Balancer without a security group, which all traffic can reach and leave:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
NO_GROUP = "a load balancer without a security group"
# What is in no security group of the template.
OUTSIDE_GROUPS = {DEFAULT_GROUP, NO_GROUP}
EVERY_PROTOCOL = "-1"
_ALLOW_ALL = (ANYONE, EVERY_PROTOCOL)
# AWS accepts a protocol by its name or its IANA number: botocore ec2,
# AuthorizeSecurityGroupIngress.
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_TCP = {"tcp", EVERY_PROTOCOL}
_LAST_PORT = 65535
# The resource types that rules are read from.
_TYPES = (
    *("AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupEgress"),
    *("AWS::EC2::SecurityGroupIngress", PREFIX_LIST),
)


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a connection: its security groups and its CIDR blocks."""

    groups: tuple[str, ...] = ()
    # "" for one that the template does not state.
    blocks: tuple[str, ...] = ()
    # Blocks that contain all of its addresses, if it has a block that is not stated.
    bounds: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(self.groups or self.blocks)


WORLD, WORLD_IPV6 = End(blocks=(ANYONE,)), End(blocks=(ANYONE_IPV6,))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One ingress or egress rule of a security group, inline or a resource of its own."""

    group: str
    inward: bool
    # The other end: a security group, a prefix list that the template does not show, or a CIDR
    # block as AWS stores it.
    peer: str
    # The name, even if the template has the number.
    protocol: str
    first_port: int
    last_port: int
    # The prefix list that the peer is from, or "".
    prefix_list: str = ""

    def __str__(self) -> str:
        ports = str(self.first_port) if self.first_port == self.last_port else "every port"
        arrow = "<-" if self.inward else "->"
        source = f" of {self.prefix_list}" if self.prefix_list not in {"", self.peer} else ""
        return f"{self.group} {arrow} {self.peer}{source}, {ports}"

    @property
    def is_unseen(self) -> bool:
        """Whether the peer is a prefix list that the template does not show."""
        return bool(self.prefix_list) and self.prefix_list == self.peer

    @property
    def is_public(self) -> bool:
        """Whether the peer has, or may have, public addresses."""
        return self.is_unseen or is_public(self.peer)

    @property
    def is_tcp(self) -> bool:
        """Whether the rule applies to TCP."""
        return self.protocol in _TCP

    def has(self, port: int) -> bool:
        """Return whether the rule applies to TCP connections to a port."""
        return self.is_tcp and self.first_port <= port <= self.last_port


def read_rules(stack: Stack) -> tuple[Rule, ...]:
    """Read the rules of every security group, including those that AWS adds."""
    return remembered(stack, _all_rules, *_TYPES)


def groups_or_default(fields: Properties, name: str) -> tuple[str, ...]:
    """Return the security groups of a property, or the VPC's default group if it has none."""
    return fields.identities(name) or (DEFAULT_GROUP,)


def lists_out(
    rules: tuple[Rule, ...], *, source: End, target: End, port: int
) -> tuple[str, ...] | None:
    """Return the unseen prefix lists that egress depends on: () if none, None if it is blocked."""
    if NO_GROUP in source.groups:
        return ()
    own = (rule for rule in rules if not rule.inward and rule.group in source.groups)
    return _lists(own, target, port)


def lists_in(
    rules: tuple[Rule, ...], *, source: End, target: End, port: int
) -> tuple[str, ...] | None:
    """Return the unseen prefix lists that ingress depends on: () if none, None if it is blocked."""
    if NO_GROUP in target.groups:
        return ()
    own = (rule for rule in rules if rule.inward and rule.group in target.groups)
    return _lists(own, source, port)


def lists_between(
    rules: tuple[Rule, ...], *, source: End, target: End, port: int
) -> tuple[str, ...] | None:
    """Return the unseen prefix lists that egress of the source and ingress of the target need."""
    try:
        outward = lists_out(rules, source=source, target=target, port=port)
    except UnknownValueError:
        # Blocked, whatever the unknown side allows.
        if lists_in(rules, source=source, target=target, port=port) is None:
            return None
        raise
    if outward is None:
        return None
    inward = lists_in(rules, source=source, target=target, port=port)
    return None if inward is None else (*outward, *inward)


def lets_out(rules: tuple[Rule, ...], *, source: End, target: End, port: int) -> bool:
    """Return whether the egress rules of the source allow the connection."""
    return lists_out(rules, source=source, target=target, port=port) == ()


def lets_out_ipv6(rules: tuple[Rule, ...], *, groups: tuple[str, ...], port: int) -> bool:
    """Return whether egress rules allow, or may allow, connections to IPv6 addresses.

    The egress rule that AWS adds to a group is for IPv6 too; one for all IPv4 addresses and ports
    looks like it.
    """
    return any(
        ":" in rule.peer or rule.is_unseen or (rule.peer, rule.protocol) == _ALLOW_ALL
        for rule in rules
        if not rule.inward and rule.group in groups and rule.has(port)
    )


def _lists(rules: Iterable[Rule], peer: End, port: int) -> tuple[str, ...] | None:
    """Return () if the rules together allow connections with a peer, else their unseen lists.

    Raises UnknownValueError if a block decides that the template does not state.
    """
    matching = [rule for rule in rules if rule.has(port)]
    peers = {rule.peer for rule in matching}
    if peers.intersection(peer.groups) or cover(peers, peer.bounds or peer.blocks):
        return ()
    if "" in peer.blocks and any("/" in each for each in peers):
        # IPAM chooses the block: botocore ec2, CreateSubnet, Ipv4IpamPoolId.
        whose = f" of {', '.join(peer.groups)}" if peer.groups else ""
        reason = f"the template does not state the addresses{whose}: a subnet has no CidrBlock"
        raise UnknownValueError("", Unknown(reason=reason))
    return tuple(dict.fromkeys(rule.peer for rule in matching if rule.is_unseen)) or None


def protocol_name(text: str) -> str:
    """Return the lower-case name of a protocol that is given by name or IANA number."""
    return _PROTOCOLS.get(text, text.lower())


def _all_rules(stack: Stack) -> tuple[Rule, ...]:
    return tuple(_rules(stack))


def _rules(stack: Stack) -> Iterator[Rule]:
    yield _everything(DEFAULT_GROUP, DEFAULT_GROUP, inward=True)
    yield _everything(DEFAULT_GROUP, ANYONE, inward=False)
    # The first AWS::EC2::SecurityGroupEgress removes the allow-all rule, even an inline one:
    # https://github.com/aws/aws-cdk/issues/987; the create permissions of the type's schema.
    revoked = {
        apart.properties.target("GroupId")
        for apart in stack.of_type("AWS::EC2::SecurityGroupEgress")
    }
    for group in stack.of_type("AWS::EC2::SecurityGroup"):
        for rule in group.properties.children("SecurityGroupIngress"):
            yield from _read(stack, group.logical_id, rule, inward=True)
        for rule in group.properties.children("SecurityGroupEgress"):
            for own in _read(stack, group.logical_id, rule, inward=False):
                if group.logical_id not in revoked or (own.peer, own.protocol) != _ALLOW_ALL:
                    yield own
        if "SecurityGroupEgress" not in group.properties and group.logical_id not in revoked:
            # AWS adds an allow-all egress rule to a group that is created without egress rules:
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
            yield _everything(group.logical_id, ANYONE, inward=False)
    for apart in stack.of_type("AWS::EC2::SecurityGroupIngress"):
        yield from _read(stack, apart.properties.target("GroupId"), apart.properties, inward=True)
    for apart in stack.of_type("AWS::EC2::SecurityGroupEgress"):
        yield from _read(stack, apart.properties.target("GroupId"), apart.properties, inward=False)


def _everything(group: str, peer: str, *, inward: bool) -> Rule:
    return Rule(
        group=group,
        inward=inward,
        peer=peer,
        protocol=EVERY_PROTOCOL,
        first_port=0,
        last_port=_LAST_PORT,
    )


def _read(stack: Stack, group: str, fields: Properties, *, inward: bool) -> Iterator[Rule]:
    """Read a rule; one that names a prefix list of the stack is a rule for each of its blocks."""
    side = "Source" if inward else "Destination"
    listed = fields.identity(f"{side}PrefixListId")
    if not listed:
        peer = (
            fields.identity(f"{side}SecurityGroupId")
            or fields.text("SourceSecurityGroupName")
            or as_stored(fields.text("CidrIp") or fields.text("CidrIpv6"))
        )
        yield _rule(group, fields, inward=inward, peer=peer)
        return
    blocks = blocks_of_list(stack, listed)
    for peer in (listed,) if blocks is None else map(as_stored, blocks):
        yield _rule(group, fields, inward=inward, peer=peer, prefix_list=listed)


def _rule(
    group: str, fields: Properties, *, inward: bool, peer: str, prefix_list: str = ""
) -> Rule:
    protocol = protocol_name(fields.text("IpProtocol"))
    every = protocol == EVERY_PROTOCOL
    return Rule(
        group=group,
        inward=inward,
        peer=peer,
        protocol=protocol,
        first_port=0 if every else int(fields.number("FromPort")),
        last_port=_LAST_PORT if every else int(fields.number("ToPort")),
        prefix_list=prefix_list,
    )
