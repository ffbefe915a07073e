"""Names the metrics that show which region writes, and how far the other one is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import If

from .metrics import Metric

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
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


def replication_lags(
    parameters: Parameters, conditions: Conditions, database: Database
) -> dict[str, Metric]:
    """Return the lag between the regions, which only the region without the writer has.

    "This metric is available only in secondary AWS Regions":
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html

    Two, of which one has data: Aurora's list of dimensions has DBClusterIdentifier and SourceRegion
    each alone, and its labs find the metric under both together.
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
    https://awsauroralabsmy.com/global/cw/
    """
    home, second = parameters.database_home_region, parameters.second_region
    if not (home and second and conditions.is_database_home):
        return {}
    cluster = {"DBClusterIdentifier": database.cluster.ref()}
    source = {"SourceRegion": If(conditions.is_database_home, second.ref(), home.ref())}
    return {
        name: Metric(namespace="AWS/RDS", name=LAG, dimensions=dimensions, statistic="Maximum")
        for name, dimensions in (("lag", cluster), ("lagOfSource", cluster | source))
    }
