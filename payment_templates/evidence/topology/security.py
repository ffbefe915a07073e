"""The rules of the security groups: who may connect to whom, on which ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.resolve.stack import Stack
    from payment_templates.evidence.resolve.values import Fields

ANYONE = "0.0.0.0/0"
_EVERY_PROTOCOL = "-1"
_LAST_PORT = 65535


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of a security group, its own or one that stands apart."""

    group: str
    inward: bool
    # The security group, or else the addresses, at the other end.
    peer: str
    first_port: int
    last_port: int

    def __str__(self) -> str:
        ports = str(self.first_port) if self.first_port == self.last_port else "every port"
        arrow = "<-" if self.inward else "->"
        return f"{self.group} {arrow} {self.peer}, {ports}"

    def lets(self, peer: str, port: int) -> bool:
        """Tell whether it lets a peer connect on a port."""
        return self.peer in {peer, ANYONE} and self.first_port <= port <= self.last_port


def read_rules(stack: Stack) -> tuple[Rule, ...]:
    """Read the rules of every security group."""
    return tuple(_rules(stack))


def may_connect(rules: tuple[Rule, ...], *, source: str, target: str, port: int) -> bool:
    """Tell whether both ends let a connection through: egress of one, ingress of the other."""
    leaves = any(
        not rule.inward and rule.group == source and rule.lets(target, port) for rule in rules
    )
    enters = any(rule.inward and rule.group == target and rule.lets(source, port) for rule in rules)
    return leaves and enters


def _rules(stack: Stack) -> Iterator[Rule]:
    for group in stack.of_type("AWS::EC2::SecurityGroup"):
        for rule in group.fields.children("SecurityGroupIngress"):
            yield _rule(group.logical_id, rule, inward=True)
        for rule in group.fields.children("SecurityGroupEgress"):
            yield _rule(group.logical_id, rule, inward=False)
        if "SecurityGroupEgress" not in group.fields:
            # AWS's own rule of a group that is made without any:
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
            yield Rule(
                group=group.logical_id,
                inward=False,
                peer=ANYONE,
                first_port=0,
                last_port=_LAST_PORT,
            )
    for apart in stack.of_type("AWS::EC2::SecurityGroupIngress"):
        yield _rule(apart.fields.target("GroupId"), apart.fields, inward=True)
    for apart in stack.of_type("AWS::EC2::SecurityGroupEgress"):
        yield _rule(apart.fields.target("GroupId"), apart.fields, inward=False)


def _rule(group: str, fields: Fields, *, inward: bool) -> Rule:
    every = fields.text("IpProtocol") == _EVERY_PROTOCOL
    peer = fields.target("SourceSecurityGroupId" if inward else "DestinationSecurityGroupId")
    return Rule(
        group=group,
        inward=inward,
        peer=peer or fields.text("CidrIp") or fields.text("CidrIpv6"),
        first_port=0 if every else int(fields.number("FromPort")),
        last_port=_LAST_PORT if every else int(fields.number("ToPort")),
    )
