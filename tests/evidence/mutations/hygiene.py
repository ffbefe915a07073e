"""Ways to break deletion, secrets, names and policies."""

from __future__ import annotations

from tests.evidence.changes import cut, drop, put, turn
from tests.evidence.mutations.mutation import mutation

_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"

HYGIENE = (
    mutation(
        "a log group is retained",
        "deletion-policies",
        put("ApplicationLogGroup.DeletionPolicy", "Retain"),
    ),
    mutation(
        "the cluster leaves a snapshot", "deletion-policies", cut("DatabaseCluster.DeletionPolicy")
    ),
    mutation(
        "the cluster is protected",
        "nothing-outlives-stack",
        turn("DatabaseCluster.Properties.DeletionProtection"),
    ),
    mutation("Aurora makes its own log group", "nothing-outlives-stack", drop("DatabaseLogGroup")),
    mutation(
        "the topic is not encrypted",
        "encrypted-at-rest",
        cut("AlertTopic.Properties.KmsMasterKeyId"),
    ),
    mutation(
        "the database is not encrypted",
        "encrypted-at-rest",
        turn("DatabaseCluster.Properties.StorageEncrypted"),
    ),
    mutation(
        "the key is not rotated",
        "encrypted-at-rest",
        turn("EncryptionKey.Properties.EnableKeyRotation"),
    ),
    mutation(
        "the topic has no suffix",
        "names-carry-suffix",
        put("AlertTopic.Properties.TopicName", "payment-alerts"),
    ),
    mutation(
        "the load balancer's name is too long",
        "names-within-limits",
        put(
            "LoadBalancer.Properties.Name",
            {"Fn::Sub": "payment-load-balancer-${EnvironmentSuffix}"},
        ),
    ),
    mutation(
        "the password is echoed", "secrets-not-in-clear", cut("Parameters.DBMasterPassword.NoEcho")
    ),
    mutation(
        "the password is in the environment",
        "secrets-not-in-clear",
        put(f"{_CONTAINER}.Environment.0.Value", {"Ref": "DBMasterPassword"}),
    ),
    mutation(
        "the password stands in the template",
        "secrets-not-in-clear",
        put("DatabaseCluster.Properties.MasterUserPassword", "correct-horse"),
    ),
    mutation(
        "tasks may do everything in SSM",
        "wildcards-have-a-reason",
        put("TaskPolicy.Properties.PolicyDocument.Statement.0.Action", ["ssm:*"]),
    ),
    mutation(
        "tasks may read every secret",
        "wildcards-have-a-reason",
        put("SecretPolicy.Properties.PolicyDocument.Statement.0.Resource", ["*"]),
    ),
    mutation("no output leads to the dashboard", "outputs-for-tests", cut("Outputs.DashboardName")),
    mutation("the template is too long", "valid-template", put("Metadata.Padding", "x" * 51_200)),
    mutation(
        "deleting the cluster leaves a snapshot",
        "nothing-outlives-stack",
        put("DatabaseCluster.DeletionPolicy", "Snapshot"),
    ),
    mutation(
        "the key is retained",
        "nothing-outlives-stack",
        put("EncryptionKey.DeletionPolicy", "Retain"),
    ),
    mutation(
        "the cluster is protected in other letters",
        "nothing-outlives-stack",
        put("DatabaseCluster.Properties.DeletionProtection", "True"),
    ),
    mutation(
        "enhanced monitoring makes its log group",
        "nothing-outlives-stack",
        put("DatabaseWriter.Properties.MonitoringInterval", 60),
    ),
    mutation(
        "a flow log makes its log group",
        "nothing-outlives-stack",
        put(
            "FlowLog",
            {"Type": "AWS::EC2::FlowLog", "Properties": {"LogGroupName": "/vpc/flows"}},
        ),
    ),
    mutation(
        "a user has one name in both regions",
        "names-unique-across-regions",
        put(
            "Operator",
            {
                "Type": "AWS::IAM::User",
                "Properties": {"UserName": {"Fn::Sub": "payment-${EnvironmentSuffix}"}},
            },
        ),
    ),
)
