"""The smallest update that can be seen in AWS: one alarm of the template with another threshold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.stacks import Stack

_ALARM = "AWS::CloudWatch::Alarm"


class UpdateError(RuntimeError):
    """The update cannot be rehearsed, or did not do what it should."""


@dataclass(frozen=True, kw_only=True)
class AlarmChange:
    """An alarm, its thresholds before and after, and the template that says so."""

    logical_id: str
    before: float
    after: float
    template: str


def change_one_alarm(template: str) -> AlarmChange:
    """Raise the threshold of the first alarm that has one; raises UpdateError when none has."""
    document: dict[str, Any] = json.loads(template)
    for logical_id, resource in document["Resources"].items():
        properties: dict[str, Any] = resource.get("Properties", {})
        before = properties.get("Threshold")
        if resource["Type"] == _ALARM and isinstance(before, (int, float)):
            properties["Threshold"] = before + 1
            return AlarmChange(
                logical_id=logical_id,
                before=before,
                after=before + 1,
                # Without spaces: a digit more must not lead through S3.
                template=json.dumps(document, separators=(",", ":")),
            )
    raise UpdateError("no alarm has a threshold of its own: no update can be rehearsed")


def require_change(aws: EmbeddedAws, stack: Stack, change: AlarmChange) -> None:
    """Ask CloudWatch for the threshold; raises UpdateError when it is not the new one."""
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
