"""Reads from the history of the alarms when one went to ALARM, and when it notified."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_cloudwatch.type_defs import AlarmHistoryItemTypeDef

    from payment_templates.rollout.verification.alarms import Alarm
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

# How HistorySummary starts for an action, before its ARN. The error is in HistoryData or follows:
# https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-awssupport-troubleshoot-cloudwatchalarm.html
# https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
SUCCEEDED, FAILED = "Successfully executed action", "Failed to execute action"


def read_transitions(
    deployed: DeployedStack, alarm: Alarm, since: datetime
) -> Iterator[tuple[AlarmHistoryItemTypeDef, AlarmHistoryItemTypeDef | None]]:
    """Read each change of an alarm to ALARM, with its first action that succeeded, if any.

    An action belongs to the last change of state before it. Raises botocore's errors.
    """
    items = [*_history(deployed, alarm, since)]
    changes = [index for index, item in enumerate(items) if not _is_action(item)]
    for start, end in pairwise([*changes, len(items)]):
        if _new_state(items[start]) == "ALARM":
            actions = (it for it in items[start + 1 : end] if _succeeded(it))
            yield items[start], next(actions, None)


def data_of(item: AlarmHistoryItemTypeDef) -> dict[str, Any]:
    """Return the HistoryData of an entry."""
    try:
        found: object = json.loads(item.get("HistoryData", "{}"))
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def time_of(item: AlarmHistoryItemTypeDef) -> datetime:
    """Return the time of an entry, which CloudWatch gives each."""
    return cast("datetime", item.get("Timestamp"))


def _history(
    deployed: DeployedStack, alarm: Alarm, since: datetime
) -> Iterator[AlarmHistoryItemTypeDef]:
    client = clients.impatient_cloudwatch(deployed.session, deployed.region)
    pages = client.get_paginator("describe_alarm_history").paginate(
        AlarmName=alarm.name,
        AlarmTypes=[alarm.kind],
        # CloudWatch compares whole seconds.
        StartDate=since.replace(microsecond=0),
        ScanBy="TimestampAscending",
    )
    for page in pages:
        yield from (
            item
            for item in page["AlarmHistoryItems"]
            if item.get("HistoryItemType") in {"StateUpdate", "Action"}
        )


def _is_action(item: AlarmHistoryItemTypeDef) -> bool:
    return item.get("HistoryItemType") == "Action"


def _succeeded(item: AlarmHistoryItemTypeDef) -> bool:
    return item.get("HistorySummary", "").startswith(SUCCEEDED)


def _new_state(item: AlarmHistoryItemTypeDef) -> str:
    # https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/describe-alarm-history.html
    return str(data_of(item).get("newState", {}).get("stateValue", ""))
