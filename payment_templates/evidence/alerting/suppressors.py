"""Decides whether the suppressor of a composite alarm lets it act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.alarm_states import healthy, is_in_global_database
from payment_templates.evidence.alerting.composite_rules import can_be, child_of
from payment_templates.evidence.alerting.healthy_states import ALWAYS_ALARM, states_while_healthy
from payment_templates.evidence.topology.alerting.composite_alarms import CompositeAlarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.evidence.alerting.composite_rules import AnyAlarm
    from payment_templates.evidence.topology import Topology


def only_suppresses(topology: Topology, alarm: AnyAlarm) -> bool:
    """Return whether an alarm without actions keeps another one from acting.

    It needs only a state: botocore cloudwatch, PutCompositeAlarm, ActionsSuppressor.
    """
    return not alarm.acts and any(
        other.suppressor and other.children[other.suppressor] == alarm.logical_id
        for other in topology.composite_alarms
    )


def why_always_suppressed(topology: Topology, alarm: AnyAlarm) -> str:
    """Return why the suppressor of an alarm never lets it act in a healthy region, or "".

    Raises UnexpectedValueError if the template does not decide that.
    """
    by = _suppressor(topology, alarm)
    if by is None or not isinstance(alarm, CompositeAlarm) or alarm.unread or alarm.undecided:
        return ""
    for writes in (True, False) if is_in_global_database(topology) else (True,):
        if states_while_healthy(topology, by, healthy(topology, writes=writes)) == ALWAYS_ALARM:
            return f"{by.logical_id}, which suppresses it, is always in ALARM"
    if can_be(topology, alarm, value=True, suppressor=by.logical_id):
        return ""
    return f"{by.logical_id} suppresses it whenever its rule is true"


def suppressions(alarms: Iterable[AnyAlarm]) -> Iterator[str]:
    """Yield which alarm suppresses which, in words."""
    for alarm in alarms:
        if isinstance(alarm, CompositeAlarm) and (by := alarm.suppressor):
            yield f"{alarm.children[by] or by} suppresses {alarm.logical_id}"


def _suppressor(topology: Topology, alarm: AnyAlarm) -> AnyAlarm | None:
    """Return the suppressor of an alarm if it is in the stack."""
    if not isinstance(alarm, CompositeAlarm) or not alarm.suppressor:
        return None
    is_here = alarm.children[alarm.suppressor] is not None
    return child_of(topology, alarm, alarm.suppressor) if is_here else None
