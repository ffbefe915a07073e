"""Calculates how long AWS Backup may take for the next backups of a schedule."""

from __future__ import annotations

import math
import re
from bisect import insort
from calendar import monthrange
from datetime import UTC as UTC_TIME
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from payment_templates.evidence.backups.schedules import (
    MONTHS,
    UTC,
    WEEKDAYS,
    YEARS,
    fields_of,
    read_schedule,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Enough for two leap years, and for the months to begin on each weekday.
_TRIED_YEARS = frozenset(range(2026, 2034))
_NEAREST_WEEKDAY = re.compile(r"(\d+)W")
_LAST, _NUMBERED = re.compile(r"(\w+)L"), re.compile(r"(\w+)#([1-4])")
_FRIDAY, _WEEK_DAYS = 5, 7
# More are too many to list for all years.
_MOST_DAILY = 24
_MINUTE_SECONDS = 60


class Timetable(NamedTuple):
    """A cron expression, the time zone in which it is set, and how late a run may start."""

    expression: str
    zone: str = UTC
    start_minutes: float = 0


@cache
def longest_minutes(
    timetables: frozenset[Timetable], count: int = 1, apart: float = 0
) -> float | None:
    """Return how long the next `count` runs of these schedules may take, at most, after a run.

    That one starts in time, and the next ones as late as they may. A run less than `apart` minutes
    after another one does not count. Infinite if there are not so many in the next years; None if a
    schedule is not decided here.
    """
    decided = {it: read_schedule(it.expression).runs for it in timetables}
    if None in decided.values() or any(
        len(_times(it.expression)) > _MOST_DAILY for it in timetables
    ):
        return None
    # When each one is due, and until when it starts.
    runs: dict[datetime, datetime] = {}
    for timetable in (it for it, ever in decided.items() if ever):
        found = _in_utc(_runs(timetable.expression), timetable.zone)
        if found is None:
            return None
        late = timedelta(minutes=timetable.start_minutes)
        for due in found:
            runs[due] = min(due + late, runs.get(due, due + late))
    longest = 0.0 if len(runs) > count else math.inf
    # The first ones to start of those that are due later.
    next_starts: list[datetime] = []
    for due in reversed(_apart(sorted(runs), apart)):
        if len(next_starts) == count:
            longest = max(longest, (next_starts[-1] - due).total_seconds() / _MINUTE_SECONDS)
        insort(next_starts, runs[due])
        del next_starts[count:]
    return longest


def is_known_zone(zone: str) -> bool:
    """Return whether a time zone has a name that is the same on every machine."""
    return zone in _zones()


@cache
def _zones() -> set[str]:
    # The rest is what a machine has besides the names of the time zone database.
    return available_timezones() - {"Factory", "localtime"}


def _apart(runs: list[datetime], minutes: float) -> list[datetime]:
    found: list[datetime] = []
    for run in runs:
        if not found or (run - found[-1]).total_seconds() >= minutes * _MINUTE_SECONDS:
            found.append(run)
    return found


def _in_utc(runs: Iterator[datetime], zone: str) -> set[datetime] | None:
    """Return when local times are, also across changes of the clocks.

    None for an unknown zone, and for a time that the clocks skip: AWS does not document what
    AWS Backup does then.
    """
    if zone == UTC:
        return {it.replace(tzinfo=UTC_TIME) for it in runs}
    if not is_known_zone(zone):
        return None
    place = ZoneInfo(zone)
    found: set[datetime] = set()
    for run in runs:
        moment = run.replace(tzinfo=place).astimezone(UTC_TIME)
        if moment.astimezone(place).replace(tzinfo=None) != run:
            return None
        found.add(moment)
    return found


def _runs(expression: str) -> Iterator[datetime]:
    """Yield each run of a schedule in the years that are tried."""
    _, _, day, month, weekday, year = fields_of(expression) or ("",) * 6
    times = _times(expression)
    for tried in _TRIED_YEARS & (values_of(year, YEARS) or frozenset()):
        for number in values_of(month, range(1, 13), MONTHS) or ():
            dates = [date(tried, number, it + 1) for it in range(monthrange(tried, number)[1])]
            for found in _of_day(day, dates) if day != "?" else _of_weekday(weekday, dates):
                yield from (datetime.combine(found, it) for it in times)


def _times(expression: str) -> list[time]:
    """Return the times of a day at which a schedule runs."""
    minute, hour, *_ = fields_of(expression) or ("",) * 6
    minutes = values_of(minute, range(60)) or ()
    return [time(at, past) for at in values_of(hour, range(24)) or () for past in minutes]


def _of_day(field: str, month: list[date]) -> list[date]:
    """Return the dates of a month that the field for the day names."""
    workdays = [it for it in month if it.isoweekday() <= _FRIDAY]
    if field in {"L", "LW"}:
        return [month[-1] if field == "L" else workdays[-1]]
    if near := _NEAREST_WEEKDAY.fullmatch(field):
        return [min(workdays, key=lambda it: abs(it.day - int(near[1])))]
    days = values_of(field, range(1, 32)) or ()
    return [it for it in month if it.day in days]


def _of_weekday(field: str, month: list[date]) -> list[date]:
    """Return the dates of a month that the field for the weekday names."""
    last, numbered = _LAST.fullmatch(field), _NUMBERED.fullmatch(field)
    name = last[1] if last else numbered[1] if numbered else field
    weekdays = values_of(name, range(1, 8), WEEKDAYS) or ()
    # The first of the seven is Sunday.
    found = [it for it in month if it.isoweekday() % _WEEK_DAYS + 1 in weekdays]
    if last:
        return found[-1:]
    return [found[int(numbered[2]) - 1]] if numbered else found
