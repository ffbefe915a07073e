"""Checks that logs are retained for at least a week, and then deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_PROMISED_DAYS = 7


@claim("Logs are kept for 7 days or longer, and then deleted", "Cost optimization: log retention")
def logs_expire(topology: Topology) -> Finding:
    """Check that every log group has a retention of 7 days or more; without, logs never expire.

    The class DELIVERY keeps them for only one day: botocore logs, CreateLogGroup, logGroupClass.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
    """
    lines: list[str] = []
    for group in topology.stack.of_type("AWS::Logs::LogGroup"):
        if group.properties.text("LogGroupClass") == "DELIVERY":
            return broken(f"{group.logical_id} is of the class DELIVERY: one day", *lines)
        if "RetentionInDays" not in group.properties:
            return broken(f"{group.logical_id} has no RetentionInDays: it never expires", *lines)
        days = group.properties.whole("RetentionInDays")
        lines.append(f"{group.logical_id}: {quantity(days, 'day')}")
        if days < _PROMISED_DAYS:
            return broken(f"{group.logical_id} is kept for {quantity(days, 'day')}", *lines)
    if not lines:
        return absent("there is no log group")
    return kept(f"{quantity(len(lines), 'log group')}, each with a retention period", *lines)
