"""Writes bills as text for a terminal, or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from payment_templates.facts.price_sources import CHECKED
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill import LEFT_OUT
from payment_templates.report.cost.bill_lines import TIERS, Line, RegionBill, Total, total
from payment_templates.report.cost.usage import ASSUMPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from payment_templates.report.cost.choices import Choice
    from payment_templates.report.cost.usage import Usage

# Raised whenever a key changes its meaning or is removed.
JSON_VERSION = 1
_WIDTH = 12
_CENTS = 2


def to_text(
    bills: Sequence[RegionBill], choices: Sequence[Choice], usage: Usage, today: date
) -> Iterator[tuple[str, bool]]:
    """Yield lines, and whether each is a heading; what costs nothing is left out."""
    shown = [line for bill in bills for line in bill.lines if line.usd != 0 and line.source]
    # Each source with its number.
    sources = {it: number for number, it in enumerate(dict.fromkeys(map(_source, shown)), start=1)}
    yield "USD a month at AWS's list prices", True
    yield _age(bills, today), False
    for bill in bills:
        yield "", False
        yield f"{bill.region}: {bill.total}", True
        yield from _tiers(bill, sources)
    if len(bills) > 1:
        every = total([line for bill in bills for line in bill.lines])
        yield "", False
        yield f"all regions: {every}", True
    if choices:
        yield "", False
        yield f"What drives it, in {bills[0].region} unless another region is named", True
    for choice in choices:
        yield f"{_amount(choice.cost, made=choice.made):>{_WIDTH}}  {choice.what}", False
    yield "", False
    yield "Assumptions", True
    for name, value in _items(usage):
        yield f"  {option(name)} {value:g}: {ASSUMPTIONS[name]}", False
    yield "Left out", True
    yield from ((f"  {text}", False) for text in LEFT_OUT)
    yield "Sources of the prices", True
    for (url, day), number in sources.items():
        yield f"  [{number}] {day} {url}", False


def _age(bills: Sequence[RegionBill], today: date) -> str:
    days = (today - date.fromisoformat(CHECKED)).days
    text = f"prices checked on {CHECKED}, {quantity(max(days, 0), 'day')} ago"
    dates = _dates(bills)
    return f"{text}; sources of {dates[0]} to {dates[-1]}" if dates else text


def _dates(bills: Sequence[RegionBill]) -> list[str]:
    return sorted({line.date for bill in bills for line in bill.lines if line.date})


def _source(line: Line) -> tuple[str, str]:
    return line.source, line.date


def _tiers(bill: RegionBill, sources: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, bool]]:
    for tier in TIERS:
        lines = bill.of_tier(tier)
        if lines:
            yield f"{_amount(total(lines)):>{_WIDTH}}  {tier}", True
        yield from ((f"  {_line(line, sources)}", False) for line in lines if line.usd != 0)


def to_json(bills: Sequence[RegionBill], choices: Sequence[Choice], usage: Usage) -> str:
    """Return everything as JSON."""
    return json.dumps(document(bills, choices, usage), indent=2, ensure_ascii=False)


def document(
    bills: Sequence[RegionBill], choices: Sequence[Choice], usage: Usage
) -> dict[str, object]:
    """Return everything as a JSON document."""
    dates = _dates(bills)
    return {
        "version": JSON_VERSION,
        "currency": "USD",
        "prices": {
            "checked": CHECKED,
            "oldest": dates[0] if dates else None,
            "newest": dates[-1] if dates else None,
        },
        "total": _total_document(total([line for bill in bills for line in bill.lines])),
        "regions": [
            {
                "region": bill.region,
                "total": _total_document(bill.total),
                "lines": [_line_document(line) for line in bill.lines],
            }
            for bill in bills
        ],
        "choices": [
            {"what": it.what, "cost": _total_document(it.cost), "made": it.made} for it in choices
        ],
        "assumptions": {
            name: {"value": value, "what": ASSUMPTIONS[name]} for name, value in _items(usage)
        },
        "left_out": list(LEFT_OUT),
    }


def option(name: str) -> str:
    """Return the option of the cost command that sets an assumption."""
    return f"--{name.replace('_', '-')}"


def _items(usage: Usage) -> list[tuple[str, float]]:
    return [*asdict(usage).items()]


def _line(line: Line, sources: Mapping[tuple[str, str], int]) -> str:
    if line.usd is None:
        return f"{'unknown':>{_WIDTH}}  {line.what}: {line.problem}"
    amount = f"{line.usd:,.2f}"
    how = f"{line.price:g} per {line.unit} ({line.how})"
    return f"{amount:>{_WIDTH}}  {line.what}: {how} [{sources[_source(line)]}]"


def _amount(cost: Total, *, made: bool = True) -> str:
    sign = "" if made else "+"
    return f"{sign}{cost.usd:,.2f}" if cost.exact else f"{sign}≥ {cost.usd:,.2f}"


def _total_document(sum_: Total) -> dict[str, object]:
    return {
        "usd": round(sum_.usd, _CENTS),
        "most_usd": round(sum_.most_usd, _CENTS),
        "exact": sum_.exact,
    }


def _line_document(line: Line) -> dict[str, object]:
    return {
        **asdict(line),
        "resources": list(line.resources),
        "problem": line.problem or None,
        "source": line.source or None,
        "date": line.date or None,
        "usd": None if line.usd is None else round(line.usd, _CENTS),
        "most_usd": None if line.most_usd is None else round(line.most_usd, _CENTS),
    }
