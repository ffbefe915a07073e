"""Each price of the table, in each region, against a second source."""

from __future__ import annotations

from datetime import date

import pytest

from payment_templates.facts import prices
from payment_templates.facts.price_sources import CHECKED
from payment_templates.facts.prices import Price
from tests.report.published import FIGURES, PUBLISHED, REGIONS, UNCONFIRMED

TABLE = {
    **{name: it for name, it in vars(prices).items() if isinstance(it, Price)},
    **prices.AURORA_POSTGRESQL,
}
QUOTES = {
    (name, region): quote for name, price in TABLE.items() for region, quote in price.quotes.items()
}


@pytest.mark.parametrize(("name", "region"), sorted(QUOTES.keys() - UNCONFIRMED.keys()))
def test_price_is_within_two_percent_of_what_another_source_publishes(
    name: str, region: str
) -> None:
    second = PUBLISHED[name, region]

    assert QUOTES[name, region].usd == pytest.approx(second.usd, rel=0.02)


def test_only_prices_with_a_reason_have_no_second_source() -> None:
    assert QUOTES.keys() - PUBLISHED.keys() == UNCONFIRMED.keys()
    assert all(UNCONFIRMED.values())
    # Nothing in the file is about a price that the table does not have.
    assert PUBLISHED.keys() <= QUOTES.keys()
    assert len(FIGURES) == len(PUBLISHED)


def test_second_source_is_another_one() -> None:
    same = [
        where
        for where, second in PUBLISHED.items()
        if (second.url, second.date) == (QUOTES[where].source.url, QUOTES[where].source.date)
    ]

    assert same == []


def test_every_price_has_a_source_in_its_region_that_is_older_than_the_last_check() -> None:
    sources = [(it.source.url, it.source.date) for it in QUOTES.values()]
    sources += [(it.url, it.date) for it in PUBLISHED.values()]

    assert len(TABLE) > 50
    assert {region for _, region in QUOTES} == {*REGIONS}
    for url, day in sources:
        assert url.startswith("https://")
        assert date.fromisoformat(day) <= date.fromisoformat(CHECKED)


def test_source_of_one_region_is_not_that_of_the_other() -> None:
    for (name, region), quote in QUOTES.items():
        named = [it for it in REGIONS if f"/{it}/" in quote.source.url]
        assert named in ([], [region]), name
        assert region in quote.source.regions


def test_prices_whose_sources_differ_by_region() -> None:
    differ = {
        name
        for name, price in TABLE.items()
        if len({quote.source for quote in price.quotes.values()}) > 1
    }

    assert {"BALANCER_HOUR", "BALANCER_UNIT", "AURORA_IO", "REPLICATED_WRITES"} <= differ
    assert "db.r6g.large" in differ
    assert "NAT_GATEWAY" not in differ
