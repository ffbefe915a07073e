"""Subnets: their zones, their routes, and the ways out that the routes lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.errors import UnresolvedError
from payment_templates.evidence.resolve.values import Reference

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Value

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet, its zone, and how its traffic leaves the network."""

    logical_id: str
    zone: str
    # The gateway of its default route, empty without one.
    internet_gateway: str
    nat_gateway: str
    # What interface and gateway endpoints reach without leaving: s3, ecr.api, logs, ...
    endpoints: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class NatGateway:
    """A NAT gateway and the zone that it lives and dies with."""

    logical_id: str
    zone: str
    subnet: str


@dataclass(frozen=True, kw_only=True)
class Network:
    """Every subnet and every NAT gateway of the stack."""

    subnets: dict[str, Subnet]
    nat_gateways: tuple[NatGateway, ...]

    def zones_of(self, subnets: tuple[str, ...]) -> tuple[str, ...]:
        """Give the zones of some subnets, each once, in their order."""
        return tuple(dict.fromkeys(self.subnets[name].zone for name in subnets if name in self))

    def __contains__(self, logical_id: object) -> bool:
        return logical_id in self.subnets


def read_network(stack: Stack) -> Network:
    """Follow every subnet's route table to the gateways and endpoints behind it."""
    subnets = {
        subnet.logical_id: _subnet(stack, subnet) for subnet in stack.of_type("AWS::EC2::Subnet")
    }
    return Network(
        subnets=subnets,
        nat_gateways=tuple(
            NatGateway(
                logical_id=gateway.logical_id,
                zone=zone_of(stack, gateway.fields.get("SubnetId")),
                subnet=gateway.fields.target("SubnetId"),
            )
            for gateway in stack.of_type("AWS::EC2::NatGateway")
        ),
    )


def zone_of(stack: Stack, value: Value) -> str:
    """Give the zone that a value names: itself, or that of the subnet which it refers to."""
    seen: set[str] = set()
    while isinstance(value, Reference):
        if value.logical_id in seen or value.attribute not in {"", "AvailabilityZone"}:
            raise UnresolvedError(f"Resources.{value.logical_id}", f"{value} leads to no zone")
        seen.add(value.logical_id)
        value = stack.resources[value.logical_id].fields.get("AvailabilityZone")
    return "" if value is None else str(value)


def _subnet(stack: Stack, subnet: Resource) -> Subnet:
    name = subnet.logical_id
    table = next(
        (
            association.fields.target("RouteTableId")
            for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation")
            if association.fields.target("SubnetId") == name
        ),
        "",
    )
    routes = [
        route.fields
        for route in stack.of_type("AWS::EC2::Route")
        if route.fields.target("RouteTableId") == table
        and route.fields.text("DestinationCidrBlock") == ANYWHERE
    ]
    return Subnet(
        logical_id=name,
        zone=zone_of(stack, subnet.fields.get("AvailabilityZone")),
        internet_gateway=next(filter(None, (route.target("GatewayId") for route in routes)), ""),
        nat_gateway=next(filter(None, (route.target("NatGatewayId") for route in routes)), ""),
        endpoints=frozenset(
            endpoint.fields.text("ServiceName").split(f".{stack.region}.")[-1]
            for endpoint in stack.of_type("AWS::EC2::VPCEndpoint")
            if name in endpoint.fields.targets("SubnetIds")
            or table in endpoint.fields.targets("RouteTableIds")
        ),
    )
