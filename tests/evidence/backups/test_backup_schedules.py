"""Which schedules of AWS Backup run."""

from __future__ import annotations

import pytest

from payment_templates.evidence.backups.schedules import read_schedule


@pytest.mark.parametrize(
    "schedule",
    [
        "cron(0 5 ? * * *)",
        "cron(0 5 * * ? *)",
        "cron(0 5 31 * ? *)",
        "cron(0 5 30,31 1-3 ? *)",
        "cron(0 5 29 2 ? *)",
        "cron(0 5 29 FEB ? 2028)",
        "cron(0/15 */6 L * ? *)",
        "cron(0 5-9/2 LW 2 ? *)",
        "cron(0 5 15W * ? *)",
        "cron(30 5 ? JAN-JUN MON-FRI *)",
        "cron(30 5 ? * 6L *)",
        "cron(30 5 ? * TUE#3 *)",
    ],
)
def test_schedule_runs(schedule: str) -> None:
    assert read_schedule(schedule).runs is True


@pytest.mark.parametrize(
    "schedule",
    [
        "cron(0 5 31 2 ? *)",
        "cron(0 5 30,31 2 ? *)",
        "cron(0 5 31 4,JUN,9,11 ? *)",
        "cron(0 5 29 2 ? 2027,2029)",
        "cron(0 5 ? * * 2020-2025)",
        "cron(0 5 29 2 ? 2024,2027)",
        "cron(0 25 ? * * *)",
        "cron(60 5 ? * * *)",
        "cron(0 5 ? 13 * *)",
        "cron(0 5 0 * ? *)",
        "cron(0 5 ? * 8 *)",
        "cron(0 5 ? * * 2500)",
    ],
)
def test_schedule_never_runs(schedule: str) -> None:
    assert read_schedule(schedule).runs is False


# A day of the month with a weekday, a field too few, one value too many, and what is not known.
@pytest.mark.parametrize(
    "schedule",
    [
        "rate(1 day)",
        # Forms of a weekday as the day of the month, and the reverse.
        "cron(0 5 2L * ? *)",
        "cron(0 5 MON#1 * ? *)",
        "cron(0 5 ? * 15W *)",
        "cron(0 5 ? * LW *)",
        "cron(0 5 * * * *)",
        "cron(0 5 ? * ? *)",
        "cron(0 5 ? * *)",
        "cron(0 5,25 ? * * *)",
        "cron(0 5 1 NOV-FEB ? *)",
        "cron(0 5 ? * * */0)",
        "cron(0 5 ? 2 2#5 *)",
        "cron(0 5 31W 2 ? *)",
        "cron(0 5 ? * SOMEDAY *)",
    ],
)
def test_schedule_that_aws_may_refuse_is_not_decided(schedule: str) -> None:
    assert read_schedule(schedule).runs is None


@pytest.mark.parametrize(
    ("schedule", "last"),
    [
        ("cron(0 5 ? * * *)", None),
        ("cron(0 5 ? * * 2026/1)", None),
        ("cron(0 5 ? * * 2026-2030)", 2030),
    ],
)
def test_schedule_ends_with_its_last_year(schedule: str, last: int | None) -> None:
    assert read_schedule(schedule).last_year == last
