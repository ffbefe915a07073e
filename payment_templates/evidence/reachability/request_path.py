"""Decides whether a request from the Internet reaches a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.network_paths.access_list_paths import (
    ANY_CLIENT_PORTS,
    internet_connection,
    passage_of,
)
from payment_templates.evidence.network_paths.address_types import (
    address_conditions,
    address_problems,
)
from payment_templates.evidence.network_paths.egress import public_egress
from payment_templates.evidence.network_paths.vpc_paths import (
    Packets,
    Tier,
    path_conditions,
    path_problems,
)
from payment_templates.evidence.reachability.listener_protocols import protocol_problems
from payment_templates.evidence.reachability.request_filters import (
    catching_rules,
    closed_rules,
    empty_shares,
    narrow_rules,
    open_shares,
    request_demands,
)
from payment_templates.evidence.reachability.web_acls import firewall_conditions, firewall_problems
from payment_templates.evidence.task_start.image_fit import image_request_problems
from payment_templates.evidence.topology.network.access_lists import Passage
from payment_templates.evidence.topology.network.security_groups import (
    WORLD,
    End,
    lists_between,
    lists_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Mapping, Service
    from payment_templates.evidence.topology.network.subnets import Subnet
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer, TargetGroup

_HTTP1 = "HTTP1"
# The protocols of health checks that fit what a port speaks; by TCP, it may speak any.
_SPOKEN = {"HTTP": {"HTTP"}, "HTTPS": {"HTTPS"}, "TLS": {"HTTPS", "TCP"}}


def request_problems(topology: Topology, service: Service, mapping: Mapping) -> Iterator[str]:
    """Yield what blocks a request from the Internet by load balancer and target group."""
    groups = {group.logical_id: group for group in topology.target_groups}
    group = groups.get(mapping.target_group)
    if group is None:
        yield f"{service.logical_id} is not registered with a target group of the stack"
        return
    fronts = [lb for lb in topology.load_balancers if lb.logical_id in group.balancers]
    if not fronts:
        yield f"no listener of a load balancer forwards to {group.logical_id}"
    yield from _network_problems(topology, service, group)
    yield from _version_problems(topology, group)
    yield from catching_rules(topology, group)
    yield from closed_rules(topology, group)
    yield from empty_shares(topology, group)
    for front in fronts:
        yield from protocol_problems(topology, front)
        yield from firewall_problems(topology.stack, front)
        yield from address_problems(topology, service, front, group)
        yield from _entrance_problems(topology, front, group)
        yield from _passage_problems(topology, service, mapping, front, group)
    yield from _container_problems(service, mapping, group)
    yield from image_request_problems(topology, service, mapping, group)


def request_conditions(topology: Topology, service: Service, mapping: Mapping) -> Iterator[str]:
    """Yield the assumptions about a request's path that the template does not confirm."""
    for group in topology.target_groups:
        if group.logical_id != mapping.target_group:
            continue
        if group.version != _HTTP1:
            yield f"the container takes requests by {group.version}"
        if not _takes_ok(group.matcher):
            yield f"the health check path returns {group.matcher}"
        yield from narrow_rules(topology, group)
        yield from request_demands(topology, group)
        yield from open_shares(topology, group)
        fronts = [lb for lb in topology.load_balancers if lb.logical_id in group.balancers]
        for front in fronts:
            yield from firewall_conditions(topology.stack, front)
            yield from address_conditions(topology, front, group)
            yield from _entrance_conditions(topology, front, group)
            packets = _requests(mapping, group)
            yield from path_conditions(topology, _tier(front), _tier(service), packets)
            for port in _ports(mapping, group):
                for name in _lists(topology, service, front, port) or ():
                    yield f"the prefix list {name} has every address that requests need"


def _entrance_conditions(
    topology: Topology, front: LoadBalancer, group: TargetGroup
) -> Iterator[str]:
    """Yield the assumptions about what is between a load balancer and its clients."""
    for name in _entrance_lists(topology, front, group) or ():
        yield f"the prefix list {name} has every address of a client"
    for place in front.subnets:
        subnet = topology.network.subnets.get(place)
        if subnet and (assumed := public_egress(topology.network, subnet, inward=True).assumed):
            yield assumed
        if subnet and _entrance_passage(topology, front, group, subnet) is Passage.UNJUDGED:
            yield f"the network ACL of {place} allows requests"


def _network_problems(topology: Topology, service: Service, group: TargetGroup) -> Iterator[str]:
    """Yield the subnets of tasks that are not in the VPC of the target group."""
    subnets = topology.network.subnets
    for name in service.subnets:
        if name in subnets and group.vpc and subnets[name].vpc != group.vpc:
            yield f"{group.logical_id} is in {group.vpc}, but {name} is in {subnets[name].vpc}"


def _tier(member: LoadBalancer | Service) -> Tier:
    return Tier(
        name=member.logical_id, subnets=member.subnets, security_groups=member.security_groups
    )


def _version_problems(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the listeners that cannot forward HTTP/2 or gRPC: only HTTPS listeners can.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """
    for listener in topology.listeners if group.version != _HTTP1 else ():
        if group.logical_id in listener.target_groups and listener.protocol != "HTTPS":
            yield f"{listener.logical_id} forwards {group.version} without HTTPS"


def _entrance_problems(
    topology: Topology, front: LoadBalancer, group: TargetGroup
) -> Iterator[str]:
    """Yield why requests from the Internet do not reach a load balancer."""
    name = front.logical_id
    if front.internal:
        yield f"{name} is internal: no request from the Internet reaches it"
    for place in front.subnets:
        subnet = topology.network.subnets.get(place)
        if subnet is None:
            yield f"{name} is in {place}, which is not a subnet of the stack"
        elif problem := public_egress(topology.network, subnet, inward=True).problem:
            yield f"{name} is in {place}, which {problem}"
        elif _entrance_passage(topology, front, group, subnet) is Passage.CLOSED:
            yield f"{place} is blocked by its network ACL"
    if _entrance_lists(topology, front, group) is None:
        entrance = End(groups=front.security_groups)
        ports = " or ".join(map(str, _serving_ports(topology, front, group)))
        yield f"{entrance} does not admit the Internet on {ports}, where {name} listens"


def _entrance_lists(
    topology: Topology, front: LoadBalancer, group: TargetGroup
) -> tuple[str, ...] | None:
    """Return the unseen prefix lists that admit the Internet: () if none, None if it is blocked."""
    entrance = End(groups=front.security_groups)
    found = [
        lists_in(topology.rules, source=WORLD, target=entrance, port=port)
        for port in _serving_ports(topology, front, group)
    ]
    # One port is enough.
    return min((lists for lists in found if lists is not None), key=len, default=None)


def _entrance_passage(
    topology: Topology, front: LoadBalancer, group: TargetGroup, subnet: Subnet
) -> Passage:
    """Return what the network ACL of a subnet does with requests from the Internet."""
    found = {
        passage_of(subnet, internet_connection(port, client_ports=ANY_CLIENT_PORTS, inward=True))
        for port in _serving_ports(topology, front, group)
    }
    # One port is enough.
    best = (Passage.OPEN, Passage.UNJUDGED, Passage.CLOSED)
    return next((it for it in best if it in found), subnet.passage)


def _serving_ports(topology: Topology, front: LoadBalancer, group: TargetGroup) -> list[int]:
    return [
        listener.port
        for listener in topology.listeners
        if listener.balancer == front.logical_id and group.logical_id in listener.target_groups
    ]


def _passage_problems(
    topology: Topology, service: Service, mapping: Mapping, front: LoadBalancer, group: TargetGroup
) -> Iterator[str]:
    """Yield why a load balancer's requests or health checks do not reach the tasks."""
    source, tasks = _ends(topology, service, front)
    for port in _ports(mapping, group):
        if _lists(topology, service, front, port) is None:
            yield f"{source} cannot connect to {tasks} on {port}"
    packets = _requests(mapping, group)
    yield from path_problems(topology, _tier(front), _tier(service), packets)


def _requests(mapping: Mapping, group: TargetGroup) -> Packets:
    ports = _ports(mapping, group)
    return Packets(name="requests", ports=ports, client_ports=ANY_CLIENT_PORTS)


def _ports(mapping: Mapping, group: TargetGroup) -> tuple[int, ...]:
    """Return the ports of a task that requests and health checks use."""
    checked = mapping.port if group.check_port is None else group.check_port
    return tuple(dict.fromkeys((mapping.port, checked)))


def _lists(
    topology: Topology, service: Service, front: LoadBalancer, port: int
) -> tuple[str, ...] | None:
    source, tasks = _ends(topology, service, front)
    return lists_between(topology.rules, source=source, target=tasks, port=port)


def _ends(topology: Topology, service: Service, front: LoadBalancer) -> tuple[End, End]:
    network = topology.network
    return (
        network.end_in(front.subnets, front.security_groups),
        network.end_in(service.subnets, service.security_groups),
    )


def _container_problems(service: Service, mapping: Mapping, group: TargetGroup) -> Iterator[str]:
    """Yield why a target group's requests reach no container, or no healthy one."""
    if service.ports and mapping.container not in service.ports:
        yield f"the task definition has no container {mapping.container}"
    elif service.ports and mapping.port not in service.ports[mapping.container]:
        yield f"{mapping.container} does not open {mapping.port}"
    # A Fargate task is registered by its IP address, not as an instance:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html
    if group.target_type != "ip":
        yield f"{group.logical_id} has the target type {group.target_type}: a task needs ip"
    opened = {port for ports in service.ports.values() for port in ports}
    if group.check_port is not None and opened and group.check_port not in opened:
        yield f"{group.logical_id} checks {group.check_port}, which no container opens"
    same_port = group.check_port in {None, mapping.port}
    spoken = _SPOKEN.get(group.protocol)
    if same_port and spoken and group.check_protocol not in spoken:
        both = f"requests use {group.protocol}, health checks {group.check_protocol}"
        yield f"{group.logical_id} uses two protocols on one port: {both}"


def _takes_ok(matcher: str) -> bool:
    """Return whether 200 is among the codes of a matcher: 200, 200,202 or 200-299."""
    for part in matcher.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit() and int(first) <= 200 <= int(last or first):  # noqa: PLR2004 - OK.
            return True
    return False
