"""Decides whether the schedule of a backup rule ever runs.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

_CRON = re.compile(r"cron\(\s*" + r"\s+".join([r"(\S+)"] * 6) + r"\s*\)")
_PART = re.compile(r"(\*|(\w+)(?:-(\w+))?)(?:/(\d+))?")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# Every month has a last day and weekday, and a weekday nearest to each of the first 28 days.
_DAY_OF_EVERY_MONTH = re.compile(r"L|LW|([1-9]|1\d|2[0-8])W")
# And a last one of its Mondays, and four others.
_WEEKDAY_OF_EVERY_MONTH = re.compile(rf"([1-7]|{'|'.join(WEEKDAYS)})(L|#[1-4])")
YEARS = range(1970, 2200)
# The time zone in which nothing changes the clocks.
UTC = "UTC"
# The year of this check: schedules that end before it are over for everyone who reads the verdict.
_NOW = 2026
# A schedule that ends after it has no end for anyone.
_FAR = 2100


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a schedule runs, as far as it can be read here."""

    # None if AWS may refuse the expression, or reads it in a way that is not known here.
    runs: bool | None
    # If it ends.
    last_year: int | None = None


def read_schedule(expression: str) -> Schedule:
    """Read a schedule of AWS Backup, which accepts cron expressions alone."""
    fields = fields_of(expression)
    if fields is None:
        return Schedule(runs=None)
    minute, hour, day, month, weekday, year = fields
    years = values_of(year, YEARS)
    times = [
        values_of(minute, range(60)),
        values_of(hour, range(24)),
        values_of(month, range(1, 13), MONTHS),
        years,
    ]
    runs = _all(_all_run(times), _has_day(day, weekday, times[2], years))
    last = max(years) if years and max(years) < _FAR else None
    return Schedule(runs=runs, last_year=last)


def fields_of(expression: str) -> tuple[str, ...] | None:
    """Return the six fields of a cron expression, minute first; None if it is none."""
    found = _CRON.fullmatch(expression)
    return found.groups() if found else None


def values_of(field: str, numbers: range, names: tuple[str, ...] = ()) -> frozenset[int] | None:
    """Return the values of a field, empty if none exists; None if it cannot be read."""
    found: set[int] = set()
    outside = False
    for part in field.split(","):
        matched = _PART.fullmatch(part)
        if not matched:
            return None
        whole, first, last, step = matched.groups()
        ends = [_number(text, numbers, names) for text in (first, last) if text]
        if None in ends:
            return None
        start = numbers[0] if whole == "*" else ends[0] or 0
        stop = numbers[-1] if whole == "*" or (step and not last) else ends[-1] or 0
        if int(step or 1) == 0 or (last and stop < start):
            # What AWS makes of NOV-FEB is not known here.
            return None
        wanted = set(range(start, stop + 1, int(step or 1))) or {start}
        outside |= not wanted <= set(numbers)
        found |= wanted & set(numbers)
    # AWS may refuse the whole for the part that does not exist.
    return None if outside and found else frozenset(found)


def _all_run(fields: list[frozenset[int] | None]) -> bool | None:
    if any(field is not None and not field for field in fields):
        return False
    if any(field is None for field in fields):
        return None
    years = fields[-1]
    return years is not None and max(years) >= _NOW


def _has_day(
    day: str, weekday: str, months: frozenset[int] | None, years: frozenset[int] | None
) -> bool | None:
    """Return whether a date has the day: one of the two fields must be a question mark."""
    if (day == "?") is (weekday == "?"):
        return None
    if day == "?":
        if _WEEKDAY_OF_EVERY_MONTH.fullmatch(weekday):
            return True
        weekdays = values_of(weekday, range(1, 8), WEEKDAYS)
        return None if weekdays is None else bool(weekdays)
    if _DAY_OF_EVERY_MONTH.fullmatch(day):
        return True
    days = values_of(day, range(1, 32))
    if days is None or months is None or years is None:
        return None
    return any(
        min(days, default=32) <= monthrange(year, month)[1]
        for year in years
        if year >= _NOW
        for month in months
    )


def _number(text: str, numbers: range, names: tuple[str, ...]) -> int | None:
    if text.isdecimal():
        return int(text)
    return numbers[0] + names.index(text.upper()) if text.upper() in names else None


def _all(*answers: bool | None) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True
