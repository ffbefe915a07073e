"""Checks the network: open ports, outbound rules, gateways and public addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, conditional, kept
from payment_templates.evidence.topology.network.security_groups import DEFAULT_GROUP
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check

if TYPE_CHECKING:
    from payment_templates.evidence import Finding, Topology

# SSH and RDP: AWS Config, restricted-ssh; Security Hub, EC2.13 and EC2.14.
_ADMINISTRATION_PORTS = (22, 3389)
_RULES = {
    "AWS::EC2::SecurityGroup": ("SecurityGroupIngress",),
    "AWS::EC2::SecurityGroupIngress": ("FromPort", "ToPort", "CidrIp", "CidrIpv6"),
}
_GATEWAY, _VPC = "AWS::EC2::InternetGateway", "AWS::EC2::VPC"


@check("No administration port is open to the Internet", _RULES)
def administration_ports_are_closed(topology: Topology) -> Finding:
    """Check that no security group accepts SSH or RDP from public addresses."""
    if not topology.stack.of_type("AWS::EC2::SecurityGroup"):
        return absent("there is no security group")
    lists: list[str] = []
    for rule in topology.rules:
        if not (rule.inward and rule.is_public):
            continue
        if any(map(rule.has, _ADMINISTRATION_PORTS)):
            if not rule.is_unseen:
                return broken(f"{rule.group} accepts SSH or RDP from {rule.peer}", str(rule))
            lists.append(f"{rule.peer} of {rule.group}")
    if lists:
        return conditional(f"if no address in the prefix list {', '.join(lists)} is public")
    return kept("no security group accepts SSH or RDP from the Internet")


@check(
    "Outbound rules name the ports that are needed",
    {
        "AWS::EC2::SecurityGroup": ("SecurityGroupEgress",),
        "AWS::EC2::SecurityGroupEgress": ("FromPort", "ToPort", "CidrIp", "CidrIpv6"),
    },
)
def outbound_traffic_is_limited(topology: Topology) -> Finding:
    """Check that no security group allows every port to public addresses.

    Whether each destination behind a port is necessary, only its operator knows.
    """
    if not topology.stack.of_type("AWS::EC2::SecurityGroup"):
        return absent("there is no security group")
    outbound = [
        rule
        for rule in topology.rules
        if not rule.inward and rule.group != DEFAULT_GROUP and rule.is_public
    ]
    lines = [str(rule) for rule in outbound]
    for rule in outbound:
        if rule.first_port != rule.last_port:
            return broken(f"{rule.group} allows many ports to {rule.peer}", *lines)
    if outbound:
        open_ports = ", ".join(f"{rule.group} to port {rule.first_port}" for rule in outbound)
        return conditional(
            f"if every destination on the Internet is necessary: {open_ports}", *lines
        )
    return kept("no security group allows traffic to the Internet")


@check(
    "Internet gateways serve the stack's own network",
    {_GATEWAY: (), "AWS::EC2::VPCGatewayAttachment": ("VpcId", "InternetGatewayId")},
)
def gateways_serve_own_network(topology: Topology) -> Finding:
    """Check that each internet gateway is attached to a network of the stack."""
    stack = topology.stack
    gateways = stack.of_type(_GATEWAY)
    for gateway in gateways:
        attached = [
            each
            for each in stack.of_type("AWS::EC2::VPCGatewayAttachment")
            if stack.find(each.properties.get("InternetGatewayId"), _GATEWAY) is gateway
        ]
        if not attached:
            return broken(f"{gateway.logical_id} is attached to no network of the stack")
        for each in attached:
            if stack.find(each.properties.get("VpcId"), _VPC) is None:
                return broken(f"{each.logical_id} attaches {gateway.logical_id} to another network")
    if not gateways:
        return kept("there is no internet gateway")
    return kept(f"{quantity(len(gateways), 'internet gateway')}, attached to the stack's network")


@check(
    "Nothing gets a public address automatically",
    {
        "AWS::EC2::Subnet": ("MapPublicIpOnLaunch",),
        "AWS::ECS::Service": ("NetworkConfiguration",),
    },
)
def no_automatic_public_addresses(topology: Topology) -> Finding:
    """Check that subnets and services assign no public addresses."""
    stack = topology.stack
    subnets = stack.of_type("AWS::EC2::Subnet")
    if not subnets:
        return absent("there is no subnet")
    for subnet in subnets:
        if subnet.properties.flag("MapPublicIpOnLaunch"):
            return broken(f"{subnet.logical_id} gives each new network interface a public address")
    for service in stack.of_type("AWS::ECS::Service"):
        network = service.properties.child("NetworkConfiguration").child("AwsvpcConfiguration")
        if network.text("AssignPublicIp") == "ENABLED":
            return broken(f"{service.logical_id} gives its tasks public addresses")
    return kept(f"{quantity(len(subnets), 'subnet')} without automatic public addresses")
