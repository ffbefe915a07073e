"""Decides whether a task can start in a subnet: whether it reaches everything it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.evidence.network_paths.access_list_paths import (
    LINUX_CLIENT_PORTS,
    internet_connection,
    passage_of,
)
from payment_templates.evidence.network_paths.egress import HTTPS_PORT, Egress, egress_of
from payment_templates.evidence.network_paths.host_names import endpoint_zone, hosts_of
from payment_templates.evidence.network_paths.vpc_paths import (
    Packets,
    Tier,
    path_conditions,
    path_problems,
)
from payment_templates.evidence.permissions.grants import Answer
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.task_start.endpoint_policies import endpoint_answer
from payment_templates.evidence.topology.network.access_lists import Passage
from payment_templates.evidence.topology.network.name_resolution import resolve
from payment_templates.evidence.topology.network.security_groups import (
    WORLD,
    WORLD_IPV6,
    End,
    lets_out,
    lets_out_ipv6,
    lists_between,
    lists_out,
)

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.network.endpoints import Endpoint
    from payment_templates.evidence.topology.network.name_resolution import Names
    from payment_templates.evidence.topology.network.subnets import Subnet

_PACKETS = Packets(name="calls", ports=(HTTPS_PORT,), client_ports=LINUX_CLIENT_PORTS)


@dataclass(frozen=True, kw_only=True)
class Start:
    """Why a task cannot start in a subnet, or the gateways and endpoints that it uses."""

    # The subnet with why no task starts there, or "" if one can.
    problem: str = ""
    # The subnet that the problem begins with; "" if it is of no subnet.
    subnet: str = ""
    by: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def why_nowhere(starts: tuple[Start, ...]) -> str:
    """Return why no task can start in any of the subnets; "" if one can, or without a subnet.

    Subnets with the same reason are named together.
    """
    if not all(start.problem for start in starts):
        return ""
    subnets: dict[str, list[str]] = {}
    for start in starts:
        subnets.setdefault(start.problem.removeprefix(f"{start.subnet} "), []).append(start.subnet)
    return "; ".join(_in_each(reason, names) for reason, names in subnets.items())


def _in_each(reason: str, subnets: list[str]) -> str:
    *others, last = dict.fromkeys(subnets)
    return (
        f"each of {', '.join(others)} and {last} {reason}" if others else f"{last} {reason}".strip()
    )


def starts_of(topology: Topology, service: Service) -> tuple[Start, ...]:
    """Return whether a task can start, for each subnet of a service."""

    def starts() -> tuple[Start, ...]:
        return tuple(start_in(topology, service, name) for name in service.subnets)

    return reused(topology.stack, starts, service.start)


def start_in(topology: Topology, service: Service, name: str, *lost: str) -> Start:
    """Return whether a task can start in a subnet; `lost` are failed zones and NAT gateways.

    A private Fargate task starts only if its image, secrets and logs can be reached:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """

    def start() -> Start:
        found = _start(topology, service, name, lost)
        return replace(found, subnet=name if found.problem.startswith(f"{name} ") else "")

    return reused(topology.stack, start, name, lost, service.start)


def _start(topology: Topology, service: Service, name: str, lost: tuple[str, ...]) -> Start:
    subnet = topology.network.subnets.get(name)
    if not service.runs:
        return Start(problem=f"{service.logical_id} has no container to run")
    if subnet is None:
        return Start(problem=f"{name} is not a subnet of the stack")
    near = {need: _endpoint(topology, subnet, need, lost) for need in service.needs}
    if near and (nameless := _names(topology, service, subnet, near).problem):
        return Start(problem=f"{name} cannot resolve names: {nameless}")
    if near and _passage(subnet, near) is Passage.CLOSED:
        return Start(problem=f"{name} is blocked by its network ACL")
    for need, endpoint in near.items():
        # Traffic uses an endpoint even if other egress exists: by its DNS name or by its route.
        if endpoint and (barrier := _barrier(topology, service, name, endpoint)):
            return Start(problem=f"{name} reaches {need} by {endpoint.logical_id}, {barrier}")
    missing = [need for need, endpoint in near.items() if endpoint is None]
    way = egress_of(topology.network, subnet, public=service.public) if missing else Egress()
    problem = _problem(topology, service, subnet, way=way, missing=missing, lost=lost)
    return Start(
        problem=problem and f"{name} {problem}",
        by=(*way.gateways, *dict.fromkeys(e.logical_id for e in near.values() if e)),
        assumed=tuple(_assumed(subnet, way, near, topology, service)),
    )


def _problem(
    topology: Topology,
    service: Service,
    subnet: Subnet,
    *,
    way: Egress,
    missing: list[str],
    lost: tuple[str, ...],
) -> str:
    if not missing:
        return ""
    reach = f"cannot reach: {', '.join(missing)}"
    if way.problem:
        return f"{way.problem}; a task {reach}"
    if failed := [it for it in lost if it in {*way.gateways, *way.zones}]:
        by = "" if {*way.gateways} <= {*failed} else f" by {', '.join(way.gateways)}"
        fails = f"{' and '.join(failed)} {'fail' if len(failed) > 1 else 'fails'}"
        return f"loses egress{by} when {fails}; a task then {reach}"
    rules, tasks, world = topology.rules, End(groups=service.security_groups), WORLD
    if subnet.only_ipv6:
        world, let = WORLD_IPV6, lets_out_ipv6(rules, groups=tasks.groups, port=HTTPS_PORT)
    else:
        let = lists_out(rules, source=tasks, target=WORLD, port=HTTPS_PORT) is not None
    if let:
        return ""
    return f"has tasks without egress to {world} on {HTTPS_PORT} in {tasks}; a task {reach}"


def _endpoint(
    topology: Topology, subnet: Subnet, need: str, lost: tuple[str, ...]
) -> Endpoint | None:
    """Return the VPC endpoint that a subnet uses for an AWS service, or None."""
    found = (
        endpoint
        for endpoint in topology.network.endpoints
        if endpoint.service == need
        and endpoint.answers_by_name
        and _is_near(topology, endpoint, subnet, lost)
    )
    return next(found, None)


def _is_near(topology: Topology, endpoint: Endpoint, subnet: Subnet, lost: tuple[str, ...]) -> bool:
    """Return whether a subnet can use an endpoint; an interface in one zone serves all zones."""
    if not endpoint.interface:
        return bool(subnet.table) and subnet.table in endpoint.tables
    zones = topology.network.zones_of(endpoint.subnets)
    return endpoint.vpc == subnet.vpc and any(zone not in lost for zone in zones)


def _passage(subnet: Subnet, near: dict[str, Endpoint | None]) -> Passage:
    """Return what the network ACL of a subnet does with calls to public addresses, if any."""
    if all(endpoint and endpoint.interface for endpoint in near.values()):
        # The path to each endpoint has its own addresses.
        return subnet.passage if subnet.passage is Passage.CLOSED else Passage.OPEN
    return passage_of(subnet, internet_connection(HTTPS_PORT, client_ports=LINUX_CLIENT_PORTS))


def _names(
    topology: Topology, service: Service, subnet: Subnet, near: dict[str, Endpoint | None]
) -> Names:
    """Return whether a subnet resolves the names of what a task needs."""
    by_endpoint = [need for need, endpoint in near.items() if endpoint and endpoint.interface]
    by_name = [need for need in near if need not in by_endpoint]
    stack, images = topology.stack, service.images
    return resolve(
        stack,
        topology.network.names_in(subnet.vpc),
        [host for need in by_name for host in hosts_of(stack, need, images)],
        by_endpoint=[
            (host, endpoint_zone(stack, need))
            for need in by_endpoint
            for host in hosts_of(stack, need, images)
        ],
    )


def _barrier(topology: Topology, service: Service, name: str, endpoint: Endpoint) -> str:
    """Return what keeps a task in a subnet from using an endpoint, or ""."""
    for problem in path_problems(topology, *_tiers(service, name, endpoint), _PACKETS):
        return f"but {problem}"
    if not _is_let(topology, service, endpoint):
        return "which lets no task in"
    denied = endpoint_answer(topology, service, endpoint) is Answer.NO
    return "whose policy denies what a task does" if denied else ""


def _tiers(service: Service, name: str, endpoint: Endpoint) -> tuple[Tier, Tier]:
    """Return the ends of the path from a task to an endpoint; a gateway is in no subnet."""
    return (
        Tier(name=service.logical_id, subnets=(name,), security_groups=service.security_groups),
        Tier(
            name=endpoint.logical_id,
            subnets=endpoint.subnets,
            security_groups=endpoint.security_groups if endpoint.interface else (),
        ),
    )


def _is_let(topology: Topology, service: Service, endpoint: Endpoint) -> bool:
    if not endpoint.interface:
        return _lets_out_to_gateway(topology, End(groups=service.security_groups))
    return _lists(topology, service, endpoint) is not None


def _lists(topology: Topology, service: Service, endpoint: Endpoint) -> tuple[str, ...] | None:
    """Return the unseen prefix lists between tasks and an interface endpoint; None if blocked."""
    network = topology.network
    return lists_between(
        topology.rules,
        source=network.end_in(service.subnets, service.security_groups),
        target=network.end_in(endpoint.subnets, endpoint.security_groups),
        port=HTTPS_PORT,
    )


def _lets_out_to_gateway(topology: Topology, tasks: End) -> bool:
    return bool(_prefix_lists(topology, tasks)) or lets_out(
        topology.rules, source=tasks, target=WORLD, port=HTTPS_PORT
    )


def _prefix_lists(topology: Topology, tasks: End) -> tuple[str, ...]:
    """Return the prefix lists that tasks may connect to; a gateway endpoint has one."""
    return tuple(
        rule.peer
        for rule in topology.rules
        if rule.group in tasks.groups
        and not rule.inward
        and rule.is_unseen
        and rule.has(HTTPS_PORT)
    )


def _assumed(
    subnet: Subnet,
    way: Egress,
    near: dict[str, Endpoint | None],
    topology: Topology,
    service: Service,
) -> list[str]:
    """Return the assumptions about a task's egress that the template does not confirm."""
    assumed = [way.assumed] if way.assumed else []
    if near:
        assumed += _names(topology, service, subnet, near).assumed
    if near and _passage(subnet, near) is Passage.UNJUDGED:
        assumed.append(f"the network ACL of {subnet.logical_id} allows it")
    assumed += _assumed_lists(topology, service, near)
    if near and subnet.only_ipv6:
        # Not every AWS service, VPC endpoint and registry has IPv6 addresses:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
        assumed.append(f"{subnet.logical_id} reaches by IPv6 all that its tasks need")
    tasks = End(groups=service.security_groups)
    used = {endpoint.logical_id: endpoint for endpoint in near.values() if endpoint}
    for endpoint in used.values():
        tiers = _tiers(service, subnet.logical_id, endpoint)
        assumed += path_conditions(topology, *tiers, _PACKETS) if endpoint.interface else ()
        if endpoint_answer(topology, service, endpoint) is Answer.UNSEEN:
            assumed.append(f"the policy of {endpoint.logical_id} lets the tasks in")
        if not endpoint.interface and not lets_out(
            topology.rules, source=tasks, target=WORLD, port=HTTPS_PORT
        ):
            lists = ", ".join(_prefix_lists(topology, tasks))
            assumed.append(f"{lists} is the prefix list of {endpoint.service}")
    return assumed


def _assumed_lists(
    topology: Topology, service: Service, near: dict[str, Endpoint | None]
) -> list[str]:
    """Return what is assumed about the prefix lists that the template does not show."""
    lists: set[str] = set()
    for endpoint in near.values():
        if endpoint is None:
            tasks = End(groups=service.security_groups)
            lists |= {
                *(lists_out(topology.rules, source=tasks, target=WORLD, port=HTTPS_PORT) or ())
            }
        elif endpoint.interface:
            lists |= {*(_lists(topology, service, endpoint) or ())}
    return [f"the prefix list {name} has every address that tasks need" for name in sorted(lists)]
