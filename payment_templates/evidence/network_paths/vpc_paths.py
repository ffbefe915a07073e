"""Decides whether packets between two tiers arrive: their VPCs, routes and network ACLs."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown, UnknownValueError
from payment_templates.evidence.network_paths.access_list_paths import Connection, passage_of
from payment_templates.evidence.topology.network.access_lists import Passage
from payment_templates.evidence.topology.network.routes import LOCAL, block_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.network.routes import Route
    from payment_templates.evidence.topology.network.subnets import Network, Subnet

# The targets that may forward a packet to another subnet.
_FORWARDING = {"InstanceId", "NetworkInterfaceId", "VpcEndpointId"}
# The targets that lead to the Internet, and to no other VPC.
_OUTWARD = {"CarrierGatewayId", "EgressOnlyInternetGatewayId", "GatewayId", "NatGatewayId", ""}
# The shortest prefix of a VPC's block: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
_WIDEST_PREFIX = 16


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One end of a connection: what is in which subnets and security groups."""

    name: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Packets:
    """What the source of a path sends, by TCP: requests, queries, calls."""

    name: str
    # The ports of the target.
    ports: tuple[int, ...]
    # The ports of the source, to which the answers go.
    client_ports: tuple[int, int]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class _Way:
    """The way of packets from one subnet to another."""

    start: Subnet
    end: Subnet
    # What the packets are: requests, queries, answers.
    packets: str

    def __str__(self) -> str:
        return f"{self.packets} from {self.start.logical_id} to {self.end.logical_id}"


def path_problems(
    topology: Topology, source: Tier, target: Tier, packets: Packets
) -> Iterator[str]:
    """Yield why packets, or the answers to them, do not arrive."""
    for tier in (source, target):
        yield from _group_problems(topology, tier)
    for subnet, passage in _passages(topology.network, source, target, packets):
        if passage is Passage.CLOSED:
            yield f"{subnet.logical_id} is blocked by its network ACL"
        if outside := topology.network.outside(subnet):
            yield outside
    for way in _ways(topology.network, source, target, packets.name):
        routes = _routes_of(topology.network, way)
        if way.start.vpc != way.end.vpc and all(route.kind in _OUTWARD for route in routes):
            yield f"no route for {way}: {way.start.vpc} is not connected to {way.end.vpc}"
        elif lost := next((it for it in routes if not _may_forward(way, it)), None):
            yield f"{way.start.logical_id} sends {way.packets} for {_end_and_target(way, lost)}"


def path_conditions(
    topology: Topology, source: Tier, target: Tier, packets: Packets
) -> Iterator[str]:
    """Yield the assumptions about the path of packets that the template does not confirm."""
    for subnet, passage in _passages(topology.network, source, target, packets):
        if passage is Passage.UNJUDGED:
            yield f"the network ACL of {subnet.logical_id} allows {packets}"
        if topology.network.may_be_outside(subnet):
            yield f"{subnet.vpc} has the CIDR block of {subnet.logical_id}"
    for way in _ways(topology.network, source, target, packets.name):
        for route in _routes_of(topology.network, way):
            yield f"{route.target} forwards {way}"
        for route in way.start.unseen_routes:
            if way.start.vpc == way.end.vpc and route.target != LOCAL:
                where = f"the prefix list {route.where}, routed to {route.target}"
                yield f"{where}, has no address of {way.end.logical_id}"


def _passages(
    network: Network, source: Tier, target: Tier, packets: Packets
) -> Iterator[tuple[Subnet, Passage]]:
    """Yield each subnet with what its network ACL does with the packets from or to the others.

    Network ACLs do not see what stays in a subnet.
    """
    for tier, other in ((source, target), (target, source)):
        for subnet in _subnets(network, tier):
            connections = [
                Connection(
                    peer=peer.block,
                    port=port,
                    client_ports=packets.client_ports,
                    inward=tier is target,
                )
                for peer in _subnets(network, other)
                if peer is not subnet
                for port in packets.ports
            ]
            yield subnet, passage_of(subnet, *connections)


def _group_problems(topology: Topology, tier: Tier) -> Iterator[str]:
    """Yield the security groups in another VPC than the subnets: no service accepts them.

    A group without VpcId is in the default VPC: botocore ec2, CreateSecurityGroup.
    """
    network = topology.network
    for name in tier.security_groups:
        group = topology.stack.of(name, "AWS::EC2::SecurityGroup")
        vpc = group.properties.identity("VpcId") if group else ""
        for subnet in _subnets(network, tier) if group else ():
            # A VPC of the stack is never the default one.
            if subnet.vpc != vpc and (vpc or subnet.vpc in network.blocks):
                place = vpc or "the default VPC"
                yield f"{tier.name} is in {subnet.vpc}, but its security group {name} in {place}"


def _subnets(network: Network, tier: Tier) -> tuple[Subnet, ...]:
    return tuple(network.subnets[name] for name in tier.subnets if name in network)


def _ways(network: Network, source: Tier, target: Tier, packets: str) -> Iterator[_Way]:
    """Yield the ways of packets, then those of the answers, without those inside a subnet."""
    starts, ends = _subnets(network, source), _subnets(network, target)
    for start, end in ((start, end) for start in starts for end in ends if start is not end):
        yield _Way(start=start, end=end, packets=packets)
    for start, end in ((start, end) for start in starts for end in ends if start is not end):
        yield _Way(start=end, end=start, packets="answers")


def _routes_of(network: Network, way: _Way) -> tuple[Route, ...]:
    """Return the routes that apply instead of the local route, or the most specific ones.

    The local route of a VPC applies to all its addresses without a more specific route:
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    shared = way.start.vpc == way.end.vpc
    found = [
        (route.destination, route)
        for route in way.start.routes
        if isinstance(route.destination, IPv4Network)
        and (not shared or route.destination.prefixlen >= _WIDEST_PREFIX)
        and route.target != LOCAL
    ]
    if not found and shared:
        return ()
    place = f"{way.end.logical_id}.CidrBlock"
    if not way.end.block:
        raise UnknownValueError(place, Unknown(reason=f"the template does not state {place}"))
    addresses = block_of(way.end.block, place)
    if not isinstance(addresses, IPv4Network):
        return ()
    found = [(block, route) for block, route in found if addresses.overlaps(block)]
    if shared:
        local = _local_prefix(network, way.end.vpc, addresses)
        return tuple(route for block, route in found if block.prefixlen >= local)
    longest = max((block.prefixlen for block, _ in found), default=0)
    known = tuple(route for block, route in found if block.prefixlen == longest)
    return (*known, *way.start.unseen_routes)


def _local_prefix(network: Network, vpc: str, addresses: IPv4Network) -> int:
    """Return the prefix length of the local route to addresses."""
    for text in network.blocks.get(vpc, ()):
        block = block_of(text, f"{vpc}.CidrBlock")
        if isinstance(block, IPv4Network) and addresses.subnet_of(block):
            return block.prefixlen
    return _WIDEST_PREFIX


def _may_forward(way: _Way, route: Route) -> bool:
    if way.start.vpc != way.end.vpc:
        return route.kind not in _OUTWARD
    return route.kind in _FORWARDING


def _end_and_target(way: _Way, route: Route) -> str:
    return f"{way.end.logical_id} to {route.target or 'nothing'}"
