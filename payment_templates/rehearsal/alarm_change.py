"""Rehearses the smallest visible update: changes the threshold of one alarm and checks it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import parse_template

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def changeable_alarm(document: Mapping[str, Any]) -> str:
    """Return the first alarm with a numeric threshold that every region has; empty if none has."""
    for logical_id, resource in document["Resources"].items():
        threshold = resource.get("Properties", {}).get("Threshold")
        everywhere = "Condition" not in resource
        if resource.get("Type") == _ALARM and everywhere and isinstance(threshold, (int, float)):
            return str(logical_id)
    return ""


def change_one_alarm(template: str) -> AlarmChange:
    """Raise the threshold of the changeable alarm; raises UpdateError when there is none."""
    document = parse_template(template).document
    logical_id = changeable_alarm(document)
    if not logical_id:
        raise UpdateError("no alarm has a numeric threshold: no update can be rehearsed")
    properties: dict[str, Any] = document["Resources"][logical_id]["Properties"]
    before = properties["Threshold"]
    properties["Threshold"] = before + 1
    return AlarmChange(
        logical_id=logical_id,
        before=before,
        after=before + 1,
        # Compact: one more digit must not exceed the inline limit and require S3.
        template=json.dumps(document, separators=(",", ":")),
    )


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
