"""Calculates the bill of each region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.report.cost.bill import (
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
from payment_templates.report.cost.monitoring import monitoring_lines
from payment_templates.report.cost.network import load_balancer_lines, network_lines
from payment_templates.report.cost.network_logs import network_log_lines
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
    "the storage of flow logs, DNS query logs and web ACL logs, and requests to S3",
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
        (MONITORING, lambda: network_log_lines(topology, usage)),
        (OTHER, lambda: other_lines(topology, usage)),
        (OTHER, lambda: unpriced_lines(topology)),
    )
    lines = tuple(line for tier, lines in tiers for line in _known(tier, lines))
    return RegionBill(region=topology.stack.region, lines=lines)


def _known(tier: str, lines: Callable[[], Iterator[Line]]) -> tuple[Line, ...]:
    try:
        return tuple(lines())
    except UnexpectedValueError as error:
        return (unpriced(tier, tier, problem=str(error)),)
