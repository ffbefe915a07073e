"""Reads security group rules and decides whether a connection on a port is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.reuse import remembered
from payment_templates.evidence.topology.network.address_blocks import ANYONE, as_stored, holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack

# AWS assigns it to resources without a security group; it allows ingress only from its members:
# https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
DEFAULT_GROUP = "the network's default group"
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
    "AWS::EC2::SecurityGroupIngress",
)


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a connection: its security groups and its CIDR blocks."""

    groups: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(self.groups or self.blocks)


WORLD = End(blocks=(ANYONE,))


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One ingress or egress rule of a security group, inline or a resource of its own."""

    group: str
    inward: bool
    # The other end: a security group, a prefix list, or a CIDR block as AWS stores it.
    peer: str
    # The name, even if the template has the number.
    protocol: str
    first_port: int
    last_port: int

    def __str__(self) -> str:
        ports = str(self.first_port) if self.first_port == self.last_port else "every port"
        arrow = "<-" if self.inward else "->"
        return f"{self.group} {arrow} {self.peer}, {ports}"

    @property
    def is_tcp(self) -> bool:
        """Whether the rule applies to TCP."""
        return self.protocol in _TCP

    def has(self, port: int) -> bool:
        """Return whether the rule applies to TCP connections to a port."""
        return self.is_tcp and self.first_port <= port <= self.last_port

    def lets(self, peer: End, port: int) -> bool:
        """Return whether the rule allows connections to or from a peer on a port."""
        if not self.has(port):
            return False
        return self.peer in peer.groups or holds(self.peer, peer.blocks)


def read_rules(stack: Stack) -> tuple[Rule, ...]:
    """Read the rules of every security group, including those that AWS adds."""
    return remembered(stack, _all_rules, *_TYPES)


def groups_or_default(fields: Properties, name: str) -> tuple[str, ...]:
    """Return the security groups of a property, or the VPC's default group if it has none."""
    return fields.identities(name) or (DEFAULT_GROUP,)


def lets_out(rules: tuple[Rule, ...], *, source: End, target: End, port: int) -> bool:
    """Return whether an egress rule of the source allows the connection."""
    return any(
        not rule.inward and rule.group in source.groups and rule.lets(target, port)
        for rule in rules
    )


def lets_in(rules: tuple[Rule, ...], *, source: End, target: End, port: int) -> bool:
    """Return whether an ingress rule of the target allows the connection."""
    return any(
        rule.inward and rule.group in target.groups and rule.lets(source, port) for rule in rules
    )


def may_connect(rules: tuple[Rule, ...], *, source: End, target: End, port: int) -> bool:
    """Return whether both the egress of the source and the ingress of the target allow it."""
    return lets_out(rules, source=source, target=target, port=port) and lets_in(
        rules, source=source, target=target, port=port
    )


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
            yield _rule(group.logical_id, rule, inward=True)
        for rule in group.properties.children("SecurityGroupEgress"):
            own = _rule(group.logical_id, rule, inward=False)
            if group.logical_id not in revoked or (own.peer, own.protocol) != _ALLOW_ALL:
                yield own
        if "SecurityGroupEgress" not in group.properties and group.logical_id not in revoked:
            # AWS adds an allow-all egress rule to a group that is created without egress rules:
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
            yield _everything(group.logical_id, ANYONE, inward=False)
    for apart in stack.of_type("AWS::EC2::SecurityGroupIngress"):
        yield _rule(apart.properties.target("GroupId"), apart.properties, inward=True)
    for apart in stack.of_type("AWS::EC2::SecurityGroupEgress"):
        yield _rule(apart.properties.target("GroupId"), apart.properties, inward=False)


def _everything(group: str, peer: str, *, inward: bool) -> Rule:
    return Rule(
        group=group,
        inward=inward,
        peer=peer,
        protocol=EVERY_PROTOCOL,
        first_port=0,
        last_port=_LAST_PORT,
    )


def _rule(group: str, fields: Properties, *, inward: bool) -> Rule:
    protocol = protocol_name(fields.text("IpProtocol"))
    every = protocol == EVERY_PROTOCOL
    side = "Source" if inward else "Destination"
    return Rule(
        group=group,
        inward=inward,
        peer=(
            fields.identity(f"{side}SecurityGroupId")
            or fields.identity(f"{side}PrefixListId")
            or fields.text("SourceSecurityGroupName")
            or as_stored(fields.text("CidrIp") or fields.text("CidrIpv6"))
        ),
        protocol=protocol,
        first_port=0 if every else int(fields.number("FromPort")),
        last_port=_LAST_PORT if every else int(fields.number("ToPort")),
    )
