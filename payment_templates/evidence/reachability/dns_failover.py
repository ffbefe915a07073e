"""Decides whether a DNS record can fail over: its zone, its target and its health check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.evidence.faults.global_databases import has_copies
from payment_templates.evidence.reachability.check_requests import names_of
from payment_templates.evidence.reachability.readiness import asks_for_readiness, liveness_paths
from payment_templates.evidence.reachability.route53_checks import check_conditions, check_problems
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.records import HealthCheck, Record


def failover_problems(topology: Topology, record: Record) -> Iterator[str]:
    """Yield a sentence for each reason why a record does not follow the load balancer's health."""
    name = record.logical_id
    yield from _record_problems(topology, record)
    answering = [
        balancer.logical_id
        for balancer in topology.load_balancers
        if {*names_of(balancer)} & {*record.answers}
    ]
    if not answering:
        yield f"{name} points to {', '.join(record.answers) or 'nothing'}, not to a load balancer"
    if not record.alias and record.kind != "CNAME":
        yield f"{name} is of type {record.kind}, which cannot point to a name"
    if record.alias and answering:
        yield from _alias_problems(topology, record, answering)
        yield from _addressless(topology, record, answering)
    if record.health_check:
        yield from check_problems(topology, record.health_check)


def why_no_failover(topology: Topology, record: Record) -> str:
    """Return why a record never leads clients to the other region, or "".

    What it points to and checks is judged only if the stack has a load balancer.
    """
    judged = failover_problems if topology.load_balancers else _record_problems
    return next(judged(topology, record), "")


def failover_conditions(topology: Topology, record: Record) -> Iterator[str]:
    """Yield what the template does not show of a record's target and health check."""
    if record.alias and "${" not in record.alias_zone:
        yield f"{record.alias_zone} is the hosted zone of the region's load balancers"
    check = record.health_check
    if check:
        yield from check_conditions(topology, check)
    paths = liveness_paths(topology)
    if check and has_copies(topology):
        yield _readiness(topology, check)
    elif check and check.path and paths and check.path not in paths:
        yield f"{check.path}, which {check.logical_id} asks, answers as {', '.join(paths)} does"


def zone_problems(topology: Topology, record: Record) -> Iterator[str]:
    """Yield why the records of two regions are not in one zone that clients can resolve."""
    name, zone = record.logical_id, record.created_zone
    if not zone:
        return
    if record.is_private:
        # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
        yield f"{name} is in {zone}, a private zone: no client on the Internet resolves it"
    other = _counterpart(topology, record)
    if other and other.created_zone:
        yield f"{name} is in {zone}, which each region creates for itself: the records never meet"


def _record_problems(topology: Topology, record: Record) -> Iterator[str]:
    yield from _refusals(record)
    yield from _conflicts(topology, record)
    yield from zone_problems(topology, record)
    if record.lacks_ttl:
        yield f"{record.logical_id} has no TTL, which only an alias may omit"
    unchecked = not record.health_check and not record.evaluates_target
    if unchecked and record.failover != "SECONDARY":
        # Route 53 answers with a secondary record without a check whenever the primary one is
        # unhealthy: botocore route53, ResourceRecordSet, Failover.
        yield f"{record.logical_id} has no health check"


def _refusals(record: Record) -> Iterator[str]:
    """Yield why Route 53 refuses a record: botocore route53, ResourceRecordSet."""
    name = record.logical_id
    if record.empty:
        yield f"{name} is created although its {record.empty} is empty: Route 53 refuses it"
    if record.mixed_with:
        yield f"{name} has {record.mixed_with[0]} and Failover: a record has only one policy"
    if not record.set_identifier:
        yield f"{name} has no SetIdentifier, which a record with Failover needs"
    if record.alias and record.ttl_given:
        yield f"{name} is an alias with a TTL, which Route 53 refuses"
    # RFC 1034, 3.6.2: one canonical name.
    if record.kind == "CNAME" and len(record.answers) > 1:
        answers = quantity(len(record.answers), "answer")
        yield f"{name} is a CNAME with {answers}: Route 53 accepts one"


def _conflicts(topology: Topology, record: Record) -> Iterator[str]:
    """Yield the other records of the stack for which Route 53 refuses a record."""
    for other in topology.records:
        same = (other.name, other.zone, other.created_zone)
        if other is record or same != (record.name, record.zone, record.created_zone):
            continue
        # botocore route53, ResourceRecordSet, Failover and SetIdentifier.
        if other.kind == record.kind and not other.failover:
            both = f"{other.logical_id} and {record.logical_id} have one name and type"
            yield f"{both}, and {other.logical_id} has no Failover"
        elif other.kind == record.kind and other.failover == record.failover:
            yield f"{other.logical_id} and {record.logical_id} are both {record.failover}"
        # RFC 1034, 3.6.2: no other data.
        elif other.kind != record.kind and "CNAME" in {other.kind, record.kind}:
            yield f"{other.logical_id} has the name of {record.logical_id}: a CNAME must be alone"


def _alias_problems(topology: Topology, record: Record, answering: list[str]) -> Iterator[str]:
    """Yield why the zone that an alias states is not that of the load balancer.

    Route 53 then refuses the alias, whose target "does not lie within the target zone":
    https://github.com/barnybug/cli53/issues/213
    """
    name, stated = record.logical_id, record.alias_zone
    if not stated:
        yield f"{name} is an alias without HostedZoneId: Route 53 refuses it"
    elif stated == record.zone:
        yield f"{name} is an alias with its own zone, not with that of the load balancer"
    elif "${" in stated:
        if stated not in {f"${{{each}.CanonicalHostedZoneID}}" for each in answering}:
            yield f"{name} is an alias with the zone {stated}, not with that of the load balancer"
    else:
        other = _counterpart(topology, record)
        # https://docs.aws.amazon.com/general/latest/gr/elb.html
        if other and other.alias_zone == stated:
            yield f"{name} has the zone {stated} in both regions, which have different ones"


def _addressless(topology: Topology, record: Record, answering: list[str]) -> Iterator[str]:
    """Yield why an alias has no addresses: load balancers have IPv6 addresses only if dualstack.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-ip-address-type.html
    """
    others = (it for it in topology.records if it.name == record.name and it.kind == "A")
    resources = topology.stack.resources
    types = {resources[each].properties.text("IpAddressType") for each in answering}
    if record.kind == "AAAA" and types <= {"", "ipv4"} and not any(others):
        both = " and ".join(answering)
        yield f"{record.logical_id} is of type AAAA, but {both} has no IPv6 addresses"


def _counterpart(topology: Topology, record: Record) -> Record | None:
    """Return the same record of the other region; None if there is none."""
    try:
        other = topology.counterpart
    except TemplateError:
        return None
    records = other.records if other else ()
    return next((it for it in records if it.logical_id == record.logical_id), None)


def _readiness(topology: Topology, check: HealthCheck) -> str:
    """Return what must hold so that the record follows the one database that takes writes."""
    if asks_for_readiness(topology, check):
        return (
            f"{check.path}, which {check.logical_id} asks, succeeds only where the database takes "
            "writes"
        )
    return (
        f"payments may fail where only the other region's database takes writes: "
        f"{check.logical_id} asks {check.path or 'no path'}, which does not tell"
    )
