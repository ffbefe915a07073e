"""Lists the state in which each alarm of a healthy stack is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.alarm_states import (
    healthy,
    is_in_global_database,
    metrics_without_history,
)
from payment_templates.evidence.alerting.composite_readers import speaks_through
from payment_templates.evidence.alerting.composite_rules import every_alarm
from payment_templates.evidence.alerting.composite_states import leaves_of, state_of

if TYPE_CHECKING:
    from payment_templates.evidence.alerting.alarm_states import Situation
    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.alarm_rules import State


@dataclass(frozen=True, kw_only=True)
class ExpectedAlarm:
    """The state of an alarm while the stack is healthy, and the alarms that alert in its place."""

    logical_id: str
    # None if the template does not decide it.
    state: State | None
    # The logical IDs of the alarms that act because of this one, which has no actions; otherwise
    # empty.
    read_by: tuple[str, ...]


def expected_alarms(topology: Topology, *, writes: bool) -> tuple[ExpectedAlarm, ...]:
    """Return the state of each alarm in a healthy region, with or without the writer.

    A database that is in no global database always has its writer.
    """
    situation = healthy(topology, writes=writes or not is_in_global_database(topology))
    return tuple(_expected(topology, alarm, situation) for alarm in every_alarm(topology))


def _expected(topology: Topology, alarm: AnyAlarm, situation: Situation) -> ExpectedAlarm:
    read_by = tuple(it.logical_id for it in speaks_through(topology, alarm))
    state = _state(topology, alarm, situation)
    if state == "ALARM" and not read_by:
        # Evidence accepts no such alarm: it would report nothing.
        state = "OK"
    return ExpectedAlarm(logical_id=alarm.logical_id, state=state, read_by=read_by)


def _state(topology: Topology, alarm: AnyAlarm, situation: Situation) -> State | None:
    # AWS does not document what metric math gives for a metric that never had data.
    if any(metrics_without_history(leaf, situation) for leaf in leaves_of(topology, alarm)):
        return None
    try:
        return state_of(topology, alarm, situation)
    except UnexpectedValueError:
        return None
