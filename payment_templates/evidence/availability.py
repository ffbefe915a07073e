"""What AWS's service level agreements come to along the path of a request."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology

# Beside the path: used when a task starts, or to send an alert.
# https://aws.amazon.com/messaging/sla; for the others the list of cloudonaut.io, of 2019.
NOT_ON_PATH = "not on the path of a request: Secrets Manager, ECR (2019) and SNS, 99.9 % each"
NO_FIGURE = "no figure found: NAT gateway, CloudWatch, EventBridge"
NO_FORECAST = "an SLA is a threshold for credits, not a forecast"


@dataclass(frozen=True, kw_only=True)
class Factor:
    """The monthly uptime below which AWS pays credits for a service, and where it says so."""

    service: str
    # None where AWS promises nothing.
    uptime: float | None
    place: str
    source: str

    def __str__(self) -> str:
        figure = "no SLA" if self.uptime is None else f"{self.uptime:.3%}"
        return f"{self.service} {figure}, {self.place}: {self.source}"


def factors_of(topology: Topology) -> tuple[Factor, ...]:
    """Find what a request needs, each with the SLA for the zones that it is in."""
    return tuple(_factors(topology))


def in_a_row(factors: tuple[Factor, ...]) -> tuple[float, str]:
    """Multiply the SLAs; give the product, 0 where one is missing, and its arithmetic."""
    product = prod(factor.uptime or 0 for factor in factors)
    terms = (f"{factor.service} {factor.uptime or 0:.3%}" for factor in factors)
    return product, f"{' x '.join(terms) or 'nothing'} = {product:.4%}"


def _factors(topology: Topology) -> Iterator[Factor]:
    if topology.load_balancers:
        zones = min(len(balancer.zones) for balancer in topology.load_balancers)
        yield Factor(
            service="Elastic Load Balancing",
            uptime=0.9999 if zones > 1 else 0.999,
            place=_zones(zones),
            source="https://aws.amazon.com/elasticloadbalancing/sla (2022-07-25)",
        )
    if topology.services:
        zones = min(sum(map(bool, s.tasks_by_zone.values())) for s in topology.services)
        yield Factor(
            service="ECS",
            # The agreement for regions asks for tasks in two zones.
            uptime=0.9999 if zones > 1 else None,
            place=_zones(zones),
            source="https://aws.amazon.com/compute/sla (2022-05-05)",
        )
    if topology.databases:
        zones = min(len({i.zone for i in d.instances}) for d in topology.databases)
        yield Factor(
            service="Aurora",
            uptime=0.9999 if zones > 1 else 0.999,
            place=_zones(zones),
            source="https://aws.amazon.com/rds/aurora/sla (2022-05-19)",
        )
    if topology.stack.of_type("AWS::KMS::Key"):
        yield Factor(
            service="KMS",
            uptime=0.99999,
            place="the region",
            source="https://aws.amazon.com/kms/sla (2022-11-29)",
        )


def _zones(count: int) -> str:
    return f"{count} zones" if count > 1 else "no second zone"
