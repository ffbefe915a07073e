"""Calculates what the databases cost: instances, storage, I/O and backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.prices import (
    AURORA_BACKUP,
    AURORA_IO,
    AURORA_POSTGRESQL,
    AURORA_STORAGE,
    HOURS_PER_MONTH,
    LOG_INGESTION,
)
from payment_templates.quantity import quantity
from payment_templates.report.cost.bill_lines import DATABASE, Line, priced, unpriced
from payment_templates.report.cost.usage import KILOBYTES_PER_GB, SECONDS_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence import Topology
    from payment_templates.evidence.topology.database import Database
    from payment_templates.report.cost.usage import Usage

_ENGINE = "aurora-postgresql"
_STANDARD_STORAGE = {"", "aurora"}
# Without charge: Performance Insights of 7 days, backups as large as the data.
_FREE_INSIGHTS_DAYS = 7


def database_lines(topology: Topology, usage: Usage) -> Iterator[Line]:
    """Yield the lines of each database."""
    for database in topology.databases:
        if database.engine == _ENGINE and database.is_cluster:
            yield from _aurora(topology, database, usage)
        else:
            what = database.engine or "a database"
            yield unpriced(DATABASE, what, database.logical_id, problem=f"no price for {what}")


def _aurora(topology: Topology, database: Database, usage: Usage) -> Iterator[Line]:
    fields, name, region = database.properties, database.logical_id, topology.stack.region
    kind = fields.text("StorageType")
    if kind not in _STANDARD_STORAGE:
        yield unpriced(
            DATABASE, f"Aurora with storage {kind}", name, problem=f"no price for {kind}"
        )
        return
    yield from _instances(topology, database, usage)
    yield priced(
        *(DATABASE, "Aurora storage", name),
        price=AURORA_STORAGE,
        region=region,
        quantity=usage.storage_gb,
        how=f"{usage.storage_gb:g} GB",
        by_usage=True,
    )
    yield priced(
        *(DATABASE, "Aurora I/O", name),
        price=AURORA_IO,
        region=region,
        quantity=usage.million_requests * usage.io_per_request,
        how=f"{usage.million_requests:g} million requests x {usage.io_per_request:g}",
        by_usage=True,
    )
    days = fields.number("BackupRetentionPeriod", 1)
    changed = usage.storage_gb * usage.changed_percent / 100
    yield priced(
        *(DATABASE, "Aurora backups", name),
        price=AURORA_BACKUP,
        region=region,
        quantity=changed * (days - 1),
        how=f"{changed:g} GB change a day x {days - 1:g} days beyond the free one",
        by_usage=True,
    )


def _instances(topology: Topology, database: Database, usage: Usage) -> Iterator[Line]:
    by_class: dict[str, list[str]] = {}
    by_interval: dict[float, list[str]] = {}
    for member in database.instances:
        fields = topology.stack.resources[member.logical_id].properties
        by_class.setdefault(fields.text("DBInstanceClass"), []).append(member.logical_id)
        days = fields.number("PerformanceInsightsRetentionPeriod")
        if fields.flag("EnablePerformanceInsights") and days > _FREE_INSIGHTS_DAYS:
            problem = f"no price for Performance Insights of {days:g} days"
            yield unpriced(DATABASE, "Performance Insights", member.logical_id, problem=problem)
        if seconds := fields.number("MonitoringInterval"):
            by_interval.setdefault(seconds, []).append(member.logical_id)
    for size, names in by_class.items():
        if size not in AURORA_POSTGRESQL:
            yield unpriced(DATABASE, size, *names, problem=f"no source has the price of {size}")
            continue
        yield priced(
            *(DATABASE, f"Aurora {size}", *names),
            price=AURORA_POSTGRESQL[size],
            region=topology.stack.region,
            quantity=len(names) * HOURS_PER_MONTH,
            how=f"{quantity(len(names), 'instance')} x {HOURS_PER_MONTH} hours",
        )
    for seconds, names in by_interval.items():
        # AWS charges it as logs, and documents no size: it depends on the processes.
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.overview.html
        times = SECONDS_PER_MONTH / seconds
        yield priced(
            *(DATABASE, "logs of Enhanced Monitoring", *names),
            price=LOG_INGESTION,
            region=topology.stack.region,
            quantity=len(names) * times * usage.monitoring_kb / KILOBYTES_PER_GB,
            how=f"{quantity(len(names), 'instance')} x {times:,.0f} times x "
            f"{usage.monitoring_kb:g} KB, without storage",
            by_usage=True,
        )
