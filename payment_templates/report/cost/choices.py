"""Calculates what single choices of a template cost, or would cost if they were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.facts.prices import (
    HOURS_PER_MONTH,
    INTERFACE_ENDPOINT,
    NAT_GATEWAY,
    PUBLIC_ADDRESS,
    TASK_ENDPOINTS,
    WEB_ACL,
    WEB_ACL_REQUESTS,
    WEB_ACL_RULE,
)
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import DATABASE, Total, total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from payment_templates.evidence import Topology
    from payment_templates.facts.prices import Price
    from payment_templates.report.cost.bill_lines import Line, RegionBill
    from payment_templates.report.cost.usage import Usage

# The size of a web ACL for templates without one: three of AWS's rule groups and a rate limit.
_ASSUMED_RULES = 4
_WEB_ACL_LINES = ("web ACL", "requests through ", "requests that ", "logs of the web ACL")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What one choice costs a month: part of the bill, or more if it were made."""

    what: str
    cost: Total
    # Whether the template makes this choice, so that the bill has its cost.
    made: bool


def choices_of(
    topologies: Sequence[Topology], bills: Sequence[RegionBill], usage: Usage
) -> tuple[Choice, ...]:
    """Return what drives the bill of the first region, and what a further region adds.

    A choice that the template does not decide is left out.
    """
    first, bill = topologies[0], bills[0]
    found = [
        *_decided(lambda: _readers(first, bill)),
        *_decided(lambda: _replication(bill)),
        *_decided(lambda: _gateways(first)),
        *_decided(lambda: _web_acl(first, bill, usage)),
        *_decided(lambda: _endpoints(first, bill)),
    ]
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
    lines = [line for line in bill.of_tier(DATABASE) if readers & {*line.resources}]
    usd = sum(
        (line.usd or 0) * len(readers & {*line.resources}) / len(line.resources) for line in lines
    )
    what = f"{quantity(len(readers), 'reader')}, to which the database fails over"
    yield _choice(what, usd, exact=all(line.usd is not None for line in lines), made=True)


def _replication(bill: RegionBill) -> Iterator[Choice]:
    lines = _named(bill, "replicated ")
    if lines:
        what = "the replication of the global database"
        yield Choice(what=what, cost=total(lines), made=True)


def _gateways(topology: Topology) -> Iterator[Choice]:
    zones = _zones_of_tasks(topology)
    gateways = [gateway for gateway in topology.network.nat_gateways if not gateway.regional]
    each = ((NAT_GATEWAY, HOURS_PER_MONTH), (PUBLIC_ADDRESS, HOURS_PER_MONTH))
    one = _assumed(topology, "", each).cost
    if (more := len(gateways) - 1) > 0:
        what = f"{quantity(more, 'NAT gateway')} beyond the first, {one} each"
        yield _assumed(topology, what, each, count=more, made=True)
    elif gateways and len(zones) > 1:
        more = len(zones) - 1
        what = (
            f"{quantity(more, 'NAT gateway')} more, for one in each of "
            f"{quantity(len(zones), 'zone')}, {one} each"
        )
        yield _assumed(topology, what, each, count=more)


def _web_acl(topology: Topology, bill: RegionBill, usage: Usage) -> Iterator[Choice]:
    lines = _named(bill, *_WEB_ACL_LINES)
    if lines:
        yield Choice(what="the web ACL", cost=total(lines), made=True)
    elif topology.load_balancers:
        each = (
            (WEB_ACL, 1),
            (WEB_ACL_RULE, _ASSUMED_RULES),
            (WEB_ACL_REQUESTS, usage.million_requests),
        )
        what = f"a web ACL with {quantity(_ASSUMED_RULES, 'rule')}, without its logs"
        yield _assumed(topology, what, each)


def _endpoints(topology: Topology, bill: RegionBill) -> Iterator[Choice]:
    lines = _named(bill, "interface endpoints")
    zones = _zones_of_tasks(topology)
    if lines:
        yield Choice(what="interface endpoints", cost=total(lines), made=True)
    elif zones:
        what = (
            f"interface endpoints for {', '.join(TASK_ENDPOINTS)} in "
            f"{quantity(len(zones), 'zone')}, without data"
        )
        interfaces = len(TASK_ENDPOINTS) * len(zones)
        yield _assumed(topology, what, ((INTERFACE_ENDPOINT, interfaces * HOURS_PER_MONTH),))


def _zones_of_tasks(topology: Topology) -> set[str]:
    return {zone for service in topology.services for zone in service.zones}


def _named(bill: RegionBill, *names: str) -> list[Line]:
    return [line for line in bill.lines if line.what.startswith(names)]


def _assumed(
    topology: Topology,
    what: str,
    parts: Sequence[tuple[Price, float]],
    *,
    count: int = 1,
    made: bool = False,
) -> Choice:
    """Return a choice of priced parts, each with its quantity."""
    quotes = [price.quotes.get(topology.stack.region) for price, _ in parts]
    pairs = zip(quotes, parts, strict=True)
    usd = count * sum(quote.usd * amount for quote, (_, amount) in pairs if quote)
    return _choice(what, usd, exact=None not in quotes, made=made)


def _choice(what: str, usd: float, *, exact: bool, made: bool) -> Choice:
    return Choice(what=what, cost=Total(usd=usd, most_usd=usd, exact=exact), made=made)
