"""Multiplies AWS's service level agreements along the path of a request."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from payment_templates.facts.service_levels import AURORA, ECS, KMS, LOAD_BALANCING, RDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.facts.service_levels import ServiceLevel


@dataclass(frozen=True, kw_only=True)
class Factor:
    """The SLA of a service: the monthly uptime below which AWS pays credits, with its source."""

    service: str
    # As a fraction; None if AWS offers no SLA.
    uptime: float | None
    place: str
    source: str

    def __str__(self) -> str:
        figure = "no SLA" if self.uptime is None else f"{self.uptime:.3%}"
        return f"{self.service} {figure}, {self.place}: {self.source}"


def factors_of(topology: Topology) -> tuple[Factor, ...]:
    """Return the SLA of each service on the request path, for the number of zones in use."""
    return tuple(_factors(topology))


def in_a_row(factors: tuple[Factor, ...]) -> tuple[float, str]:
    """Return the product of the SLAs (0 if one is missing) and the calculation as text."""
    product = prod(factor.uptime or 0 for factor in factors)
    terms = (f"{factor.service} {factor.uptime or 0:.3%}" for factor in factors)
    return product, f"{' x '.join(terms) or 'nothing'} = {product:.4%}"


def _factors(topology: Topology) -> Iterator[Factor]:
    if topology.load_balancers:
        zones = min(len(balancer.zones) for balancer in topology.load_balancers)
        yield _in_zones(LOAD_BALANCING, zones)
    if topology.services:
        zones = min(sum(map(bool, s.tasks_by_zone.values())) for s in topology.services)
        yield _in_zones(ECS, zones)
    clusters = [d for d in topology.databases if d.engine.startswith("aurora")]
    if clusters:
        yield _in_zones(AURORA, min(len({i.zone for i in d.instances}) for d in clusters))
    others = [d for d in topology.databases if not d.engine.startswith("aurora")]
    if others:
        yield _in_zones(RDS, 1 + all(d.standby for d in others))
    if topology.stack.of_type("AWS::KMS::Key"):
        yield _factor(KMS, KMS.several_zones, "the region")


def _in_zones(level: ServiceLevel, zones: int) -> Factor:
    if zones > 1:
        return _factor(level, level.several_zones, f"{zones} zones")
    return _factor(level, level.one_zone, "no second zone")


def _factor(level: ServiceLevel, uptime: float | None, place: str) -> Factor:
    return Factor(service=level.service, uptime=uptime, place=place, source=level.source)
