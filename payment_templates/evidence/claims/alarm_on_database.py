"""An alarm watches for the failover of the database, and can fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.firing import why_never_fires

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("An alarm watches the database for failover", "Requirement 6")
def alarm_on_database(topology: Topology) -> Finding:
    """Look for an alarm on the writer's connections <= 0 that counts missing points as bad.

    An instance that is down sends no point; a writer that is idle has 0 connections too.
    """
    alarms = [alarm for alarm in topology.alarms if alarm.metric == "DatabaseConnections"]
    if not alarms:
        return broken("no alarm watches DatabaseConnections")
    for alarm in alarms:
        if problem := why_never_fires(topology, alarm):
            return broken(f"{alarm.logical_id} never fires: {problem}")
        if alarm.comparison != "LessThanOrEqualToThreshold" or alarm.threshold:
            return broken(f"{alarm.logical_id} does not fire at 0 connections")
        if alarm.missing_data != "breaching":
            return broken(
                f"{alarm.logical_id} is {alarm.missing_data} when the writer sends nothing"
            )
    lines = [
        f"{alarm.logical_id}: {alarm.metric} by {', '.join(alarm.dimensions)}" for alarm in alarms
    ]
    return conditional("a writer without clients looks the same: it then alarms as well", *lines)
