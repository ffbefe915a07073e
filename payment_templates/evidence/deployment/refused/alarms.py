"""Finds alarms that CloudWatch refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack

# botocore cloudwatch, WarmUpPeriodDurationInMinutes.
_WARM_UP_MINUTES = range(1, 2881)


def alarm_refusals(stack: Stack) -> Iterator[str]:
    """Yield the alarms whose warm-up is too short or too long: PutMetricAlarm."""
    for alarm in stack.of_type("AWS::CloudWatch::Alarm"):
        if "WarmUpConfiguration" not in alarm.properties:
            continue
        fields = alarm.properties.child("WarmUpConfiguration")
        minutes = fields.number("WarmUpPeriodDurationInMinutes")
        if minutes not in _WARM_UP_MINUTES:
            accepted = f"CloudWatch accepts {_WARM_UP_MINUTES[0]} to {_WARM_UP_MINUTES[-1]}"
            yield f"{alarm.logical_id} has a warm-up of {minutes:g} minutes: {accepted}"
