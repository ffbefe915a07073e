"""Calculates what a global database costs: replicated writes, and data to the other regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.prices import REGION_DATA, REPLICATED_WRITES
from payment_templates.report.cost.bill_lines import DATABASE, Line, priced, unpriced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.evidence import Topology
    from payment_templates.report.cost.usage import Usage


def replication_lines(topology: Topology, usage: Usage, copies: Sequence[str]) -> Iterator[Line]:
    """Yield the lines of a region that has a part of a global database, for each other region.

    AWS charges the region of the writer, to which the requests go: for each write that Aurora
    repeats in another region, and for the data between the regions.
    """
    stack = topology.stack
    names = [it.logical_id for it in stack.of_type("AWS::RDS::GlobalCluster")] or [
        it.logical_id
        for it in stack.of_type("AWS::RDS::DBCluster")
        if "GlobalClusterIdentifier" in it.properties
    ]
    if not names:
        return
    if not copies:
        problem = "the region to which the database is replicated is not known"
        yield unpriced(DATABASE, "replicated writes", *names, problem=problem)
    for copy in copies:
        yield priced(
            *(DATABASE, f"replicated writes to {copy}", *names),
            price=REPLICATED_WRITES,
            region=stack.region,
            quantity=usage.million_writes,
            how=f"{usage.million_requests:g} million requests x {usage.io_per_request:g} I/Os x "
            f"{usage.write_percent:g} %",
            by_usage=True,
        )
        what, data = f"replicated data to {copy}", usage.gigabytes(usage.replicated_kb)
        if data and copy not in REGION_DATA.quotes:
            problem = f"no source confirms the price of data from {stack.region} to {copy}"
            yield unpriced(DATABASE, what, *names, problem=problem)
            continue
        yield priced(
            *(DATABASE, what, *names),
            price=REGION_DATA,
            region=stack.region,
            quantity=data,
            how=f"{usage.million_requests:g} million requests x {usage.replicated_kb:g} KB",
            by_usage=True,
        )
