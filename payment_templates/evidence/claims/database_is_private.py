"""The database has no address that the Internet reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("The database is not reachable from the Internet", "VPC and Networking")
def database_is_private(topology: Topology) -> Finding:
    """Read every instance's PubliclyAccessible and the routes of the cluster's subnets.

    A subnet is public with any route to an Internet gateway, of whatever block or version:
    https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types
    """
    if not topology.databases:
        return absent("there is no database")
    stack, network = topology.stack, topology.network
    for instance in stack.of_type("AWS::RDS::DBInstance"):
        if instance.properties.flag("PubliclyAccessible"):
            return broken(f"{instance.logical_id} is publicly accessible")
    lines: list[str] = []
    for database in topology.databases:
        group = stack.find(database.properties.get("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup")
        if group is None:
            return broken(f"{database.logical_id} is in the default network")
        for name in group.properties.targets("SubnetIds"):
            subnet = network.subnets.get(name)
            if subnet is None:
                return broken(f"{name} is not a subnet of the stack")
            for route in filter(network.is_internet_gateway, subnet.routes):
                where = f"{route.destination} to {route.target}"
                return broken(f"{name} is a public subnet: it leads {where}")
            lines.append(f"{name}: no route to an Internet gateway")
    return kept("private subnets, no public address", *lines)
