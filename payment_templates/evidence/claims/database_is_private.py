"""Checks that the database cannot be reached from the Internet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("The database is not reachable from the Internet", "VPC and Networking")
def database_is_private(topology: Topology) -> Finding:
    """Check that no instance is publicly accessible and no database subnet is public.

    AWS documents an instance that does not set the property in two ways: as private in any subnet
    group but `default` (botocore 1.43, CreateDBInstance), and, in older texts, as public if its VPC
    has an Internet gateway:
    https://docs.aws.amazon.com/sdk-for-kotlin/api/latest/rds/aws.sdk.kotlin.services.rds.model/-create-db-instance-request/publicly-accessible.html

    A subnet is public if it has any route to an Internet gateway, IPv4 or IPv6:
    https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
    """
    if not topology.databases:
        return absent("there is no database")
    if problem := next(_problems(topology), ""):
        return broken(problem)
    lines = [
        f"{name}: no route to an Internet gateway"
        for database in topology.databases
        for name in database.subnets
    ]
    doubts = [
        f"{instance.logical_id}, without PubliclyAccessible and with {gateway} in its network"
        for instance in topology.stack.of_type("AWS::RDS::DBInstance")
        if (gateway := _gateway_of_undecided(topology, instance))
    ]
    if doubts:
        return conditional(f"if RDS makes no public address for {', '.join(doubts)}", *lines)
    return kept("private subnets, no public address", *lines)


def _problems(topology: Topology) -> Iterator[str]:
    """Yield what makes an instance public, or its network."""
    stack, network = topology.stack, topology.network
    for instance in stack.of_type("AWS::RDS::DBInstance"):
        if instance.properties.flag("PubliclyAccessible"):
            yield f"{instance.logical_id} is publicly accessible"
    for database in topology.databases:
        group = stack.find(database.properties.get("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup")
        if group is None:
            yield f"{database.logical_id} is in the default network"
        for name in group.properties.targets("SubnetIds") if group else ():
            subnet = network.subnets.get(name)
            if subnet is None:
                yield f"{name} is not a subnet of the stack"
                continue
            for route in filter(network.is_internet_gateway, subnet.routes):
                where = f"{route.where} to {route.target}"
                yield f"{name} is a public subnet: it leads {where}"


def _gateway_of_undecided(topology: Topology, instance: StackResource) -> str:
    """Return the Internet gateway in the VPC of an instance without PubliclyAccessible, or ""."""
    if "PubliclyAccessible" in instance.properties:
        return ""
    network = topology.network
    for database in topology.databases:
        if instance.logical_id not in {member.logical_id for member in database.instances}:
            continue
        networks = {network.subnets[name].vpc for name in database.subnets if name in network}
        return next((gateway for gateway, vpc in network.attachments if vpc in networks), "")
    return ""
