"""Records the actions of alarms: in the alarm's history, and in the metrics of the topic.

ministack notifies the topic, but records only changes of state. Published, delivered and failed
messages are metrics of AWS/SNS by TopicName:
https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
The policies of the topic and of its key are not evaluated, so that every action succeeds.
"""

import json
from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import account, ministack

_CLOUDWATCH = f"{ministack.SERVICES}.cloudwatch"
_ACTIONS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
_TOPIC = ":sns:"
_PENDING = "PendingConfirmation"
_Dispatch = Callable[[dict[str, Any], str, str, str], None]


def install() -> None:
    """Record each action once ministack has executed it."""
    ministack.replace_everywhere(_CLOUDWATCH, "_dispatch_alarm_actions", _wrap)


def _wrap(original: _Dispatch) -> _Dispatch:
    def dispatch(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
        original(alarm, old, new, reason)
        if alarm.get("ActionsEnabled", True):
            actions: list[str] = alarm.get(_ACTIONS[new]) or []
            for action in actions:
                if _TOPIC in action:
                    _record(alarm, action, new)

    return dispatch


def _record(alarm: dict[str, Any], action: str, state: str) -> None:
    entries: list[dict[str, Any]] = ministack.look_up(_CLOUDWATCH, "_history_entries")()
    # The entry of the change of state that has just been recorded.
    entries.append(
        {
            **entries[-1],
            "AlarmName": alarm["AlarmName"],
            "HistoryItemType": "Action",
            "HistorySummary": f"Successfully executed action {action}",
            "HistoryData": json.dumps(
                {"actionState": "Succeeded", "stateUpdate": state, "notificationResource": action}
            ),
        }
    )
    listed = account.call("sns", "ListSubscriptionsByTopic", TopicArn=action)["Subscriptions"]
    delivered = sum(one["SubscriptionArn"] != _PENDING for one in listed)
    counts = {
        "NumberOfMessagesPublished": 1,
        "NumberOfNotificationsDelivered": delivered,
        "NumberOfNotificationsFailed": 0,
    }
    publish = ministack.look_up(_CLOUDWATCH, "record_metric")
    for name, count in counts.items():
        publish("AWS/SNS", name, count, "Count", {"TopicName": action.rpartition(":")[2]})
