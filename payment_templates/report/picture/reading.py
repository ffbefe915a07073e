"""Reads what a picture shows from the topology of a stack in each of its regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.network_paths.egress import egress_of
from payment_templates.quantity import quantity
from payment_templates.report.picture.model import (
    BALANCER,
    DATABASE,
    EGRESS,
    TASKS,
    Chip,
    Picture,
    RegionPicture,
    ZonePicture,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from payment_templates.evidence import Topology


def read_picture(topologies: Sequence[Topology]) -> Picture:
    """Read the same stack in each of its regions, the primary one first."""
    domain = next((name for it in topologies if (name := _record(it)[0])), "")
    return Picture(
        clients=f"clients → {domain or 'the load balancer'}",
        checks=next((text for it in topologies if (text := _checks(it))), "no failover"),
        regions=tuple(map(_region, topologies)),
    )


def _region(topology: Topology) -> RegionPicture:
    unknown: list[str] = []

    def known(read: Callable[[], Iterator[tuple[str, Chip]]]) -> tuple[tuple[str, Chip], ...]:
        try:
            return tuple(read())
        except UnexpectedValueError as error:
            unknown.append(str(error))
            return ()

    placed = (
        *known(lambda: _balancers(topology)),
        *known(lambda: _tasks(topology)),
        *known(lambda: _databases(topology)),
        *known(lambda: _egress(topology)),
    )
    zones = sorted({zone for zone, _ in placed} | {*_zones(topology)})
    return RegionPicture(
        name=topology.stack.region,
        zones=tuple(
            ZonePicture(name=zone, chips=tuple(chip for place, chip in placed if place == zone))
            for zone in zones
        ),
        role=_record(topology)[1],
        entrance=_or_unknown(lambda: _entrance(topology)),
        alerts=_or_unknown(lambda: _alerts(topology)),
        note=_note(topology),
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _zones(topology: Topology) -> tuple[str, ...]:
    try:
        return topology.zones
    except UnexpectedValueError:
        return ()


def _or_unknown(read: Callable[[], str]) -> str:
    try:
        return read()
    except UnexpectedValueError as error:
        return f"unknown: {error}"


def _balancers(topology: Topology) -> Iterator[tuple[str, Chip]]:
    region = topology.stack.region
    names: dict[str, list[str]] = {}
    for balancer in topology.load_balancers:
        for zone in balancer.zones:
            names.setdefault(zone, []).append(balancer.logical_id)
    for zone, found in names.items():
        text = "load balancer node" if len(found) == 1 else f"{len(found)} load balancer nodes"
        chip_id = f"{region}/{zone}/{BALANCER}"
        yield zone, Chip(id=chip_id, tier=BALANCER, text=text, names=tuple(found))


def _tasks(topology: Topology) -> Iterator[tuple[str, Chip]]:
    region = topology.stack.region
    counts: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    for service in topology.services:
        for zone, tasks in service.tasks_by_zone.items():
            counts[zone] = counts.get(zone, 0) + tasks
            names.setdefault(zone, []).append(service.logical_id)
    for zone, count in counts.items():
        if count:
            yield (
                zone,
                Chip(
                    id=f"{region}/{zone}/{TASKS}",
                    tier=TASKS,
                    text=quantity(count, "task"),
                    names=tuple(names[zone]),
                    count=count,
                ),
            )


def _databases(topology: Topology) -> Iterator[tuple[str, Chip]]:
    region = topology.stack.region
    for database in topology.databases:
        alone = len(database.instances) == 1 and not database.standby
        for instance in database.instances:
            zone = instance.zone or "zone chosen by RDS"
            # A cluster that joins a global database by its name has no writer.
            role = "writer" if instance == database.writer else "reader"
            text = "replica" if "GlobalClusterIdentifier" in database.properties else role
            yield (
                zone,
                Chip(
                    id=f"{region}/{zone}/{instance.logical_id}",
                    tier=DATABASE,
                    text=text,
                    names=(instance.logical_id,),
                    single=alone,
                ),
            )


def _egress(topology: Topology) -> Iterator[tuple[str, Chip]]:
    """Yield the NAT gateways, and in zones without one the zone whose gateway they use."""
    region, network = topology.stack.region, topology.network
    used = _gateways_by_zone(topology)
    for gateway in network.nat_gateways:
        served = [zone for zone, gateways in used.items() if gateway.logical_id in gateways]
        if gateway.regional:
            continue
        yield (
            gateway.zone,
            Chip(
                id=f"{region}/{gateway.zone}/{gateway.logical_id}",
                tier=EGRESS,
                text="NAT gateway",
                names=(gateway.logical_id,),
                single=any(zone != gateway.zone for zone in served),
            ),
        )
    zonal = {it.logical_id: it.zone for it in network.nat_gateways if not it.regional}
    for zone, gateways in used.items():
        far = sorted({zonal[name] for name in gateways if name in zonal} - {zone})
        if far and zone not in zonal.values():
            yield (
                zone,
                Chip(
                    id=f"{region}/{zone}/{EGRESS}",
                    tier=EGRESS,
                    text=f"NAT in {', '.join(far)}",
                    names=tuple(sorted(gateways)),
                    is_path=True,
                ),
            )


def _gateways_by_zone(topology: Topology) -> dict[str, set[str]]:
    """Return the gateways that the tasks of each zone use for egress."""
    found: dict[str, set[str]] = {}
    for service in topology.services:
        for name in service.subnets:
            if subnet := topology.network.subnets.get(name):
                way = egress_of(topology.network, subnet, public=service.public)
                found.setdefault(subnet.zone, set()).update(way.gateways)
    return found


def _record(topology: Topology) -> tuple[str, str]:
    """Return the name of the failover record and its role; both empty where there is none."""
    try:
        for record in topology.records:
            if record.failover:
                return record.name, record.failover
    except UnexpectedValueError:
        pass
    return "", ""


def _checks(topology: Topology) -> str:
    """Return how often Route 53 checks the stack, empty where it does not."""
    try:
        for record in topology.records:
            if check := record.health_check:
                return (
                    f"Route 53 checks every {check.interval_seconds:g} s, fails over after "
                    f"{check.failure_threshold}; TTL {record.ttl_seconds:g} s"
                )
    except UnexpectedValueError as error:
        return f"unknown: {error}"
    return ""


def _entrance(topology: Topology) -> str:
    if not topology.load_balancers:
        return "no load balancer"
    ports = sorted({listener.port for listener in topology.listeners})
    zones = {zone for balancer in topology.load_balancers for zone in balancer.zones}
    if not ports:
        return f"load balancer in {quantity(len(zones), 'zone')}, no listener"
    listed = " and ".join(map(str, ports))
    return f"load balancer in {quantity(len(zones), 'zone')}, port {listed}"


def _alerts(topology: Topology) -> str:
    addresses = {address for topic in topology.topics.values() for address in topic.subscribers}
    return (
        f"{quantity(len(topology.alarms) + len(topology.composite_alarms), 'alarm')}, "
        f"{quantity(len(topology.event_paths), 'event source')} → SNS → "
        f"{quantity(len(addresses), 'subscriber')}"
    )


def _note(topology: Topology) -> str:
    stack = topology.stack
    keys = quantity(len(stack.of_type("AWS::KMS::Key")), "KMS key")
    is_global = bool(stack.of_type("AWS::RDS::GlobalCluster")) or any(
        "GlobalClusterIdentifier" in it.properties for it in stack.of_type("AWS::RDS::DBCluster")
    )
    kind = "global" if is_global else "own"
    database = f", {kind} database" if stack.of_type("AWS::RDS::DBCluster") else ""
    return f"{keys} for data at rest{database}"
