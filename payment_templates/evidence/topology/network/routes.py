"""Reads route tables and finds the routes of traffic to the Internet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.network.address_blocks import ANYONE, ANYONE_IPV6, PRIVATE
from payment_templates.evidence.topology.network.prefix_lists import blocks_of_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource

# The target that a VPC has for its own addresses.
LOCAL = "local"
# The target properties of AWS::EC2::Route.
_TARGETS = (
    *("CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId", "GatewayId"),
    *("InstanceId", "LocalGatewayId", "NatGatewayId", "NetworkInterfaceId", "TransitGatewayId"),
    *("VpcEndpointId", "VpcPeeringConnectionId"),
)
_EVERYWHERE = ip_network(ANYONE)
_PRIVATE = tuple(map(IPv4Network, PRIVATE))
# What IPv6 traffic is routed to: IPv6 addresses, and IPv4 addresses with DNS64 and NAT64.
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
_BY_IPV6 = {IPv6Network(ANYONE_IPV6), IPv6Network("64:ff9b::/96")}


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route of a route table: its destination and its target."""

    # None if it is a prefix list that the template does not show.
    destination: IPv4Network | IPv6Network | None
    # The prefix list that the destination is from, or "".
    prefix_list: str
    # The property that names the target: GatewayId, NatGatewayId, ...
    kind: str
    target: str

    @property
    def where(self) -> str:
        """The destination as text: a CIDR block or a prefix list."""
        return str(self.destination or self.prefix_list)

    def may_match(self, block: str) -> bool:
        """Return whether the route applies, or may apply, to some IPv4 addresses of a block."""
        if self.destination is None or not block:
            return True
        addresses = block_of(block, "CidrBlock")
        return (
            isinstance(addresses, IPv4Network)
            and isinstance(self.destination, IPv4Network)
            and addresses.overlaps(self.destination)
        )


def routes_of(stack: Stack, table: str) -> tuple[Route, ...]:
    """Read the routes of a route table: one for each block of a prefix list of the stack."""
    return tuple(
        route
        for resource in stack.of_type("AWS::EC2::Route")
        if resource.properties.identity("RouteTableId") == table
        for route in _routes(stack, resource)
    )


def routes_to_internet(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Return the routes of traffic to public IPv4 addresses; empty unless they cover all of them.

    The most specific matching route applies, and of equal ones the one without a prefix list; of
    two prefix lists, AWS chooses one at random:
    https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    blocks: dict[IPv4Network, list[Route]] = {}
    for route in sorted(routes, key=lambda route: bool(route.prefix_list)):
        block = route.destination
        if not isinstance(block, IPv4Network) or _is_private(block):
            continue
        equal = blocks.setdefault(block, [])
        if not equal or equal[0].prefix_list:
            equal.append(route)
    if list(collapse_addresses([*blocks, *_PRIVATE])) != [_EVERYWHERE]:
        return ()
    return tuple(
        route
        for block, equal in blocks.items()
        if not _is_shadowed(block, list(blocks))
        for route in equal
    )


def ipv6_routes(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Return the routes of IPv6 traffic to the Internet."""
    return tuple(route for route in routes if route.destination in _BY_IPV6)


def block_of(text: str, place: str) -> IPv4Network | IPv6Network:
    """Parse a CIDR block; raises UnexpectedValueError with the place if it is invalid."""
    try:
        return _network(text)
    except ValueError:
        raise UnexpectedValueError(place, f"{text} is not a CIDR block") from None


# Cached, because the blocks of the subnets are compared with the routes again and again.
@lru_cache
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)


def _routes(stack: Stack, route: StackResource) -> Iterator[Route]:
    fields = route.properties
    kind = next((name for name in _TARGETS if name in fields), "")
    target = fields.identity(kind) if kind else ""
    listed = fields.identity("DestinationPrefixListId")
    blocks = [
        block
        for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock")
        if (block := fields.text(name))
    ]
    known = blocks_of_list(stack, listed) if listed else ()
    if known is None:
        yield Route(destination=None, prefix_list=listed, kind=kind, target=target)
    for block in (*blocks, *(known or ())):
        yield Route(
            destination=block_of(block, fields.place), prefix_list=listed, kind=kind, target=target
        )


def _is_private(block: IPv4Network) -> bool:
    return any(block.subnet_of(private) for private in _PRIVATE)


def _is_shadowed(block: IPv4Network, blocks: list[IPv4Network]) -> bool:
    """Return whether more specific routes cover every address of a block."""
    within = [other for other in blocks if other != block and other.subnet_of(block)]
    return block in collapse_addresses(within)
