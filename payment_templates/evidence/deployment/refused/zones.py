"""Finds databases and load balancers that are refused because of the zones of their subnets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.network.subnets import Subnet
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
# and botocore elbv2, CreateLoadBalancer, Subnets.
_FEWEST = 2
# An Availability Zone by name or ID; a Local Zone can be the only one, and is named after a city.
_ZONE = re.compile(r"[a-z]+(-[a-z]+)+-\d[a-z]|[a-z]+\d-az\d+")


def zone_refusals(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each database and load balancer with too few or unsuitable zones."""
    for database in topology.databases:
        yield from _of_database(topology, database)
    for front in topology.load_balancers:
        yield from _of_balancer(topology, front)


def zone_conditions(topology: Topology) -> Iterator[str]:
    """Yield a condition for the subnets whose zones AWS chooses, or the account maps to names.

    "If you create more than one subnet in your VPC, we do not necessarily select a different zone
    for each subnet": botocore ec2, CreateSubnet, AvailabilityZone.
    """
    for database in topology.databases:
        if _are_open(_subnets(topology, database.subnets)):
            yield f"if the subnets of {database.logical_id} are in at least {_FEWEST} zones"
    for front in topology.load_balancers:
        if _are_open(_subnets(topology, front.subnets)):
            yield f"if each subnet of {front.logical_id} is in another zone"


def _of_database(topology: Topology, database: Database) -> Iterator[str]:
    name, subnets = database.logical_id, _subnets(topology, database.subnets)
    places = {subnet.place for subnet in subnets}
    if database.subnets and len(places) < _FEWEST and not _are_open(subnets):
        yield f"the subnets of {name} are in one zone; RDS needs at least {_FEWEST}"
    if not all(subnet.zone for subnet in subnets):
        return
    for instance in database.instances:
        if places and instance.zone and instance.zone not in places:
            yield f"{instance.logical_id} is in {instance.zone}, where {name} has no subnet"


def _of_balancer(topology: Topology, front: LoadBalancer) -> Iterator[str]:
    """Yield the zones with two subnets, and the lack of a second zone: Subnets."""
    name, network = front.logical_id, topology.network
    if not front.shows_subnets or not all(each in network for each in front.subnets):
        return
    subnets = _subnets(topology, front.subnets)
    places = [subnet.place for subnet in subnets]
    for place in dict.fromkeys(filter(None, places)):
        inside = [subnet.logical_id for subnet in subnets if subnet.place == place]
        if len(inside) > 1:
            yield f"{name} has {' and '.join(inside)} in {place}: it takes one subnet of a zone"
    if front.kind != "application" or len(places) >= _FEWEST:
        return
    outposts = (topology.stack.resources[each].properties for each in front.subnets)
    regional = all(not place or _ZONE.fullmatch(place) for place in places)
    if places and regional and not any("OutpostArn" in subnet for subnet in outposts):
        yield f"{name} has one subnet: it needs at least {_FEWEST}, each in its own zone"


def _subnets(topology: Topology, names: tuple[str, ...]) -> list[Subnet]:
    return [topology.network.subnets[name] for name in names if name in topology.network]


def _are_open(subnets: list[Subnet]) -> bool:
    """Return whether the template does not show which of several subnets share a zone."""
    several = len({subnet.logical_id for subnet in subnets}) > 1
    named = {bool(subnet.zone) for subnet in subnets}
    return several and (len(named) > 1 or not all(subnet.place for subnet in subnets))
