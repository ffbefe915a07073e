"""Reads the alarms of the stack: their states and the actions that notify subscribers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_cloudwatch.literals import AlarmTypeType
    from mypy_boto3_cloudwatch.type_defs import CompositeAlarmTypeDef, MetricAlarmTypeDef

    from payment_templates.rollout.verification.deployed_stack import DeployedStack

METRIC, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
# DescribeAlarms, AlarmNames: up to 100.
_NAMES_PER_CALL = 100
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
_WARMING_UP = "IN_WARM_UP"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm as CloudWatch shows it."""

    logical_id: str
    name: str
    kind: AlarmTypeType
    # OK, ALARM or INSUFFICIENT_DATA.
    state: str
    reason: str
    # The ARNs of what CloudWatch notifies when it goes to ALARM.
    actions: tuple[str, ...]
    actions_enabled: bool
    # Whether the alarm is new, and not evaluated yet.
    is_warming_up: bool = False


def read_alarms(deployed: DeployedStack) -> tuple[Alarm, ...]:
    """Read the alarms of a stack, metric alarms first; raises botocore's errors."""
    logical_ids = {
        one.physical_id.rpartition(":alarm:")[2]: one.logical_id
        for one in deployed.of_type(METRIC, COMPOSITE)
    }
    names = [*logical_ids]
    client = clients.impatient_cloudwatch(deployed.session, deployed.region)
    found: list[Alarm] = []
    for start in range(0, len(names), _NAMES_PER_CALL):
        shown = client.describe_alarms(
            AlarmNames=names[start : start + _NAMES_PER_CALL],
            AlarmTypes=["MetricAlarm", "CompositeAlarm"],
        )
        found += _read(shown.get("MetricAlarms", ()), "MetricAlarm", logical_ids)
        found += _read(shown.get("CompositeAlarms", ()), "CompositeAlarm", logical_ids)
    return tuple(sorted(found, key=lambda alarm: alarm.kind == "CompositeAlarm"))


def _read(
    shown: Iterable[MetricAlarmTypeDef | CompositeAlarmTypeDef],
    kind: AlarmTypeType,
    logical_ids: dict[str, str],
) -> list[Alarm]:
    return [
        Alarm(
            logical_id=logical_ids[one.get("AlarmName", "")],
            name=one.get("AlarmName", ""),
            kind=kind,
            state=one.get("StateValue", "INSUFFICIENT_DATA"),
            reason=one.get("StateReason", ""),
            actions=tuple(one.get("AlarmActions", ())),
            actions_enabled=one.get("ActionsEnabled", True),
            is_warming_up=str(one.get("EvaluationState", "")) == _WARMING_UP,
        )
        for one in shown
    ]
