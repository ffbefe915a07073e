"""Reads route tables and finds the routes of traffic to the Internet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.network.address_blocks import ANYONE, PRIVATE

if TYPE_CHECKING:
    from ipaddress import IPv6Network

    from payment_templates.cloudformation import Stack, StackResource

# The target properties of AWS::EC2::Route.
_TARGETS = (
    *("CarrierGatewayId", "CoreNetworkArn", "EgressOnlyInternetGatewayId", "GatewayId"),
    *("InstanceId", "LocalGatewayId", "NatGatewayId", "NetworkInterfaceId", "TransitGatewayId"),
    *("VpcEndpointId", "VpcPeeringConnectionId"),
)
_EVERYWHERE = ip_network(ANYONE)
_PRIVATE = tuple(map(IPv4Network, PRIVATE))


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route of a route table: its destination and its target."""

    destination: IPv4Network | IPv6Network
    # The property that names the target: GatewayId, NatGatewayId, ...
    kind: str
    target: str

    @cached_property
    def is_within_private(self) -> bool:
        """Whether all its destinations are private IPv4 addresses."""
        block = self.destination
        return isinstance(block, IPv4Network) and block.is_private and block.prefixlen > 0


def routes_of(stack: Stack, table: str) -> tuple[Route, ...]:
    """Read the routes of a route table, without those whose destination is a prefix list."""
    return tuple(
        _route(route, destination)
        for route in stack.of_type("AWS::EC2::Route")
        if route.properties.identity("RouteTableId") == table
        for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock")
        if (destination := route.properties.text(name))
    )


def routes_to_internet(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Return the routes of traffic to public IPv4 addresses; empty unless they cover all of them.

    The most specific matching route applies:
    https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html#route-tables-priority
    """
    blocks = {
        route.destination: route
        for route in routes
        if isinstance(route.destination, IPv4Network) and not _is_private(route.destination)
    }
    if list(collapse_addresses(blocks)) != [_EVERYWHERE]:
        return ()
    return tuple(route for block, route in blocks.items() if not _is_shadowed(block, list(blocks)))


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


def _route(route: StackResource, destination: str) -> Route:
    kind = next((name for name in _TARGETS if name in route.properties), "")
    return Route(
        destination=block_of(destination, route.properties.place),
        kind=kind,
        target=route.properties.identity(kind) if kind else "",
    )


def _is_private(block: IPv4Network) -> bool:
    return any(block.subnet_of(private) for private in _PRIVATE)


def _is_shadowed(block: IPv4Network, blocks: list[IPv4Network]) -> bool:
    """Return whether more specific routes cover every address of a block."""
    within = [other for other in blocks if other != block and other.subnet_of(block)]
    return block in collapse_addresses(within)
