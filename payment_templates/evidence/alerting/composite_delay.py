"""Calculates the time from a fault until any alarm alerts, also one on other alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_delay import Path, alarm_path
from payment_templates.evidence.alerting.composite_rules import changes
from payment_templates.evidence.alerting.composite_states import leaves_of
from payment_templates.evidence.topology.alerting.alarms import Alarm
from payment_templates.facts.timings import PERIODS_UNTIL_MISSING

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.topology import Topology


def path_of(topology: Topology, alarm: AnyAlarm) -> Path | None:
    """Return the time of an alarm; of one on other alarms, that of the slowest plus its waits.

    None if its state never changes. AWS gives no time for the evaluation of a rule, which follows a
    change of one of its alarms. At worst the suppressor goes to ALARM as the wait period ends, and
    leaves it at once, so that the extension period follows:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
    Raises UnexpectedValueError for an alarm that is not in the stack.
    """
    if isinstance(alarm, Alarm):
        return alarm_path(topology, alarm)
    if not changes(topology, alarm):
        return None
    wait, extension = alarm.wait_seconds, alarm.extension_seconds
    paths = [_until_missing(topology, leaf) for leaf in leaves_of(topology, alarm)]
    if elsewhere := [text for text, name in alarm.children.items() if name is None]:
        raise UnexpectedValueError(
            alarm.logical_id, f"the alarm {elsewhere[0]} is not in the stack"
        )
    if not paths:
        return None
    slowest = max(paths, key=lambda path: path.worst_seconds or 0)
    best = min(path.best_seconds for path in paths) + wait
    worst = (slowest.worst_seconds or 0) + wait + extension
    waits = f"wait period {wait:g}"
    if alarm.suppressor:
        waits += f" + extension period {extension:g}"
    return Path(
        resource=alarm.logical_id,
        best_seconds=best,
        worst_seconds=worst,
        arithmetic=(
            f"{alarm.logical_id}: best {best:g} s; worst that of {slowest.resource} + {waits} = "
            f"{worst:g} s ({slowest.arithmetic})"
        ),
    )


def _until_missing(topology: Topology, alarm: Alarm) -> Path:
    """Return the time of an alarm, and at worst until it has no data any more."""
    path = alarm_path(topology, alarm)
    if alarm.missing_data != "missing" or path.worst_seconds is None:
        return path
    late = alarm.period_seconds * PERIODS_UNTIL_MISSING
    return Path(
        resource=path.resource,
        best_seconds=path.best_seconds,
        worst_seconds=path.worst_seconds + late,
        arithmetic=f"{path.arithmetic} + {late:g} s until data counts as missing",
    )
