"""Names the metrics that show which region writes, and how far the other one is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .metrics import Metric

if TYPE_CHECKING:
    from payment_templates.tiers.database import Database

# How far the storage of a secondary cluster is behind that of the primary one, in milliseconds; it
# may grow while the regions do not reach each other:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-secondary-availability.html
LAG = "AuroraGlobalDBProgressLag"


def connections_of_writer(database: Database) -> Metric:
    """Return the connections of the writer; a writer that is down sends no data."""
    return Metric(
        namespace="AWS/RDS",
        name="DatabaseConnections",
        dimensions={"DBClusterIdentifier": database.cluster.ref(), "Role": "WRITER"},
        statistic="Maximum",
    )


def replication_lag(database: Database) -> Metric:
    """Return the lag between the regions, which only the region without the writer has.

    "This metric is available only in secondary AWS Regions":
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
    """
    return Metric(
        namespace="AWS/RDS",
        name=LAG,
        dimensions={"DBClusterIdentifier": database.cluster.ref()},
        statistic="Maximum",
    )
