"""Ways to break the database."""

from __future__ import annotations

from tests.evidence.changes import cut, drop, put, turn
from tests.evidence.mutations.mutation import mutation

DATABASE = (
    mutation("a reader is removed", "three-database-instances", drop("DatabaseReader2")),
    mutation(
        "a reader stands beside the writer",
        "readers-stand-apart",
        put(
            "DatabaseReader1.Properties.AvailabilityZone",
            {"Fn::GetAtt": ["PrivateSubnetA", "AvailabilityZone"]},
        ),
    ),
    mutation(
        "the zone of a reader is left to RDS",
        "three-database-instances",
        cut("DatabaseReader1.Properties.AvailabilityZone"),
    ),
    mutation(
        "the cluster is MySQL",
        "database-fails-over",
        put("DatabaseCluster.Properties.Engine", "aurora-mysql"),
    ),
    mutation(
        "there is no reader",
        "writer-back-within-a-minute",
        drop("DatabaseReader1"),
        drop("DatabaseReader2"),
    ),
    mutation(
        "no backup is kept",
        "backups-kept",
        put("DatabaseCluster.Properties.BackupRetentionPeriod", 0),
    ),
    mutation(
        "the writer is public",
        "database-is-private",
        turn("DatabaseWriter.Properties.PubliclyAccessible"),
    ),
    mutation(
        "the database stands in a public subnet",
        "database-is-private",
        put("DatabaseSubnetGroup.Properties.SubnetIds.0", {"Ref": "PublicSubnetA"}),
    ),
    mutation(
        "the readers are made one after the other",
        "database-decides-creation-time",
        put("DatabaseReader2.DependsOn", ["DatabaseReader1"]),
    ),
    mutation(
        "the database is named by the engine's version",
        "no-update-replaces-state",
        put("DatabaseCluster.Properties.DatabaseName", {"Fn::Sub": "p${DBEngineVersion}"}),
    ),
)
