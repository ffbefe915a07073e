"""Ways to write what AWS would not create."""

from __future__ import annotations

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import mutation

_WINDOWS_ON_ARM = {
    "OperatingSystemFamily": "WINDOWS_SERVER_2022_CORE",
    "CpuArchitecture": "ARM64",
}

REFUSED = (
    mutation(
        "a policy of AWS without its path",
        "valid-template",
        put(
            "ExecutionRole.Properties.ManagedPolicyArns",
            ["arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy"],
        ),
    ),
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
    *(
        mutation(title, claim, *changes)
        for claim in ("valid-template", "tasks-can-start")
        for title, *changes in (
            (
                f"Fargate has no task of 256 CPU units and 4 GB: {claim}",
                put("TaskDefinition.Properties.Memory", "4096"),
            ),
            (
                f"Fargate has no task of half a gigabyte and 1 vCPU: {claim}",
                put("TaskDefinition.Properties.Cpu", "1 vCPU"),
                put("TaskDefinition.Properties.Memory", "0.5 GB"),
            ),
            (
                f"Fargate has no task of 300 CPU units: {claim}",
                put("TaskDefinition.Properties.Cpu", 300),
            ),
            (
                f"Windows does not run on ARM64: {claim}",
                put("TaskDefinition.Properties.Cpu", 1024),
                put("TaskDefinition.Properties.Memory", 2048),
                put("TaskDefinition.Properties.RuntimePlatform", _WINDOWS_ON_ARM),
            ),
            (
                f"the disk of a task is too small to be stated: {claim}",
                put("TaskDefinition.Properties.EphemeralStorage", {"SizeInGiB": 20}),
            ),
        )
    ),
    mutation(
        "a daemon on Fargate",
        "valid-template",
        put("Service.Properties.SchedulingStrategy", "DAEMON"),
    ),
    mutation(
        "the parameter group is of an older version",
        "valid-template",
        put("DatabaseParameterGroup.Properties.Family", "aurora-postgresql14"),
    ),
    mutation(
        "the parameter group is of another engine",
        "valid-template",
        put("DatabaseParameterGroup.Properties.Family", "postgres15"),
    ),
    mutation(
        "the cluster is serverless and has instances",
        "valid-template",
        put("DatabaseCluster.Properties.EngineMode", "serverless"),
    ),
    mutation(
        "an engine mode that is gone",
        "valid-template",
        put("DatabaseCluster.Properties.EngineMode", "multimaster"),
    ),
)
