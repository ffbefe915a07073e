"""Reads from the metrics of a topic how many notifications it delivered since a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.verification.finding import Finding, ask, decided, not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "topic"
_ASSUMED = "notifications are delivered, and none fails"
# https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
_DELIVERED, _FAILED = "NumberOfNotificationsDelivered", "NumberOfNotificationsFailed"
_PERIOD_SECONDS = 60
# AWS does not document how late the metrics of a topic are.
LIMIT_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class _Counts:
    delivered: float
    failed: float


def check_deliveries(
    deployed: DeployedStack, topic: str, since: datetime, pace: Pace, limit_seconds: float
) -> Iterator[Finding]:
    """Wait for the metrics of a topic; other publishers of the same minutes count too."""
    asked = f"did {topic.rpartition(':')[2]} deliver the notifications?"

    def question() -> Iterator[Finding]:
        counts = _wait(deployed, topic, since, pace, limit_seconds)
        if not counts.delivered and not counts.failed:
            yield not_asked(
                check=CHECK,
                asked=asked,
                assumed=_ASSUMED,
                reason=f"the topic's metrics show no notification after {limit_seconds:g} s",
                remediation="look at the metrics again in some minutes; without a confirmed "
                "subscription there is nothing to deliver",
            )
            return
        yield decided(
            confirmed=not counts.failed,
            check=CHECK,
            asked=asked,
            assumed=_ASSUMED,
            answer=f"{counts.delivered:g} delivered, {counts.failed:g} failed",
            remediation="look at the subscriptions of the topic, and at its delivery status logs",
        )

    yield from ask(CHECK, asked, _ASSUMED, question)


def _wait(
    deployed: DeployedStack, topic: str, since: datetime, pace: Pace, limit_seconds: float
) -> _Counts:
    end = time.monotonic() + limit_seconds
    while True:
        counts = _read(deployed, topic, since)
        if counts.delivered or counts.failed or time.monotonic() >= end:
            return counts
        pace.pause(news=False)


def _read(deployed: DeployedStack, topic: str, since: datetime) -> _Counts:
    client = clients.impatient_cloudwatch(deployed.session, deployed.region)
    shown = client.get_metric_data(
        MetricDataQueries=[
            {
                "Id": name.lower(),
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/SNS",
                        "MetricName": name,
                        "Dimensions": [{"Name": "TopicName", "Value": topic.rpartition(":")[2]}],
                    },
                    "Period": _PERIOD_SECONDS,
                    "Stat": "Sum",
                },
            }
            for name in (_DELIVERED, _FAILED)
        ],
        StartTime=since.replace(second=0, microsecond=0),
        EndTime=datetime.now(UTC) + timedelta(seconds=_PERIOD_SECONDS),
    )
    sums = {one.get("Id"): sum(one.get("Values", ())) for one in shown["MetricDataResults"]}
    return _Counts(delivered=sums.get(_DELIVERED.lower(), 0), failed=sums.get(_FAILED.lower(), 0))
