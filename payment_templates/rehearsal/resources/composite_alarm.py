"""AWS::CloudWatch::CompositeAlarm: an alarm on the states of other alarms."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only


def _create(properties: Properties, name: str) -> Created:
    alarm = properties.get("AlarmName", name)
    _put(alarm, properties)
    return Created(ref=alarm, attributes=_attributes(alarm))


def _update(ref: str, _before: Properties, after: Properties) -> Attributes:
    _put(ref, after)
    return _attributes(ref)


def _delete(ref: str, _properties: Properties) -> None:
    account.call("cloudwatch", "DeleteAlarms", AlarmNames=[ref])


def _put(alarm: str, properties: Properties) -> None:
    parameters: dict[str, Any] = only(
        properties,
        "AlarmRule",
        "AlarmDescription",
        "AlarmActions",
        "OKActions",
        "InsufficientDataActions",
        "ActionsSuppressor",
        "ActionsSuppressorWaitPeriod",
        "ActionsSuppressorExtensionPeriod",
        "Tags",
    )
    enabled = str(properties.get("ActionsEnabled", True)).lower() == "true"
    account.call(
        "cloudwatch", "PutCompositeAlarm", AlarmName=alarm, ActionsEnabled=enabled, **parameters
    )


def _attributes(alarm: str) -> Attributes:
    described = account.call(
        "cloudwatch", "DescribeAlarms", AlarmNames=[alarm], AlarmTypes=["CompositeAlarm"]
    )
    return {"Arn": described["CompositeAlarms"][0]["AlarmArn"]}


COMPOSITE_ALARM = ResourceType(
    name="AWS::CloudWatch::CompositeAlarm", create=_create, update=_update, delete=_delete
)
