"""Checks that a failed deployment sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.notification_time import judge_alerting
from payment_templates.evidence.claim import absent, claim

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("A failed deployment sends an alert", "Requirement 6", "Requirement 7")
def deployment_failure_detected(topology: Topology) -> Finding:
    """Check that event rules match a stopped deployment and a task without capacity.

    Source, detail type and event name must match those of ECS exactly:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    if not topology.services:
        return absent("there is no service")
    return judge_alerting(topology, "deployment")
