"""How long AWS Backup may take for the next backups of a schedule."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest

from payment_templates.evidence.backups.intervals import (
    Timetable,
    is_known_zone,
    longest_minutes,
)

_HOUR = 60
_DAY = 24 * _HOUR


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("cron(0 5 ? * * *)", _DAY),
        ("cron(0 5,8 ? * * *)", 21 * _HOUR),
        ("cron(30 */6 * * ? *)", 6 * _HOUR),
        ("cron(0 5 ? * MON-FRI *)", 3 * _DAY),
        ("cron(0 5 ? * 2-6 *)", 3 * _DAY),
        ("cron(0 5 ? * SUN *)", 7 * _DAY),
        ("cron(0 5 1 * ? *)", 31 * _DAY),
        ("cron(0 5 31 * ? *)", 61 * _DAY),
        ("cron(0 5 L * ? *)", 31 * _DAY),
        # Weekdays nearest to the end or the start of a month.
        ("cron(0 5 LW * ? *)", 33 * _DAY),
        ("cron(0 5 1W * ? *)", 33 * _DAY),
        ("cron(0 5 ? * 6L *)", 35 * _DAY),
        ("cron(0 5 ? * TUE#3 *)", 35 * _DAY),
        ("cron(0 5 29 2 ? *)", 4 * 365.25 * _DAY),
        ("cron(0 5 ? JAN-JUN * *)", 185 * _DAY),
        # Ends, and has one run left.
        ("cron(0 5 ? * * 2026-2027)", _DAY),
        ("cron(0 5 1 1 ? 2027)", math.inf),
        ("cron(0 5 31 2 ? *)", math.inf),
        ("rate(1 day)", None),
        ("cron(0 * ? * * *)", _HOUR),
        ("cron(* * ? * * *)", None),
    ],
)
def test_longest_time_until_the_next_backup(schedule: str, minutes: float | None) -> None:
    assert longest_minutes(frozenset({Timetable(schedule)})) == minutes


def test_backups_of_two_schedules_are_closer() -> None:
    both = frozenset({Timetable("cron(0 5 ? * SUN *)"), Timetable("cron(0 6 ? * WED *)")})

    assert longest_minutes(both) == 4 * _DAY - _HOUR


def test_two_backups_take_two_days() -> None:
    assert longest_minutes(frozenset({Timetable("cron(0 5 ? * * *)")}), 2) == 2 * _DAY


# ScheduleExpressionTimezone: a day with an hour more when the clocks go back.
@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("UTC", _DAY),
        ("Asia/Kolkata", _DAY),
        ("America/New_York", _DAY + _HOUR),
        ("Australia/Lord_Howe", _DAY + _HOUR / 2),
        ("America/Nowhere", None),
    ],
)
def test_day_is_longer_where_the_clocks_change(zone: str, minutes: float | None) -> None:
    assert longest_minutes(frozenset({Timetable("cron(0 5 ? * * *)", zone)})) == minutes


def test_time_that_the_clocks_skip_is_not_decided() -> None:
    skipped = Timetable("cron(30 2 ? * * *)", "America/New_York")

    assert longest_minutes(frozenset({skipped})) is None


# The window of the backup that ends the gap counts, also if another one is due first.
@pytest.mark.parametrize(
    ("other", "minutes"),
    [
        (Timetable("cron(0 5 1 1 ? *)", start_minutes=60), _DAY + 8 * _HOUR),
        (Timetable("cron(0 7 ? * * *)", start_minutes=60), _DAY + _HOUR),
        (Timetable("cron(0 5 ? * * *)", start_minutes=60), _DAY + _HOUR),
    ],
    ids=["yearly", "two hours later", "at the same time"],
)
def test_backup_may_start_at_the_end_of_its_own_window(other: Timetable, minutes: float) -> None:
    daily = Timetable("cron(0 5 ? * * *)", start_minutes=8 * _HOUR)

    assert longest_minutes(frozenset({daily})) == _DAY + 8 * _HOUR
    assert longest_minutes(frozenset({daily, other})) == minutes


def test_zones_are_known_on_a_machine_without_files_for_them() -> None:
    code = (
        f"import sys, {is_known_zone.__module__} as it; sys.exit(not it.is_known_zone(sys.argv[1]))"
    )
    machine = {**os.environ, "PYTHONTZPATH": ""}

    found = [
        subprocess.run([sys.executable, "-c", code, zone], env=machine, check=False).returncode
        for zone in ("America/New_York", "America/Nowhere")
    ]

    assert found == [0, 1]


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posix/America/New_York", "right/UTC"])
def test_zone_that_only_some_machines_have_is_not_known(zone: str) -> None:
    assert not is_known_zone(zone)
    assert longest_minutes(frozenset({Timetable("cron(0 5 ? * * *)", zone)})) is None


def test_two_backups_within_minutes_are_one() -> None:
    both = frozenset({Timetable("cron(0,10 5 ? * * *)")})

    assert longest_minutes(both, 2) == _DAY
    assert longest_minutes(both, 2, apart=_HOUR) == 2 * _DAY
