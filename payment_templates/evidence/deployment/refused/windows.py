"""Finds backup and maintenance windows that RDS refuses: too short, or at the same time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack

_INSTANCE = "AWS::RDS::DBInstance"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"(\d{2}):(\d{2})"
_BACKUP = re.compile(rf"{_TIME}-{_TIME}")
_DAY = f"({'|'.join(_DAYS)})"
_MAINTENANCE = re.compile(rf"{_DAY}:{_TIME}-{_DAY}:{_TIME}", re.IGNORECASE)
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES
# CreateDBCluster, PreferredBackupWindow and PreferredMaintenanceWindow.
_LEAST_MINUTES = 30


def window_refusals(stack: Stack) -> Iterator[str]:
    """Yield a sentence for each window that is too short, or at the time of the other one.

    "Must not conflict with the preferred maintenance window": botocore rds, CreateDBCluster and
    CreateDBInstance, PreferredBackupWindow. An instance of a cluster makes no backups.
    """
    for database in stack.of_type("AWS::RDS::DBCluster", _INSTANCE):
        fields, name = database.properties, database.logical_id
        backup, maintenance = _backup(fields), _maintenance(fields)
        for window in filter(None, (backup, maintenance)):
            if window[1] < _LEAST_MINUTES:
                yield f"{name} has a window of {window[1]} minutes: RDS needs {_LEAST_MINUTES}"
        in_cluster = database.type == _INSTANCE and "DBClusterIdentifier" in fields
        if backup and maintenance and not in_cluster:
            starts = (backup[0] + day * _DAY_MINUTES for day in range(len(_DAYS)))
            if any(_overlap((start, backup[1]), maintenance) for start in starts):
                yield f"{name} has its backup window in its maintenance window"


def _backup(fields: Properties) -> tuple[int, int] | None:
    """Return the start and the length of the daily window, in minutes; None if RDS chooses it."""
    found = _BACKUP.fullmatch(fields.text("PreferredBackupWindow"))
    if found is None:
        return None
    start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    return start, (end - start) % _DAY_MINUTES


def _maintenance(fields: Properties) -> tuple[int, int] | None:
    """Return the start and the length of the weekly window, in minutes; None if RDS chooses it."""
    found = _MAINTENANCE.fullmatch(fields.text("PreferredMaintenanceWindow"))
    if found is None:
        return None
    start = _DAYS.index(found[1].lower()) * _DAY_MINUTES + _minutes(found[2], found[3])
    end = _DAYS.index(found[4].lower()) * _DAY_MINUTES + _minutes(found[5], found[6])
    return start, (end - start) % _WEEK_MINUTES


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Return whether two spans of a week share a minute; a week starts again after Sunday."""
    later, earlier = (second[0] - first[0]) % _WEEK_MINUTES, (first[0] - second[0]) % _WEEK_MINUTES
    return later < first[1] or earlier < second[1]


def _minutes(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)
