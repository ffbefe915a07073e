"""Decides whether a subnet has egress to the Internet, by following its routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.network_paths.access_list_paths import (
    ANY_CLIENT_PORTS,
    LINUX_CLIENT_PORTS,
    Connection,
    internet_connection,
    passage_of,
)
from payment_templates.evidence.topology.network.access_lists import Passage
from payment_templates.evidence.topology.network.routes import LOCAL, ipv6_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology.network.routes import Route
    from payment_templates.evidence.topology.network.subnets import NatGateway, Network, Subnet

# The port of AWS's services and of registries.
HTTPS_PORT = 443


@dataclass(frozen=True, kw_only=True)
class Egress:
    """The gateways of a subnet's traffic to the Internet, or why it has no egress."""

    gateways: tuple[str, ...] = ()
    # The zones whose failure takes the gateways down.
    zones: frozenset[str] = frozenset()
    problem: str = ""
    # An assumption that the template does not confirm.
    assumed: str = ""


def egress_of(network: Network, subnet: Subnet, *, public: bool) -> Egress:
    """Return the egress of a subnet; `public` states whether the source has a public address."""
    if subnet.only_ipv6:
        return _ipv6_egress(network, subnet)
    routes = subnet.internet_routes or subnet.unseen_routes
    if not routes:
        return Egress(problem="has no egress")
    ways = [_by(network, subnet, route, public=public) for route in routes]
    return _joined(ways, _assumed_of_lists(subnet))


def public_egress(network: Network, subnet: Subnet, *, inward: bool) -> Egress:
    """Return the egress of a subnet that must be public: only through Internet gateways.

    `inward` states whether the Internet opens connections, as to a load balancer; a NAT gateway
    only answers its VPC.
    """
    routes = subnet.internet_routes or subnet.unseen_routes
    if not routes or not all(map(network.is_internet_gateway, routes)):
        return Egress(problem="is private")
    access, place = network.public_access, (subnet.logical_id, subnet.vpc)
    let = access.lets_in(*place) if inward else access.lets_out(*place, by_nat=True)
    ways = [_by_internet_gateway(network, subnet, route, let=let) for route in routes]
    return _joined(ways, _assumed_of_lists(subnet))


def _ipv6_egress(network: Network, subnet: Subnet) -> Egress:
    """Return the egress of a subnet without IPv4 addresses; an IPv6 address is a public one."""
    routes = ipv6_routes(subnet.routes) or subnet.unseen_routes
    ways = [_by(network, subnet, route, public=True) for route in routes]
    if not ways:
        return Egress(problem="has only IPv6 addresses and no IPv6 route to the Internet")
    return _joined(ways)


def _joined(ways: list[Egress], *assumed: str) -> Egress:
    return Egress(
        gateways=tuple(gateway for way in ways for gateway in way.gateways),
        zones=frozenset(zone for way in ways for zone in way.zones),
        problem=next((way.problem for way in ways if way.problem), ""),
        assumed=next(filter(None, (*(way.assumed for way in ways), *assumed)), ""),
    )


def _assumed_of_lists(subnet: Subnet) -> str:
    """Return what is assumed about the prefix lists that the template does not show, or ""."""
    routes = subnet.internet_routes
    targets = {route.target for route in routes}
    for route in subnet.unseen_routes:
        if not routes:
            return f"the prefix list {route.where} has every address that {subnet.logical_id} needs"
        # It may be more specific than the other routes.
        if targets != {route.target}:
            needed = f"no address that {subnet.logical_id} needs by another way"
            return f"the prefix list {route.where}, routed to {route.target}, has {needed}"
    return ""


def _by(network: Network, subnet: Subnet, route: Route, *, public: bool) -> Egress:
    if network.is_internet_gateway(route):
        if not public:
            return Egress(problem=f"routes to {route.target}, but without a public address")
        let = network.public_access.lets_out(subnet.logical_id, subnet.vpc, by_nat=False)
        return _by_internet_gateway(network, subnet, route, let=let)
    if route.kind == "NatGatewayId":
        gateway = network.nat_gateway_by_id.get(route.target)
        return _by_nat_gateway(network, subnet, gateway) if gateway else _elsewhere(route)
    return _elsewhere(route) if route.kind else Egress(problem="has a route without a target")


def _by_internet_gateway(network: Network, subnet: Subnet, route: Route, *, let: bool) -> Egress:
    if not let:
        return Egress(problem=f"routes to {route.target}, which VPC Block Public Access blocks")
    if route.target not in network.internet_gateways:
        return _elsewhere(route)
    # https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    if (route.target, subnet.vpc) not in network.attachments:
        return Egress(problem=f"routes to {route.target}, which is not attached to {subnet.vpc}")
    # What the gateway receives for the subnet, answers included, may go to an appliance first:
    # https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
    appliances = (
        f"{back.target} forwards what {route.target} sends to {subnet.logical_id}"
        for back in network.gateway_routes.get(route.target, ())
        if back.target != LOCAL and back.may_match(subnet.block)
    )
    return Egress(gateways=(route.target,), assumed=next(appliances, ""))


def _by_nat_gateway(network: Network, subnet: Subnet, gateway: NatGateway) -> Egress:
    by = f"routes to {gateway.logical_id}"
    if not gateway.public:
        return Egress(problem=f"{by}, which is private")
    if gateway.regional:
        # https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
        attached = gateway.vpc in {vpc for _, vpc in network.attachments}
        problem = "" if attached else f"{by}, whose network has no Internet gateway"
        if not network.public_access.lets_out("", gateway.vpc, by_nat=True):
            problem = f"{by}, which VPC Block Public Access blocks"
        return Egress(gateways=(gateway.logical_id,), problem=problem)
    home = network.subnets.get(gateway.subnet)
    if home is None or home.vpc != subnet.vpc:
        return Egress(problem=f"{by}, which is in another network")
    return _by_zonal_nat_gateway(network, subnet, home, gateway)


def _by_zonal_nat_gateway(
    network: Network, subnet: Subnet, home: Subnet, gateway: NatGateway
) -> Egress:
    """Return the egress through a zonal NAT gateway, whose own subnet must be public."""
    by = f"routes to {gateway.logical_id}"
    passage = passage_of(home, *_connections_of_nat_gateway(subnet))
    if passage is Passage.CLOSED:
        return Egress(problem=f"{by}, which a network ACL blocks")
    onward = public_egress(network, home, inward=False)
    assumed = [onward.assumed]
    if passage is Passage.UNJUDGED:
        assumed.append(f"the network ACL of {home.logical_id} allows it")
    if not network.public_access.lets_out(subnet.logical_id, subnet.vpc, by_nat=True):
        assumed.append(f"VPC Block Public Access excludes {subnet.logical_id} by its NAT gateway")
    return Egress(
        gateways=(gateway.logical_id,),
        zones=frozenset({gateway.zone}),
        problem=onward.problem and f"{by}, whose subnet {onward.problem}",
        assumed=next(filter(None, assumed), ""),
    )


def _connections_of_nat_gateway(subnet: Subnet) -> Iterator[Connection]:
    """Yield a connection of a subnet to the Internet, as the subnet of its NAT gateway sees it."""
    clients = LINUX_CLIENT_PORTS
    yield Connection(peer=subnet.block, port=HTTPS_PORT, client_ports=clients, inward=True)
    yield internet_connection(HTTPS_PORT, client_ports=ANY_CLIENT_PORTS)


def _elsewhere(route: Route) -> Egress:
    """Return an assumed egress through a target whose own routes are not in the template."""
    return Egress(
        gateways=(route.target,),
        assumed=f"{route.target} routes {route.where} to the Internet",
    )
