"""Reads the prices that AWS publishes from sources other than those of the table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGIONS = ("us-east-1", "us-west-2")
_PATH = Path(__file__).with_name("published_prices.toml")
_DATA: dict[str, Any] = tomllib.loads(_PATH.read_text())


@dataclass(frozen=True, kw_only=True)
class Published:
    """A price as another source has it."""

    usd: float
    url: str
    date: str


FIGURES = [
    ((name, source["region"]), Published(usd=usd, url=source["url"], date=source["date"]))
    for source in _DATA["source"]
    for name, usd in source["usd"].items()
]
PUBLISHED = dict(FIGURES)
# The reason why a price has no second source, by name and region.
UNCONFIRMED: dict[tuple[str, str], str] = {
    (name, region): reason
    for region, reasons in _DATA["unconfirmed"].items()
    for name, reason in reasons.items()
}


def published(name: str, region: str) -> float:
    """Return a price in USD from a second source."""
    return PUBLISHED[name, region].usd
