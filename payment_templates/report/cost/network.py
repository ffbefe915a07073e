"""Calculates what the network and the load balancers cost: gateways, addresses, data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import references_in
from payment_templates.facts.prices import (
    BALANCER_HOUR,
    BALANCER_UNIT,
    CONNECTIONS_PER_LCU,
    GB_PER_LCU_HOUR,
    HOURS_PER_MONTH,
    INTERFACE_ENDPOINT,
    INTERNET_DATA,
    NAT_DATA,
    NAT_GATEWAY,
    PUBLIC_ADDRESS,
    ZONE_DATA,
)
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import LOAD_BALANCER, NETWORK, Line, priced, unpriced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence import Topology
    from payment_templates.report.cost.usage import Usage

_ADDRESS = "AWS::EC2::EIP"
# The types of endpoints that are charged by the hour of each network interface.
_INTERFACES = {"Interface", "GatewayLoadBalancer"}
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


def network_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the lines of NAT gateways and of data."""
    region = topology.stack.region
    gateways = tuple(gateway.logical_id for gateway in topology.network.nat_gateways)
    if gateways:
        yield priced(
            *(NETWORK, "NAT gateways", *gateways),
            price=NAT_GATEWAY,
            region=region,
            quantity=len(gateways) * HOURS_PER_MONTH,
            how=f"{quantity(len(gateways), 'gateway')} x {HOURS_PER_MONTH} hours",
        )
        yield priced(
            *(NETWORK, "data through NAT gateways", *gateways),
            price=NAT_DATA,
            region=region,
            quantity=usage.nat_gb,
            how=f"{usage.nat_gb:g} GB",
            by_usage=True,
        )
    public = tuple(it.logical_id for it in topology.load_balancers if not it.internal)
    if public:
        yield priced(
            *(NETWORK, "responses to the internet", *public),
            price=INTERNET_DATA,
            region=region,
            quantity=usage.gigabytes(usage.response_kb),
            how=f"{usage.million_requests:g} million requests x {usage.response_kb:g} KB; AWS "
            "charges nothing for the first 100 GB of an account, and less above 10 TB",
            by_usage=True,
        )
    yield from _between_zones(topology, usage)


def address_lines(topology: Topology) -> Iterator[Line]:
    """Yield the public IPv4 addresses: of NAT gateways, load balancers and tasks, and others.

    AWS charges for an address "whether attached to a service or not":
    https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/
    """
    stack = topology.stack
    gateways = [gateway.logical_id for gateway in topology.network.nat_gateways if gateway.public]
    counts = dict.fromkeys(gateways, 1)
    balancers = [it for it in stack.of_type(_BALANCER) if _has_addresses(it)]
    # One subnet in each zone.
    counts |= {it.logical_id: len(_subnets(it)) for it in balancers}
    counts |= {each.logical_id: each.desired for each in topology.services if each.public}
    users = [*stack.of_type("AWS::EC2::NatGateway"), *stack.of_type(_BALANCER)]
    written = [stack.template.resources[it.logical_id].properties for it in users]
    used = references_in(written)
    others = (it.logical_id for it in stack.of_type(_ADDRESS))
    counts |= {name: 1 for name in others if name not in used}
    if total := sum(counts.values()):
        yield priced(
            *(NETWORK, "public IPv4 addresses", *counts),
            price=PUBLIC_ADDRESS,
            region=stack.region,
            quantity=total * HOURS_PER_MONTH,
            how=f"{quantity(total, 'address', 'addresses')} x {HOURS_PER_MONTH} hours",
        )


def _has_addresses(balancer: StackResource) -> bool:
    fields = balancer.properties
    return fields.text("Scheme") != "internal" and fields.text("Type") != "gateway"


def _subnets(balancer: StackResource) -> Sequence[object]:
    fields = balancer.properties
    return fields.values("Subnets") or fields.children("SubnetMappings")


def endpoint_lines(topology: Topology) -> Iterator[Line]:
    """Yield the line of interface endpoints: one network interface in each subnet."""
    endpoints = topology.stack.of_type("AWS::EC2::VPCEndpoint")
    interfaces = [it for it in endpoints if it.properties.text("VpcEndpointType") in _INTERFACES]
    if count := sum(len(it.properties.values("SubnetIds")) for it in interfaces):
        yield priced(
            *(NETWORK, "interface endpoints", *(each.logical_id for each in interfaces)),
            price=INTERFACE_ENDPOINT,
            region=topology.stack.region,
            quantity=count * HOURS_PER_MONTH,
            how=f"{quantity(count, 'network interface')} x {HOURS_PER_MONTH} hours; without data",
        )


def _between_zones(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the queries of tasks in other zones than the writer, charged in each direction."""
    for database in topology.databases:
        writer = database.writer
        zones = {zone for service in topology.services for zone in service.zones}
        others = zones - {writer.zone} if writer else set[str]()
        if not others:
            continue
        share = len(others) / len(zones)
        yield priced(
            *(NETWORK, "queries between zones", database.logical_id),
            price=ZONE_DATA,
            region=topology.stack.region,
            quantity=2 * usage.gigabytes(usage.query_kb) * share,
            how=f"{usage.million_requests:g} million requests x {usage.query_kb:g} KB x "
            f"{len(others)} of {quantity(len(zones), 'zone')}, in each direction",
            by_usage=True,
        )


def load_balancer_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the lines of load balancers."""
    region = topology.stack.region
    for balancer in topology.stack.of_type(_BALANCER):
        name = balancer.logical_id
        kind = balancer.properties.text("Type") or "application"
        if kind != "application":
            problem = f"no price for a {kind} load balancer"
            yield unpriced(LOAD_BALANCER, f"{kind} load balancer", name, problem=problem)
            continue
        yield priced(
            *(LOAD_BALANCER, "application load balancer", name),
            price=BALANCER_HOUR,
            region=region,
            quantity=HOURS_PER_MONTH,
            how=f"{HOURS_PER_MONTH} hours",
        )
        moved = usage.gigabytes(usage.request_kb + usage.response_kb) / HOURS_PER_MONTH
        connections = usage.requests_per_second / CONNECTIONS_PER_LCU
        yield priced(
            *(LOAD_BALANCER, "load balancer capacity units", name),
            price=BALANCER_UNIT,
            region=region,
            quantity=max(moved / GB_PER_LCU_HOUR, connections) * HOURS_PER_MONTH,
            how=f"the larger of {moved:.3g} GB an hour and {usage.requests_per_second:g} new "
            f"connections a second / {CONNECTIONS_PER_LCU}, x {HOURS_PER_MONTH} hours",
            by_usage=True,
        )
