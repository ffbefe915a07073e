"""Calculates the bill of each region."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence import region_pair
from payment_templates.report.cost.backups import backup_lines
from payment_templates.report.cost.bill_lines import (
    DATABASE,
    LOAD_BALANCER,
    MONITORING,
    NETWORK,
    OTHER,
    TASKS,
    RegionBill,
    unpriced,
)
from payment_templates.report.cost.database import database_lines
from payment_templates.report.cost.global_database import replication_lines
from payment_templates.report.cost.monitoring import monitoring_lines
from payment_templates.report.cost.network import (
    address_lines,
    endpoint_lines,
    load_balancer_lines,
    network_lines,
)
from payment_templates.report.cost.network_logs import network_log_lines
from payment_templates.report.cost.open_choices import with_open_choices
from payment_templates.report.cost.other import other_lines, unpriced_lines
from payment_templates.report.cost.tasks import task_lines
from payment_templates.report.cost.web_acls import web_acl_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from payment_templates.evidence import Topology
    from payment_templates.report.cost.bill_lines import Line
    from payment_templates.report.cost.usage import Usage

# What no line has, because the template and the assumptions do not decide it.
LEFT_OUT = (
    "discounts, savings plans, free tiers, support and taxes",
    "CPU credits of burstable instances, and snapshots that are kept after a deletion",
    "requests to KMS, Secrets Manager, CloudWatch and DNS, and alerts by SNS",
    "logs of the database and of Container Insights, and data between regions of other services",
    "the storage of flow logs, DNS query logs, web ACL logs and Enhanced Monitoring",
    "requests to S3, and web ACLs with more than 1,500 capacity units",
)


def bills_of(
    topologies: Sequence[Topology],
    usage: Usage,
    given: Mapping[str, str] = MappingProxyType({}),
) -> tuple[RegionBill, ...]:
    """Return the bill of each region; requests go to the first one.

    `given` has the parameters that the user set: others may have an example as their value.
    """
    regions = [topology.stack.region for topology in topologies]
    return tuple(
        bill_of(
            topology,
            usage.without_requests if number else usage,
            given,
            others=tuple(region for region in regions if region != regions[number]),
        )
        for number, topology in enumerate(topologies)
    )


def bill_of(
    topology: Topology,
    usage: Usage,
    given: Mapping[str, str] = MappingProxyType({}),
    *,
    others: tuple[str, ...] = (),
) -> RegionBill:
    """Return the bill of one region; what the template does not decide has an unknown line.

    `others` are the other regions of the stack; the second region of a deployment if none is given.
    """
    copies = others or region_pair(topology.stack.region)[1:]
    tiers = (
        (DATABASE, lambda: database_lines(topology, usage)),
        (DATABASE, lambda: replication_lines(topology, usage, copies)),
        (DATABASE, lambda: backup_lines(topology, usage)),
        (TASKS, lambda: task_lines(topology)),
        (NETWORK, lambda: network_lines(topology, usage)),
        (NETWORK, lambda: address_lines(topology)),
        (NETWORK, lambda: endpoint_lines(topology)),
        (LOAD_BALANCER, lambda: load_balancer_lines(topology, usage)),
        (LOAD_BALANCER, lambda: web_acl_lines(topology, usage)),
        (MONITORING, lambda: monitoring_lines(topology, usage)),
        (MONITORING, lambda: network_log_lines(topology, usage)),
        (OTHER, lambda: other_lines(topology, usage)),
        (OTHER, lambda: unpriced_lines(topology)),
    )
    lines = (line for tier, lines in tiers for line in _known(tier, lines))
    return RegionBill(
        region=topology.stack.region,
        lines=tuple(with_open_choices(lines, topology.stack, given)),
    )


def _known(tier: str, lines: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """Yield the lines until one needs what the template does not decide."""
    try:
        yield from lines()
    except UnexpectedValueError as error:
        yield unpriced(tier, tier, problem=str(error))
