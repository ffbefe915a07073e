"""Decides whether a query from a task reaches a database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.network_paths.access_list_paths import LINUX_CLIENT_PORTS
from payment_templates.evidence.network_paths.host_names import database_host
from payment_templates.evidence.network_paths.vpc_paths import (
    Packets,
    Tier,
    path_conditions,
    path_problems,
)
from payment_templates.evidence.reuse import reused
from payment_templates.evidence.topology.network.name_resolution import resolve
from payment_templates.evidence.topology.network.security_groups import End, lists_between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.database import Database
    from payment_templates.evidence.topology.network.name_resolution import Names

# The endpoint attributes of a cluster.
_ENDPOINTS = ("Endpoint", "ReadEndpoint")
# DB_PORT, PGPORT, SPRING_DATASOURCE_PORT, ...
_DATABASE_PORT = re.compile(
    r"(.*_)?(DB|DATABASE|DATASOURCE|PG|POSTGRES|POSTGRESQL|RDS)_?PORT", re.IGNORECASE
)
_PORT = re.compile(r"\d+")
_HOST = re.compile(r"_?(READER_|WRITER_)?(HOST(NAME)?|ADDRESS|ENDPOINT|SERVER)$", re.IGNORECASE)


def query_path(
    topology: Topology, service: Service, database: Database
) -> tuple[str, tuple[str, ...]]:
    """Return why a query does not arrive, or "", and the assumptions about its path otherwise."""

    def judged() -> tuple[str, tuple[str, ...]]:
        problem = _problem(topology, service, database)
        return problem, () if problem else tuple(_conditions(topology, service, database))

    # What it reads of a service.
    decisive = (service.subnets, service.security_groups, service.containers)
    return reused(topology.stack, judged, *decisive, database)


def _conditions(topology: Topology, service: Service, database: Database) -> Iterator[str]:
    """Yield the assumptions about a query's path that the template does not confirm."""
    yield from path_conditions(topology, _tier(service), _tier(database), _queries(database))
    for name in _lists(topology, service, database) or ():
        yield f"the prefix list {name} has every address that queries need"
    for name in service.subnets:
        if name in topology.network:
            yield from _names(topology, topology.network.subnets[name].vpc).assumed


def _queries(database: Database) -> Packets:
    return Packets(name="queries", ports=(database.port,), client_ports=LINUX_CLIENT_PORTS)


def _tier(member: Service | Database) -> Tier:
    return Tier(
        name=member.logical_id, subnets=member.subnets, security_groups=member.security_groups
    )


def _problem(topology: Topology, service: Service, database: Database) -> str:
    for problem in path_problems(topology, _tier(service), _tier(database), _queries(database)):
        return problem
    network = topology.network
    for name in service.subnets:
        vpc = network.subnets[name].vpc if name in network else ""
        # The endpoints of a database are names.
        if nameless := _names(topology, vpc).problem:
            return f"{name} cannot resolve the name of {database.logical_id}: {nameless}"
    if _lists(topology, service, database) is None:
        source, target = _ends(topology, service, database)
        return f"{source} cannot connect to {target} on {_listens(database)}"
    for variable, port in _given_ports(service, database):
        if port != database.port:
            name = database.logical_id
            return f"{variable} is port {port}, but {name} listens on {_listens(database)}"
    return ""


def _names(topology: Topology, vpc: str) -> Names:
    names = topology.network.names_in(vpc)
    return resolve(topology.stack, names, [database_host(topology.stack)])


def _lists(topology: Topology, service: Service, database: Database) -> tuple[str, ...] | None:
    source, target = _ends(topology, service, database)
    return lists_between(topology.rules, source=source, target=target, port=database.port)


def _ends(topology: Topology, service: Service, database: Database) -> tuple[End, End]:
    network = topology.network
    return (
        network.end_in(service.subnets, service.security_groups),
        network.end_in(database.subnets, database.security_groups),
    )


def _listens(database: Database) -> str:
    return f"{database.port} ({database.port_source})"


def _given_ports(service: Service, database: Database) -> Iterator[tuple[str, int]]:
    """Yield each environment variable with a literal database port, and the port.

    A variable has the database port if its name says so, if a variable with the same prefix has the
    host, or if it is a connection string with host:port. A reference to Endpoint.Port is always
    correct.
    """
    hosts = tuple(f"${{{database.logical_id}.{name}.Address}}" for name in _ENDPOINTS)
    beside = {
        (container, f"{_HOST.sub('', name)}_PORT".upper())
        for container, name, value in service.environment
        if value in hosts
    }
    for container, name, value in service.environment:
        named = _DATABASE_PORT.fullmatch(name) or (container, name.upper()) in beside
        if named and value.isdecimal():
            yield f"{container}.{name}", int(value)
        for host in hosts:
            for rest in value.split(f"{host}:")[1:]:
                if port := _PORT.match(rest):
                    yield f"{container}.{name}", int(port[0])
