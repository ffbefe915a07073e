"""Makes a global database of two regions, and a stack in each that names it."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.running import EAST, NAME, SUFFIX, WEST

# The outputs and parameters of a stack with a global database, without the database itself.
PAIR = Path(__file__).parent / "templates" / "pair.json"
# The database itself: a cluster with an instance in each region, and the global cluster at home.
SHARED = PAIR.with_name("shared_database.json")
GLOBAL = f"payment-global-{SUFFIX}"
VERSION = "15.18"


def cluster_in(region: str) -> str:
    """Return the name of a region's cluster, which differs from that of the other region."""
    return f"payment-aurora-cluster-{SUFFIX}-{region}"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A database that us-east-1 created, and its copy in us-west-2."""

    aws: EmbeddedAws

    def rds(self, region: str) -> Any:
        """Return the RDS client of a region."""
        return self.aws.client("rds", region)

    def shown(self, region: str = WEST) -> Any:
        """Describe the global cluster as a region does."""
        return self.rds(region).describe_global_clusters(GlobalClusterIdentifier=GLOBAL)[
            "GlobalClusters"
        ][0]

    def writer(self, region: str = WEST) -> str:
        """Return the region that writes."""
        members = self.shown(region)["GlobalClusterMembers"]
        (arn,) = [one["DBClusterArn"] for one in members if one["IsWriter"]]
        return str(arn.split(":")[3])

    def cluster(self, region: str) -> Any:
        """Describe the cluster of a region."""
        return self.rds(region).describe_db_clusters(DBClusterIdentifier=cluster_in(region))[
            "DBClusters"
        ][0]

    def arn(self, region: str) -> str:
        """Return the ARN of a region's cluster."""
        return f"arn:aws:rds:{region}:{self.aws.account}:cluster:{cluster_in(region)}"

    def publish_lag(self, *, milliseconds: float) -> None:
        """Publish a replication lag of the western cluster."""
        self.aws.client("cloudwatch", WEST).put_metric_data(
            Namespace="AWS/RDS",
            MetricData=[
                {
                    "MetricName": "AuroraGlobalDBRPOLag",
                    "Dimensions": [
                        {"Name": "DBClusterIdentifier", "Value": cluster_in(WEST)},
                        {"Name": "SourceRegion", "Value": EAST},
                    ],
                    "Value": milliseconds,
                    "Unit": "Milliseconds",
                    # Later than what the embedded AWS publishes by itself, once a minute.
                    "Timestamp": datetime.now(UTC) + timedelta(seconds=55),
                }
            ],
        )

    def bound_loss(self, region: str, *, seconds: int) -> str:
        """Set rds.global_db_rpo of a region's cluster; returns its parameter group."""
        name, client = "payment-parameters", self.rds(region)
        client.create_db_cluster_parameter_group(
            DBClusterParameterGroupName=name,
            DBParameterGroupFamily="aurora-postgresql15",
            Description="test",
        )
        client.modify_db_cluster_parameter_group(
            DBClusterParameterGroupName=name,
            Parameters=[
                {
                    "ParameterName": "rds.global_db_rpo",
                    "ParameterValue": str(seconds),
                    "ApplyMethod": "immediate",
                }
            ],
        )
        client.modify_db_cluster(
            DBClusterIdentifier=cluster_in(region),
            DBClusterParameterGroupName=name,
            ApplyImmediately=True,
        )
        return name


def make_pair(aws: EmbeddedAws, *, stacks: Mapping[str, Mapping[str, str]] | None = None) -> Pair:
    """Create the database in both regions, and a stack in each with the given parameters."""
    pair = Pair(aws=aws)
    _add_cluster(pair, EAST, MasterUsername="admin_user", MasterUserPassword="Password123")
    pair.rds(EAST).create_global_cluster(
        GlobalClusterIdentifier=GLOBAL, SourceDBClusterIdentifier=pair.arn(EAST)
    )
    _add_cluster(pair, WEST, GlobalClusterIdentifier=GLOBAL)
    for region, parameters in (stacks or {EAST: {}, WEST: {}}).items():
        aws.client("cloudformation", region).create_stack(
            StackName=NAME,
            TemplateBody=PAIR.read_text(),
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in {"EnvironmentSuffix": SUFFIX, **parameters}.items()
            ],
        )
    return pair


def wait_until_idle(pair: Pair) -> None:
    """Wait until no move is running, and every region follows the one that writes."""
    while True:
        shown = pair.shown()
        following = {one["SynchronizationStatus"] for one in shown["GlobalClusterMembers"]}
        if shown["Status"] == "available" and following == {"connected"}:
            return
        time.sleep(0.05)


def _add_cluster(pair: Pair, region: str, **properties: str) -> None:
    client = pair.rds(region)
    client.create_db_cluster(
        DBClusterIdentifier=cluster_in(region),
        Engine="aurora-postgresql",
        EngineVersion=VERSION,
        **properties,
    )
    for number in (1, 2):
        client.create_db_instance(
            DBInstanceIdentifier=f"payment-aurora-{number}-{SUFFIX}",
            DBClusterIdentifier=cluster_in(region),
            DBInstanceClass="db.r6g.large",
            Engine="aurora-postgresql",
        )
