"""Decides whether a subnet has egress to the Internet: the one place that follows its routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.access_lists import Passage

if TYPE_CHECKING:
    from payment_templates.evidence.topology.network.routes import Route
    from payment_templates.evidence.topology.network.subnets import NatGateway, Network, Subnet


@dataclass(frozen=True, kw_only=True)
class Egress:
    """The gateways that a subnet's traffic to the Internet goes by, or why it does not arrive."""

    gateways: tuple[str, ...] = ()
    # The zones that the gateways live and die with.
    zones: frozenset[str] = frozenset()
    problem: str = ""
    # What the template does not show of it.
    assumed: str = ""


def egress_of(network: Network, subnet: Subnet, *, public: bool) -> Egress:
    """Follow the routes that public addresses take, with a public address at the source or none."""
    routes = subnet.internet_routes
    if not routes:
        return Egress(problem="has no egress")
    return _joined([_by(network, subnet, route, public=public) for route in routes])


def public_egress(network: Network, subnet: Subnet) -> Egress:
    """Follow the routes of a subnet that must be public: both ways, by Internet gateways alone."""
    routes = subnet.internet_routes
    if not routes or not all(map(network.is_internet_gateway, routes)):
        return Egress(problem="is private")
    return _joined([_by_internet_gateway(network, subnet, route) for route in routes])


def _joined(ways: list[Egress]) -> Egress:
    return Egress(
        gateways=tuple(gateway for way in ways for gateway in way.gateways),
        zones=frozenset(zone for way in ways for zone in way.zones),
        problem=next((way.problem for way in ways if way.problem), ""),
        assumed=next((way.assumed for way in ways if way.assumed), ""),
    )


def _by(network: Network, subnet: Subnet, route: Route, *, public: bool) -> Egress:
    if network.is_internet_gateway(route):
        if not public:
            return Egress(problem=f"leads to {route.target}, but without a public address")
        return _by_internet_gateway(network, subnet, route)
    if route.kind == "NatGatewayId":
        gateway = network.nat_gateway_by_id.get(route.target)
        return _by_nat_gateway(network, subnet, gateway) if gateway else _elsewhere(route)
    return _elsewhere(route) if route.kind else Egress(problem="has a route that leads nowhere")


def _by_internet_gateway(network: Network, subnet: Subnet, route: Route) -> Egress:
    if route.target not in network.internet_gateways:
        return _elsewhere(route)
    # https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    if (route.target, subnet.vpc) not in network.attachments:
        return Egress(problem=f"leads to {route.target}, which is not attached to {subnet.vpc}")
    return Egress(gateways=(route.target,))


def _by_nat_gateway(network: Network, subnet: Subnet, gateway: NatGateway) -> Egress:
    by = f"goes out by {gateway.logical_id}"
    if not gateway.public:
        return Egress(problem=f"{by}, which is private")
    if gateway.regional:
        # https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
        attached = gateway.vpc in {vpc for _, vpc in network.attachments}
        problem = "" if attached else f"{by}, whose network has no Internet gateway"
        return Egress(gateways=(gateway.logical_id,), problem=problem)
    home = network.subnets.get(gateway.subnet)
    if home is None or home.vpc != subnet.vpc:
        return Egress(problem=f"{by}, which is in another network")
    return _by_zonal_nat_gateway(network, home, gateway)


def _by_zonal_nat_gateway(network: Network, home: Subnet, gateway: NatGateway) -> Egress:
    """Follow the routes of the subnet that a NAT gateway is in, which must be public."""
    by = f"goes out by {gateway.logical_id}"
    if home.passage is Passage.CLOSED:
        return Egress(problem=f"{by}, which a network access list shuts off")
    onward = public_egress(network, home)
    unjudged = f"the network access list of {home.logical_id} lets it through"
    return Egress(
        gateways=(gateway.logical_id,),
        zones=frozenset({gateway.zone}),
        problem=onward.problem and f"{by}, whose subnet {onward.problem}",
        assumed=onward.assumed or (unjudged if home.passage is Passage.UNJUDGED else ""),
    )


def _elsewhere(route: Route) -> Egress:
    """Accept a target whose own routes are not in the template."""
    return Egress(
        gateways=(route.target,),
        assumed=f"{route.target} leads {route.destination} to the Internet",
    )
