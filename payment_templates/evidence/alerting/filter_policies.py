"""Decides whether an SNS filter policy passes the messages of a service.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.alerting.event_patterns import matches
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.topology.alerting.events import CLOUDWATCH, EVENTBRIDGE

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, StackResource
    from payment_templates.evidence.alerting.event_patterns import Event

_BODY = "MessageBody"


def lets_through(subscription: Properties, publisher: str, source: StackResource | None) -> bool:
    """Return whether a message passes; raises UnexpectedValueError if its content is not known."""
    policy = subscription.child("FilterPolicy")
    if subscription.text("FilterPolicyScope") == _BODY:
        if publisher != CLOUDWATCH:
            raise UnexpectedValueError(policy.place, f"the messages of {publisher} are not known")
        message = _alarm_message(source)
        if unknown := [key for key in policy.entries if key not in message and key != "$or"]:
            raise UnexpectedValueError(policy.place, f"{unknown[0]} of an alarm is not known here")
        return matches(policy, message)
    if publisher not in {CLOUDWATCH, EVENTBRIDGE}:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.TagsAttributesForFiltering.html
        raise UnexpectedValueError(policy.place, f"the attributes of {publisher} are not known")
    # Alarms and EventBridge send no attributes: only "exists": false matches.
    return matches(policy, {})


def _alarm_message(source: StackResource | None) -> Event:
    """Return the message of an alarm that fires.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    properties = source.properties if source else None
    name = name_of(source) if source else ""
    return {
        "AlarmName": (name,),
        "AWSAccountId": (ACCOUNT,),
        "NewStateValue": ("ALARM",),
        "OldStateValue": ("OK",),
        "Trigger": {
            "MetricName": (properties.text("MetricName") if properties else "",),
            "Namespace": (properties.text("Namespace") if properties else "",),
        },
    }
