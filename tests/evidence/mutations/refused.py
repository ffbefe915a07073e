"""Ways to write what AWS would not create."""

from __future__ import annotations

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import mutation

REFUSED = (
    mutation(
        "two subnets overlap",
        "valid-template",
        put("PrivateSubnetC.Properties.CidrBlock", "10.0.12.0/24"),
    ),
    mutation(
        "a subnet is outside its network",
        "valid-template",
        put("PrivateSubnetC.Properties.CidrBlock", "10.9.12.0/24"),
    ),
    mutation(
        "targets are checked every second",
        "valid-template",
        put("TargetGroup.Properties.HealthCheckIntervalSeconds", 1),
    ),
    mutation(
        "a check may take longer than its interval",
        "valid-template",
        put("TargetGroup.Properties.HealthCheckTimeoutSeconds", 10),
    ),
    mutation(
        "the database has one subnet",
        "valid-template",
        put("DatabaseSubnetGroup.Properties.SubnetIds", [{"Ref": "PrivateSubnetA"}]),
    ),
    mutation(
        "the writer is where the database has no subnet",
        "valid-template",
        put(
            "DatabaseWriter.Properties.AvailabilityZone",
            {"Fn::Select": [3, {"Fn::GetAZs": ""}]},
        ),
    ),
    mutation(
        "a reader has another engine",
        "valid-template",
        put("DatabaseReader1.Properties.Engine", "postgres"),
    ),
    mutation(
        "backups are kept for too long",
        "valid-template",
        put("DatabaseCluster.Properties.BackupRetentionPeriod", 36),
    ),
    mutation(
        "tasks on Fargate have the network of a bridge",
        "valid-template",
        put("TaskDefinition.Properties.NetworkMode", "bridge"),
    ),
    mutation(
        "two instances have one name",
        "valid-template",
        put(
            "DatabaseReader1.Properties.DBInstanceIdentifier",
            {"Fn::Sub": "payment-aurora-1-${EnvironmentSuffix}"},
        ),
    ),
    mutation(
        "the load balancer has a name that AWS keeps",
        "valid-template",
        put("LoadBalancer.Properties.Name", {"Fn::Sub": "internal-${EnvironmentSuffix}"}),
    ),
)
