"""What RDS and ECS tell at once arrives in a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional
from payment_templates.evidence.reach import why_nobody_hears

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Every event rule and subscription reaches a person", "Requirement 6", "Requirement 7")
def events_reach_a_person(topology: Topology) -> Finding:
    """Follow rule or subscription, topic, topic policy, key policy and subscription.

    A topic policy for EventBridge takes no condition:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    if not topology.event_paths:
        return broken("there is no event rule and no RDS event subscription")
    for path in topology.event_paths:
        if problem := why_nobody_hears(topology, path.topics, path.publisher, path.logical_id):
            return broken(f"{path.logical_id} is not heard: {problem}")
    lines = [
        f"{path.logical_id} ({path.publisher}): {', '.join(path.kinds)} -> {', '.join(path.topics)}"
        for path in topology.event_paths
    ]
    return conditional("once the mail that SNS sends has been confirmed", *lines)
