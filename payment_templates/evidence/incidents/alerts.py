"""Lists the alerts that a fault causes, each with its path and its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.detection import alarm_paths, ends_before, event_paths
from payment_templates.evidence.alerting.symptoms import cases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.faults.effects import Fault
    from payment_templates.evidence.topology import Topology

ALARM, EVENT = "alarm", "event"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alarm or an event that notifies a subscriber of a fault."""

    kind: str
    # The logical ID of the alarm, rule or subscription.
    resource: str
    best_seconds: float
    # None if AWS publishes no upper limit.
    worst_seconds: float | None
    # How the times are calculated, or what the event waits for.
    how: str
    # Why the fault is typically over before the alert, or "".
    late: str = ""
    # Whether it is sent only once a new task is healthy.
    waits_for_task: bool = False


def alerts_of(topology: Topology, fault: Fault) -> tuple[Alert, ...]:
    """Return the alerts of a fault, the soonest first; none for a region, which includes them."""
    if fault.kind == "region":
        return ()
    found = dict.fromkeys((*_events(topology, fault), *_alarms(topology, fault)))
    return tuple(sorted(found, key=lambda it: (bool(it.late), it.best_seconds)))


def _events(topology: Topology, fault: Fault) -> Iterator[Alert]:
    for case in cases_of(topology, fault.kind):
        # The cases of a task are the ways in which any task fails.
        if fault.kind == "task" or case.name == str(fault):
            for path in event_paths(topology, case):
                yield Alert(
                    kind=EVENT,
                    resource=path.resource,
                    best_seconds=path.best_seconds,
                    worst_seconds=path.worst_seconds,
                    how=path.arithmetic,
                    waits_for_task=path.waits_for_task,
                )


def _alarms(topology: Topology, fault: Fault) -> Iterator[Alert]:
    for path in alarm_paths(topology, fault.kind):
        yield Alert(
            kind=ALARM,
            resource=path.resource,
            best_seconds=path.best_seconds,
            worst_seconds=path.worst_seconds,
            how=path.arithmetic,
            late=ends_before(topology, fault.kind, path),
        )
