"""Reads the network: subnets with their zones and routes, gateways and VPC endpoints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, UnexpectedValueError
from payment_templates.evidence.reuse import remembered
from payment_templates.evidence.topology.network.access_lists import (
    AccessList,
    Passage,
    access_lists,
)
from payment_templates.evidence.topology.network.address_blocks import holds
from payment_templates.evidence.topology.network.endpoints import Endpoint, read_endpoints
from payment_templates.evidence.topology.network.name_resolution import (
    NAME_TYPES,
    OTHER_VPC,
    Names,
    read_names,
)
from payment_templates.evidence.topology.network.prefix_lists import PREFIX_LIST
from payment_templates.evidence.topology.network.public_access import (
    BLOCK_OPTIONS,
    EXCLUSION,
    PublicAccess,
    read_public_access,
)
from payment_templates.evidence.topology.network.routes import Route, routes_of, routes_to_internet
from payment_templates.evidence.topology.network.security_groups import End
from payment_templates.evidence.topology.network.vpc_blocks import (
    FURTHER_BLOCK,
    stated_block,
    stated_blocks,
    with_unstated_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value

# The resource types that the network is read from.
_TYPES = (
    *("AWS::EC2::GatewayRouteTableAssociation", BLOCK_OPTIONS, EXCLUSION),
    *("AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::NetworkAcl"),
    *("AWS::EC2::NetworkAclEntry", PREFIX_LIST, "AWS::EC2::Route", "AWS::EC2::Subnet"),
    *("AWS::EC2::SubnetNetworkAclAssociation", "AWS::EC2::SubnetRouteTableAssociation"),
    *(FURTHER_BLOCK, "AWS::EC2::VPCEndpoint", "AWS::EC2::VPCGatewayAttachment"),
    *NAME_TYPES,
)


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet: its zone, its CIDR block, its routes and its network ACL."""

    logical_id: str
    # The zone's name; empty if the template does not state it.
    zone: str
    # The zone's ID, such as use1-az1, which an account maps to a name; empty if it is not stated.
    zone_id: str
    # Whether it has no IPv4 addresses: botocore ec2, CreateSubnet, Ipv6Native.
    only_ipv6: bool
    vpc: str
    # "" if the template does not state it.
    block: str
    table: str
    routes: tuple[Route, ...]
    access_list: AccessList

    @property
    def place(self) -> str:
        """The name or the ID of its zone, or ""."""
        return self.zone or self.zone_id

    @property
    def passage(self) -> Passage:
        """What its network ACL does with all traffic."""
        return self.access_list.passage

    @cached_property
    def internet_routes(self) -> tuple[Route, ...]:
        """The routes of traffic to public addresses; empty unless all public addresses have one."""
        return routes_to_internet(self.routes)

    @cached_property
    def unseen_routes(self) -> tuple[Route, ...]:
        """The routes to prefix lists that the template does not show."""
        return tuple(route for route in self.routes if route.destination is None)


@dataclass(frozen=True, kw_only=True)
class NatGateway:
    """A NAT gateway; `zone` is empty if the gateway is regional."""

    logical_id: str
    zone: str
    subnet: str
    vpc: str
    regional: bool
    public: bool


@dataclass(frozen=True, kw_only=True)
class Network:
    """The subnets, gateways and VPC endpoints of the stack."""

    subnets: dict[str, Subnet]
    # The IPv4 CIDR blocks of the VPCs of the stack that the template states.
    blocks: dict[str, tuple[str, ...]]
    # The VPCs with a block that the template does not state, as one from an IPAM pool.
    unstated: frozenset[str]
    nat_gateways: tuple[NatGateway, ...]
    endpoints: tuple[Endpoint, ...]
    internet_gateways: frozenset[str]
    # Pairs of an Internet gateway and the VPC that it is attached to.
    attachments: frozenset[tuple[str, str]]
    # What is known about name resolution, by VPC.
    names: dict[str, Names]
    public_access: PublicAccess
    # The routes of what an Internet gateway receives.
    gateway_routes: dict[str, tuple[Route, ...]]

    @cached_property
    def nat_gateway_by_id(self) -> dict[str, NatGateway]:
        """The NAT gateways by logical ID."""
        return {gateway.logical_id: gateway for gateway in self.nat_gateways}

    def names_in(self, vpc: str) -> Names:
        """Return what is known about name resolution in a VPC."""
        return self.names.get(vpc) or self.names[OTHER_VPC]

    def zones_of(self, subnets: tuple[str, ...]) -> tuple[str, ...]:
        """Return the zones of the given subnets, each once, in the order of the subnets."""
        return tuple(dict.fromkeys(self.subnets[name].zone for name in subnets if name in self))

    def end_in(self, subnets: tuple[str, ...], groups: tuple[str, ...]) -> End:
        """Return the end of a connection that is in the given subnets and security groups."""
        found = [self.subnets[name] for name in subnets if name in self]
        blocks = tuple(subnet.block for subnet in found)
        if all(blocks):
            return End(groups=groups, blocks=blocks)
        # A subnet without a stated block is inside its VPC.
        bounds = {block for subnet in found for block in self._bounds(subnet)}
        return End(groups=groups, blocks=blocks, bounds=tuple(sorted(bounds)))

    def _bounds(self, subnet: Subnet) -> tuple[str, ...]:
        if subnet.block or subnet.vpc in self.unstated:
            return (subnet.block,)
        return self.blocks.get(subnet.vpc) or ("",)

    def outside(self, subnet: Subnet) -> str:
        """Return a sentence if the block of a subnet is outside its VPC, or ""."""
        blocks = self.blocks.get(subnet.vpc, ())
        if not blocks or subnet.vpc in self.unstated or self._is_inside(subnet):
            return ""
        return f"{subnet.logical_id} ({subnet.block}) is outside {subnet.vpc} ({', '.join(blocks)})"

    def may_be_outside(self, subnet: Subnet) -> bool:
        """Return whether a block that the template does not state may be that of a subnet."""
        return subnet.vpc in self.unstated and not self._is_inside(subnet)

    def _is_inside(self, subnet: Subnet) -> bool:
        blocks = self.blocks.get(subnet.vpc, ())
        return not subnet.block or any(holds(block, (subnet.block,)) for block in blocks)

    def is_internet_gateway(self, route: Route) -> bool:
        """Return whether a route leads to an Internet gateway, in the stack or outside it."""
        return route.target in self.internet_gateways or route.target.startswith("igw-")

    def __contains__(self, logical_id: object) -> bool:
        return logical_id in self.subnets


def read_network(stack: Stack) -> Network:
    """Read the network of a stack, cached for stacks with an equal network."""
    return remembered(stack, _network, *_TYPES)


def zone_of(stack: Stack, value: Value) -> str:
    """Return the zone that a value states, or the zone of the subnet that it refers to.

    Empty if the value is absent; raises UnexpectedValueError for any other reference.
    """
    seen: set[str] = set()
    while isinstance(value, Reference):
        if value.logical_id in seen or value.attribute not in {"", "AvailabilityZone"}:
            raise UnexpectedValueError(
                f"Resources.{value.logical_id}", f"{value} is not an Availability Zone"
            )
        seen.add(value.logical_id)
        value = stack.resources[value.logical_id].properties.get("AvailabilityZone")
    return "" if value is None else str(value)


def _network(stack: Stack) -> Network:
    lists = access_lists(stack)
    return Network(
        subnets={
            subnet.logical_id: _subnet(stack, subnet, lists)
            for subnet in stack.of_type("AWS::EC2::Subnet")
        },
        blocks=stated_blocks(stack),
        unstated=with_unstated_blocks(stack),
        nat_gateways=tuple(
            _nat_gateway(stack, gateway) for gateway in stack.of_type("AWS::EC2::NatGateway")
        ),
        endpoints=read_endpoints(stack),
        internet_gateways=frozenset(
            gateway.logical_id for gateway in stack.of_type("AWS::EC2::InternetGateway")
        ),
        attachments=frozenset(
            (
                attachment.properties.identity("InternetGatewayId"),
                attachment.properties.identity("VpcId"),
            )
            for attachment in stack.of_type("AWS::EC2::VPCGatewayAttachment")
        ),
        names=read_names(stack),
        public_access=read_public_access(stack),
        gateway_routes=dict(_gateway_routes(stack)),
    )


def _gateway_routes(stack: Stack) -> Iterator[tuple[str, tuple[Route, ...]]]:
    for association in stack.of_type("AWS::EC2::GatewayRouteTableAssociation"):
        fields = association.properties
        yield fields.identity("GatewayId"), routes_of(stack, fields.identity("RouteTableId"))


def _subnet(stack: Stack, subnet: StackResource, lists: dict[str, AccessList]) -> Subnet:
    name = subnet.logical_id
    table = _table(stack, name)
    return Subnet(
        logical_id=name,
        zone=zone_of(stack, subnet.properties.get("AvailabilityZone")),
        zone_id=_zone_id(subnet),
        only_ipv6=subnet.properties.flag("Ipv6Native"),
        vpc=subnet.properties.identity("VpcId"),
        block=stated_block(subnet.properties),
        table=table,
        # Without an association, the VPC's main route table applies: it has only local routes.
        routes=routes_of(stack, table) if table else (),
        access_list=lists[name],
    )


def _zone_id(subnet: StackResource) -> str:
    value = subnet.properties.get("AvailabilityZoneId")
    return value if isinstance(value, str) else ""


def _table(stack: Stack, subnet: str) -> str:
    """Return the route table of a subnet, or ""; raises UnexpectedValueError if it has two.

    A subnet can only be associated with one route table at a time:
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    found = [
        association
        for association in stack.of_type("AWS::EC2::SubnetRouteTableAssociation")
        if association.properties.target("SubnetId") == subnet
    ]
    tables = [association.properties.identity("RouteTableId") for association in found]
    for further, table in zip(found, tables, strict=True):
        if table != tables[0]:
            what = f"{subnet} already has {tables[0]} by {found[0].logical_id}, and can have one"
            raise UnexpectedValueError(f"{further.properties.place}.RouteTableId", what)
    return tables[0] if tables else ""


def _nat_gateway(stack: Stack, gateway: StackResource) -> NatGateway:
    fields = gateway.properties
    return NatGateway(
        logical_id=gateway.logical_id,
        zone=zone_of(stack, fields.get("SubnetId")),
        subnet=fields.target("SubnetId"),
        vpc=fields.identity("VpcId"),
        regional=fields.text("AvailabilityMode") == "regional",
        public=fields.text("ConnectivityType") == "public",
    )
