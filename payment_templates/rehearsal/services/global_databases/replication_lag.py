"""Publishes the replication lag of secondaries to CloudWatch, in the region of each.

"Available only in secondary Regions": Aurora guide, Aurora.AuroraMonitoring.Metrics. Dimensions
DBClusterIdentifier and SourceRegion: aws-samples, Amazon Aurora labs, "Monitor a Global Database".
A secondary whose primary is unreachable, or that is being rebuilt, publishes nothing.
"""

from time import time
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.services.global_databases import moves, records
from payment_templates.rehearsal.services.global_databases.records import Member

# In milliseconds; "typically less than a second" in AWS.
LAG_MILLISECONDS = 90
_METRICS = (
    "AuroraGlobalDBReplicationLag",
    "AuroraGlobalDBRPOLag",
    "AuroraGlobalDBProgressLag",
)
_PERIOD_SECONDS = 60
_PUBLISHED = "_published"
_READING = (
    *("GetMetricData", "GetMetricStatistics", "ListMetrics"),
    *("DescribeAlarms", "DescribeAlarmsForMetric"),
)


def install() -> None:
    """Publish before CloudWatch is read."""
    guard_operations("cloudwatch", dict.fromkeys(_READING, _publish))


def _publish(_request: dict[str, Any]) -> None:
    moves.settle()
    for record in ministack.global_databases().values():
        writer = records.writer_of(record)
        for member in records.secondaries(record):
            if writer and _is_replicating(writer, member) and _is_due(writer, member):
                _publish_of(member, source=writer)


def _is_replicating(writer: Member, member: Member) -> bool:
    arns = (writer["DBClusterArn"], member["DBClusterArn"])
    connected = member["SynchronizationStatus"] == "connected"
    return connected and all(map(records.is_reachable, arns))


def _is_due(writer: Member, member: Member) -> bool:
    # One point a minute; after a move the metric has another dimension.
    point = (_minute(), writer["DBClusterArn"])
    due = member.get(_PUBLISHED) != point
    member[_PUBLISHED] = point
    return due


def _publish_of(member: Member, *, source: Member) -> None:
    arn = member["DBClusterArn"]
    dimensions = {
        "DBClusterIdentifier": records.name_of(arn),
        "SourceRegion": records.region_of(source["DBClusterArn"]),
    }
    with ministack.in_region(records.region_of(arn)):
        for name in _METRICS:
            ministack.publish_metric(
                "AWS/RDS", name, LAG_MILLISECONDS, "Milliseconds", dimensions, at=_minute()
            )


def _minute() -> float:
    # Its start, so that a request for the time until now includes the point.
    return time() // _PERIOD_SECONDS * _PERIOD_SECONDS
