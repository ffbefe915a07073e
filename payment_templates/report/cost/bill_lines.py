"""Defines the lines of a bill and adds them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from payment_templates.facts.prices import Price

TASKS, DATABASE, NETWORK = "tasks", "database", "network"
LOAD_BALANCER, MONITORING, OTHER = "load balancer", "monitoring", "keys, secrets and DNS"
TIERS = (DATABASE, TASKS, NETWORK, LOAD_BALANCER, MONITORING, OTHER)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one thing costs a month; the cost is unknown where the price or the quantity is."""

    tier: str
    what: str
    # The logical IDs that it is for.
    resources: tuple[str, ...]
    quantity: float | None
    unit: str
    price: float | None
    # The source of the price in this region, and its date; empty if the price is unknown.
    source: str
    date: str
    # How the quantity was calculated, and what it assumes.
    how: str
    # Whether the load decides the quantity, and not the template alone.
    by_usage: bool
    # The quantity when a service has scaled out to its maximum.
    most_quantity: float | None
    # Why the cost is not known, or "".
    problem: str

    @property
    def usd(self) -> float | None:
        """The cost a month, None if it is unknown."""
        return _product(self.quantity, self.price)

    @property
    def most_usd(self) -> float | None:
        """The cost a month when every service has scaled out, None if it is unknown."""
        return _product(self.most_quantity, self.price)


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum in USD a month; `exact` is false if it leaves out a cost that is unknown."""

    usd: float
    most_usd: float
    exact: bool

    def __str__(self) -> str:
        text = f"{self.usd:,.2f}"
        if round(self.most_usd, 2) != round(self.usd, 2):
            text += f" to {self.most_usd:,.2f}"
        return text if self.exact else f"at least {text}"


@dataclass(frozen=True, kw_only=True)
class RegionBill:
    """The lines of one region, in the order of TIERS."""

    region: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Total:
        """The sum of all lines."""
        return total(self.lines)

    def of_tier(self, tier: str) -> tuple[Line, ...]:
        """Return the lines of a tier."""
        return tuple(line for line in self.lines if line.tier == tier)


def total(lines: Iterable[Line]) -> Total:
    """Add up lines; unknown ones make the sum a minimum."""
    listed = [*lines]
    return Total(
        usd=sum(line.usd or 0 for line in listed),
        most_usd=sum(line.most_usd or 0 for line in listed),
        exact=all(line.usd is not None for line in listed),
    )


def priced(
    tier: str,
    what: str,
    *resources: str,
    price: Price,
    region: str,
    quantity: float,
    how: str,
    most: float | None = None,
    by_usage: bool = False,
) -> Line:
    """Return a line at a list price; unknown where the price is not confirmed in the region."""
    quote = price.quotes.get(region)
    return Line(
        tier=tier,
        what=what,
        resources=resources,
        quantity=quantity,
        unit=price.unit,
        price=quote.usd if quote else None,
        source=quote.source.url if quote else "",
        date=quote.source.date if quote else "",
        how=how,
        by_usage=by_usage,
        most_quantity=quantity if most is None else most,
        problem="" if quote else f"no source confirms the price in {region}",
    )


def unpriced(tier: str, what: str, *resources: str, problem: str) -> Line:
    """Return a line whose cost is unknown."""
    return Line(
        tier=tier,
        what=what,
        resources=resources,
        quantity=None,
        unit="",
        price=None,
        source="",
        date="",
        how="",
        by_usage=False,
        most_quantity=None,
        problem=problem,
    )


def _product(quantity: float | None, price: float | None) -> float | None:
    if quantity == 0:
        # Nothing costs nothing, whatever its price.
        return 0
    return None if quantity is None or price is None else quantity * price
