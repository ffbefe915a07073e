"""Adds the VPC: a public and a private subnet in every zone, and their egress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import GetAZs, If, Select, Sub, ec2

from payment_templates import naming
from payment_templates.subnet_blocks import subnet_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troposphere import GetAtt

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

ANYWHERE = "0.0.0.0/0"
# The position of the first zone's subnet among the blocks of the VPC; it increases by one per zone.
FIRST_BLOCK = {"Public": 1, "Private": 11}


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC, its subnets and their routes."""

    vpc: ec2.VPC
    public_subnets: tuple[ec2.Subnet, ...]
    private_subnets: tuple[ec2.Subnet, ...]
    # These must exist before anything in the subnets can reach the Internet.
    public_routes: tuple[ec2.Route | ec2.SubnetRouteTableAssociation, ...]
    private_routes: tuple[ec2.Route | ec2.SubnetRouteTableAssociation, ...]


def add_network(scope: Scope, *, parameters: Parameters, conditions: Conditions) -> Network:
    """Add the VPC, its subnets, NAT gateways, routes and the endpoint for image layers."""
    vpc = _add_vpc(scope)
    zone_names = _zone_names(scope, parameters, conditions)
    public_subnets = _add_subnets(scope, vpc, "Public", zone_names)
    same_zones = [subnet.get_att("AvailabilityZone") for subnet in public_subnets]
    private_subnets = _add_subnets(scope, vpc, "Private", same_zones)
    attachment = _add_internet_gateway(scope, vpc)
    public_routes = _add_public_routes(scope, vpc, public_subnets, attachment)
    nat_gateways = _add_nat_gateways(scope, public_subnets, attachment)
    tables = _add_private_route_tables(scope, vpc)
    private_routes = _add_private_routes(scope, tables, private_subnets, nat_gateways)
    _add_s3_endpoint(scope, vpc, tables)
    return Network(
        vpc=vpc,
        public_subnets=public_subnets,
        private_subnets=private_subnets,
        public_routes=public_routes,
        private_routes=private_routes,
    )


def _zone_names(scope: Scope, parameters: Parameters, conditions: Conditions) -> tuple[Select, ...]:
    zones = If(conditions.has_zones, parameters.availability_zones.ref(), GetAZs())
    return tuple(Select(zone, zones) for zone in range(scope.options.zones))


def _add_vpc(scope: Scope) -> ec2.VPC:
    return scope.add(
        ec2.VPC(
            "Vpc",
            CidrBlock=scope.options.vpc_cidr,
            EnableDnsHostnames=True,
            EnableDnsSupport=True,
            Tags=naming.tags("vpc"),
        )
    )


def _add_subnets(
    scope: Scope, vpc: ec2.VPC, kind: str, zone_names: Sequence[Select | GetAtt]
) -> tuple[ec2.Subnet, ...]:
    blocks = subnet_blocks(scope.options.vpc_cidr)
    return tuple(
        scope.add(
            ec2.Subnet(
                naming.in_zone(f"{kind}Subnet", zone),
                VpcId=vpc.ref(),
                CidrBlock=blocks[FIRST_BLOCK[kind] + zone],
                AvailabilityZone=zone_name,
                MapPublicIpOnLaunch=False,
                Tags=naming.tags(naming.thing_in_zone(kind.lower(), zone)),
            )
        )
        for zone, zone_name in enumerate(zone_names)
    )


def _add_internet_gateway(scope: Scope, vpc: ec2.VPC) -> ec2.VPCGatewayAttachment:
    gateway = scope.add(
        ec2.InternetGateway("InternetGateway", Tags=naming.tags("internet-gateway"))
    )
    return scope.add(
        ec2.VPCGatewayAttachment(
            "GatewayAttachment", VpcId=vpc.ref(), InternetGatewayId=gateway.ref()
        )
    )


def _add_public_routes(
    scope: Scope,
    vpc: ec2.VPC,
    subnets: Sequence[ec2.Subnet],
    attachment: ec2.VPCGatewayAttachment,
) -> tuple[ec2.Route | ec2.SubnetRouteTableAssociation, ...]:
    table = scope.add(
        ec2.RouteTable("PublicRouteTable", VpcId=vpc.ref(), Tags=naming.tags("public"))
    )
    associations = tuple(
        _associate(scope, "Public", zone, table, subnet) for zone, subnet in enumerate(subnets)
    )
    route = scope.add(
        ec2.Route(
            "PublicRoute",
            RouteTableId=table.ref(),
            DestinationCidrBlock=ANYWHERE,
            GatewayId=attachment.InternetGatewayId,
            DependsOn=[attachment.title],
        )
    )
    return (*associations, route)


def _add_nat_gateways(
    scope: Scope, subnets: Sequence[ec2.Subnet], attachment: ec2.VPCGatewayAttachment
) -> tuple[ec2.NatGateway, ...]:
    return tuple(
        _add_nat_gateway(scope, zone, subnets[zone], attachment)
        for zone in range(scope.options.nat_gateways)
    )


def _add_nat_gateway(
    scope: Scope, zone: int, subnet: ec2.Subnet, attachment: ec2.VPCGatewayAttachment
) -> ec2.NatGateway:
    tags_of = naming.thing_in_zone("nat", zone)
    # The address can be released, and NAT works, only while the Internet gateway is attached.
    address = scope.add(
        ec2.EIP(
            naming.in_zone("NatAddress", zone),
            DependsOn=[attachment.title],
            Tags=naming.tags(tags_of),
        )
    )
    return scope.add(
        ec2.NatGateway(
            naming.in_zone("NatGateway", zone),
            AllocationId=address.get_att("AllocationId"),
            SubnetId=subnet.ref(),
            Tags=naming.tags(tags_of),
        )
    )


def _add_private_route_tables(scope: Scope, vpc: ec2.VPC) -> tuple[ec2.RouteTable, ...]:
    return tuple(
        scope.add(
            ec2.RouteTable(
                naming.in_zone("PrivateRouteTable", zone),
                VpcId=vpc.ref(),
                Tags=naming.tags(naming.thing_in_zone("private", zone)),
            )
        )
        for zone in range(scope.options.zones)
    )


def _add_private_routes(
    scope: Scope,
    tables: Sequence[ec2.RouteTable],
    subnets: Sequence[ec2.Subnet],
    nat_gateways: Sequence[ec2.NatGateway],
) -> tuple[ec2.Route | ec2.SubnetRouteTableAssociation, ...]:
    associations = tuple(
        _associate(scope, "Private", zone, table, subnet)
        for zone, (table, subnet) in enumerate(zip(tables, subnets, strict=True))
    )
    routes = tuple(
        scope.add(
            ec2.Route(
                naming.in_zone("PrivateRoute", zone),
                RouteTableId=table.ref(),
                DestinationCidrBlock=ANYWHERE,
                NatGatewayId=nat_gateways[zone % len(nat_gateways)].ref(),
            )
        )
        for zone, table in enumerate(tables)
    )
    return associations + routes


def _associate(
    scope: Scope, kind: str, zone: int, table: ec2.RouteTable, subnet: ec2.Subnet
) -> ec2.SubnetRouteTableAssociation:
    return scope.add(
        ec2.SubnetRouteTableAssociation(
            naming.in_zone(f"{kind}Association", zone),
            RouteTableId=table.ref(),
            SubnetId=subnet.ref(),
        )
    )


def _add_s3_endpoint(scope: Scope, vpc: ec2.VPC, tables: Sequence[ec2.RouteTable]) -> None:
    # Free; the layers of ECR images then bypass the NAT gateway and its price per GB:
    # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    scope.add(
        ec2.VPCEndpoint(
            "S3Endpoint",
            VpcId=vpc.ref(),
            ServiceName=Sub("com.amazonaws.${AWS::Region}.s3"),
            RouteTableIds=[table.ref() for table in tables],
            Tags=naming.tags("s3-endpoint"),
        )
    )
