"""Defines the load for which a bill is calculated: what a template cannot say."""

from __future__ import annotations

from dataclasses import dataclass, fields

from payment_templates.facts.prices import HOURS_PER_MONTH

# Every line has the same month, that of the prices per hour.
DAYS_PER_MONTH = HOURS_PER_MONTH / 24
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600
# AWS counts data in GB of 2^30 bytes.
KILOBYTES_PER_GB = 1024 * 1024
_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Usage:
    """The assumed load; each field is an option of the cost command."""

    requests_per_second: float = 10
    request_kb: float = 2
    response_kb: float = 8
    # Read and written between a task and the database for a request.
    query_kb: float = 4
    io_per_request: float = 4
    log_kb: float = 1
    write_percent: float = 50
    # The changes of a request, as the storage of a global database copies them.
    replicated_kb: float = 4
    storage_gb: float = 50
    # How much of the storage changes a day: backups beyond the first day keep that.
    changed_percent: float = 2
    nat_gb: float = 50
    network_log_gb: float = 10
    bucket_gb: float = 10
    # AWS documents no size. Aurora PostgreSQL with 2 vCPUs and 17 processes sent 4.1 KB:
    # https://github.com/percona/rds_exporter/blob/main/enhanced/testdata/aurora-psql-11.json
    monitoring_kb: float = 5
    experiment_minutes: float = 0

    @property
    def million_requests(self) -> float:
        """The requests of a month, in millions."""
        return self.requests_per_second * SECONDS_PER_MONTH / _MILLION

    def gigabytes(self, kilobytes: float) -> float:
        """Return the GB of a month if each request moves these kilobytes."""
        return self.million_requests * _MILLION * kilobytes / KILOBYTES_PER_GB

    @property
    def million_writes(self) -> float:
        """The write I/O operations of the database in a month, in millions."""
        return self.million_requests * self.io_per_request * self.write_percent / 100

    @property
    def without_requests(self) -> Usage:
        """The load of a region that waits for a failover: no requests, NAT traffic or its logs."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return Usage(**{**values, "requests_per_second": 0, "nat_gb": 0, "network_log_gb": 0})


# What each assumption is, as an option and in the report.
ASSUMPTIONS = {
    "requests_per_second": "requests a second, on average, all in the first region",
    "request_kb": "KB that a client sends for a request",
    "response_kb": "KB that a client gets for a request",
    "query_kb": "KB between a task and the database for a request",
    "io_per_request": "I/O operations of the database for a request",
    "log_kb": "KB of logs for a request",
    "write_percent": "percent of the database's I/O operations that write, for a global database",
    "replicated_kb": "KB that a global database copies to the other region for a request",
    "storage_gb": "GB of data in each database",
    "changed_percent": "percent of the data that changes a day, for the size of backups",
    "nat_gb": "GB through the NAT gateways a month, mostly images",
    "network_log_gb": "GB a month of flow logs, of DNS query logs and of web ACL logs, if any",
    "bucket_gb": "GB in each S3 bucket, if any, such as access logs",
    "monitoring_kb": "KB that Enhanced Monitoring, if any, sends for an instance each time",
    "experiment_minutes": "minutes of FIS actions a month in each region, if any",
}
# Beyond any stack; a much larger number would make the bill infinite.
LARGEST = 1_000_000_000
# The highest values that have a meaning.
MOST = {"changed_percent": 100.0, "write_percent": 100.0}
