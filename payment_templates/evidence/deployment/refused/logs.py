"""Finds filters on log groups whose class does not support them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack

_GROUP = "AWS::Logs::LogGroup"
# What only the Standard class supports, with the property that names the log group. CloudWatch Logs
# answers "This operation is only supported on the Standard log class":
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
_FILTERS = {
    "AWS::Logs::MetricFilter": ("LogGroupName", "metric filter"),
    "AWS::Logs::SubscriptionFilter": ("LogGroupName", "subscription filter"),
    "AWS::Logs::Transformer": ("LogGroupIdentifier", "transformer"),
}
_STANDARD = {"", "STANDARD"}


def log_refusals(stack: Stack) -> Iterator[str]:
    """Yield the filters on log groups of another class than Standard."""
    for resource in stack.of_type(*_FILTERS):
        name, what = _FILTERS[resource.type]
        group = stack.find(resource.properties.get(name), _GROUP)
        found = group.properties.text("LogGroupClass") if group else ""
        if group and found not in _STANDARD:
            needs = f"a {what} needs the Standard class"
            yield f"{resource.logical_id} is on {group.logical_id}, which is {found}: {needs}"
