"""Rehearses the smallest visible update: changes the threshold of one alarm and checks it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import parse_template

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.stacks import Stack

_ALARM = "AWS::CloudWatch::Alarm"


class UpdateError(RuntimeError):
    """The update cannot be rehearsed, or had no effect."""


@dataclass(frozen=True, kw_only=True)
class AlarmChange:
    """An alarm, its thresholds before and after the update, and the changed template."""

    logical_id: str
    before: float
    after: float
    template: str


def change_one_alarm(template: str) -> AlarmChange:
    """Raise the threshold of the first alarm that has one; raises UpdateError when none has."""
    document = parse_template(template).document
    for logical_id, resource in document["Resources"].items():
        properties: dict[str, Any] = resource.get("Properties", {})
        before = properties.get("Threshold")
        everywhere = "Condition" not in resource
        if resource["Type"] == _ALARM and everywhere and isinstance(before, (int, float)):
            properties["Threshold"] = before + 1
            return AlarmChange(
                logical_id=logical_id,
                before=before,
                after=before + 1,
                # Compact: one more digit must not exceed the inline limit and require S3.
                template=json.dumps(document, separators=(",", ":")),
            )
    raise UpdateError("no alarm has a numeric threshold: no update can be rehearsed")


def require_change(aws: EmbeddedAws, stack: Stack, change: AlarmChange) -> None:
    """Raise UpdateError unless CloudWatch shows the new threshold."""
    resource = aws.client("cloudformation", stack.region).describe_stack_resource(
        StackName=stack.name, LogicalResourceId=change.logical_id
    )["StackResourceDetail"]
    (alarm,) = aws.client("cloudwatch", stack.region).describe_alarms(
        AlarmNames=[resource["PhysicalResourceId"]]
    )["MetricAlarms"]
    if alarm["Threshold"] != change.after:
        raise UpdateError(
            f"{change.logical_id} in {stack.region} has the threshold {alarm['Threshold']:g} "
            f"after the update, not {change.after:g}"
        )
