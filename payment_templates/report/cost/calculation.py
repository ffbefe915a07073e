"""Calculates the bill of each region, and what single choices of the template cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.facts.prices import HOURS_PER_MONTH, NAT_GATEWAY, PUBLIC_ADDRESS
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill import (
    DATABASE,
    LOAD_BALANCER,
    MONITORING,
    NETWORK,
    OTHER,
    TASKS,
    RegionBill,
    Total,
    total,
    unpriced,
)
from payment_templates.report.cost.database import database_lines
from payment_templates.report.cost.monitoring import monitoring_lines
from payment_templates.report.cost.network import load_balancer_lines, network_lines
from payment_templates.report.cost.other import other_lines, unpriced_lines
from payment_templates.report.cost.tasks import task_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from payment_templates.evidence import Topology
    from payment_templates.report.cost.bill import Line
    from payment_templates.report.cost.usage import Usage

# What no line has, because the template and the assumptions do not decide it.
LEFT_OUT = (
    "discounts, savings plans, free tiers, support and taxes",
    "CPU credits of burstable instances, and snapshots that are kept after a deletion",
    "requests to KMS, Secrets Manager, CloudWatch and DNS, and alerts by SNS",
    "logs of the database and of Container Insights, and replicated data between regions",
)


def bills_of(topologies: Sequence[Topology], usage: Usage) -> tuple[RegionBill, ...]:
    """Return the bill of each region; requests go to the first one."""
    return tuple(
        bill_of(topology, usage.without_requests if number else usage)
        for number, topology in enumerate(topologies)
    )


def bill_of(topology: Topology, usage: Usage) -> RegionBill:
    """Return the bill of one region; what the template does not decide has an unknown line."""
    tiers = (
        (DATABASE, lambda: database_lines(topology, usage)),
        (TASKS, lambda: task_lines(topology)),
        (NETWORK, lambda: network_lines(topology, usage)),
        (LOAD_BALANCER, lambda: load_balancer_lines(topology, usage)),
        (MONITORING, lambda: monitoring_lines(topology, usage)),
        (OTHER, lambda: other_lines(topology)),
        (OTHER, lambda: unpriced_lines(topology)),
    )
    lines = tuple(line for tier, lines in tiers for line in _known(tier, lines))
    return RegionBill(region=topology.stack.region, lines=lines)


def _known(tier: str, lines: Callable[[], Iterator[Line]]) -> tuple[Line, ...]:
    try:
        return tuple(lines())
    except UnexpectedValueError as error:
        return (unpriced(tier, tier, problem=str(error)),)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What one choice costs a month: part of the bill, or more if it were made."""

    what: str
    cost: Total
    # Whether the template makes this choice, so that the bill has its cost.
    made: bool


def choices_of(topologies: Sequence[Topology], bills: Sequence[RegionBill]) -> tuple[Choice, ...]:
    """Return what drives the bill of the first region, and what a further region adds.

    A choice that the template does not decide is left out.
    """
    first, bill = topologies[0], bills[0]
    found = [*_decided(lambda: _readers(first, bill)), *_decided(lambda: _gateways(first))]
    found += _lines(bill, "the web ACL", ("web ACL", "requests through the web ACL"))
    found += _lines(bill, "interface endpoints", ("interface endpoints",))
    found += [
        Choice(what=f"the stack in {other.region}", cost=other.total, made=True)
        for other in bills[1:]
    ]
    return tuple(found)


def _decided(read: Callable[[], Iterator[Choice]]) -> tuple[Choice, ...]:
    try:
        return tuple(read())
    except UnexpectedValueError:
        return ()


def _readers(topology: Topology, bill: RegionBill) -> Iterator[Choice]:
    readers = {it.logical_id for database in topology.databases for it in database.readers}
    if not readers:
        return
    usd = sum(
        (line.usd or 0) * len(readers & {*line.resources}) / len(line.resources)
        for line in bill.of_tier(DATABASE)
        if readers & {*line.resources}
    )
    exact = all(
        line.usd is not None for line in bill.of_tier(DATABASE) if readers & {*line.resources}
    )
    what = f"{quantity(len(readers), 'reader')}, to which the database fails over"
    yield Choice(what=what, cost=_total(usd, exact=exact), made=True)


def _gateways(topology: Topology) -> Iterator[Choice]:
    zones = {zone for service in topology.services for zone in service.zones}
    gateways = [gateway for gateway in topology.network.nat_gateways if not gateway.regional]
    prices = (NAT_GATEWAY, PUBLIC_ADDRESS)
    each = [price.usd.get(topology.stack.region) for price in prices]
    usd = sum(it or 0 for it in each) * HOURS_PER_MONTH
    exact = None not in each
    if len(gateways) > 1:
        what = f"{quantity(len(gateways) - 1, 'NAT gateway')} beyond the first"
        yield Choice(what=what, cost=_total(usd * (len(gateways) - 1), exact=exact), made=True)
    elif gateways and len(zones) > 1:
        what = f"a NAT gateway in each of {quantity(len(zones), 'zone')} instead of one"
        yield Choice(what=what, cost=_total(usd * (len(zones) - 1), exact=exact), made=False)


def _lines(bill: RegionBill, what: str, kinds: tuple[str, ...]) -> list[Choice]:
    lines = [line for line in bill.lines if line.what.startswith(kinds)]
    return [Choice(what=what, cost=total(lines), made=True)] if lines else []


def _total(usd: float, *, exact: bool) -> Total:
    return Total(usd=usd, most_usd=usd, exact=exact)
