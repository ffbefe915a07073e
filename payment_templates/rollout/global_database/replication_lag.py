"""Reads how far a secondary cluster is behind the cluster that writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

    from payment_templates.rollout.global_database.global_cluster import Member

# For all versions of Aurora PostgreSQL, in milliseconds, and only in the secondary's region:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
_METRIC = "AuroraGlobalDBRPOLag"
# It is "typically under a second". A switchover first waits until there is none: the same page.
USUAL_LAG_SECONDS = 5.0
_PERIOD_SECONDS = 60
# The last value before a region failed may be old: it is shown with its age.
_LOOK_BACK = timedelta(hours=3)
_MILLISECONDS = 1000
_SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Lag:
    """The last known lag."""

    seconds: float
    measured_at: datetime

    def described(self, now: datetime | None = None) -> str:
        """Describe the lag and its age."""
        age = ((now or datetime.now(UTC)) - self.measured_at).total_seconds()
        # The clock here may be slow.
        minutes = int(max(age, 0.0) // _SECONDS_PER_MINUTE)
        ago = f"{minutes} min ago" if minutes else "in the last minute"
        return f"{self.seconds:.1f} s behind, measured {ago}"


def read_lag(client: CloudWatchClient, member: Member, source_region: str) -> Lag | None:
    """Return the lag of a secondary cluster, from its own region; None without any value."""
    now = datetime.now(UTC)
    answer = client.get_metric_data(
        MetricDataQueries=[
            _query(f"lag{number}", dimensions)
            for number, dimensions in enumerate(_dimensions(member, source_region))
        ],
        StartTime=now - _LOOK_BACK,
        # The current period, also if the clock here is slow.
        EndTime=now + timedelta(minutes=1),
        ScanBy="TimestampDescending",
    )
    results = {one.get("Id", ""): one for one in answer["MetricDataResults"]}
    for name in sorted(results):
        points = [
            *zip(results[name].get("Timestamps", ()), results[name].get("Values", ()), strict=False)
        ]
        if points:
            at, milliseconds = max(points)
            return Lag(seconds=milliseconds / _MILLISECONDS, measured_at=at)
    return None


def _dimensions(member: Member, source_region: str) -> tuple[Mapping[str, str], ...]:
    # The cluster's own series, with or without the source; then that of all clusters that follow
    # the same region, which is the highest of them.
    cluster, source = {"DBClusterIdentifier": member.cluster}, {"SourceRegion": source_region}
    return ({**cluster, **source}, cluster, source)


def _query(name: str, dimensions: Mapping[str, str]) -> MetricDataQueryTypeDef:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/RDS",
                "MetricName": _METRIC,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            },
            "Period": _PERIOD_SECONDS,
            "Stat": "Maximum",
        },
    }
