"""Ways to break deletion, names and policies."""

from __future__ import annotations

from tests.evidence.changes import append, cut, drop, put, turn
from tests.evidence.mutations.mutation import mutation

_ADMINISTRATOR = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}
_TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement.0"


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
        "tasks may do everything in SSM",
        "wildcards-have-a-reason",
        put("TaskPolicy.Properties.PolicyDocument.Statement.0.Action", ["ssm:*"]),
    ),
    mutation(
        "tasks may read every secret",
        "wildcards-have-a-reason",
        put("SecretPolicy.Properties.PolicyDocument.Statement.0.Resource", ["*"]),
    ),
    mutation(
        "tasks are administrators",
        "wildcards-have-a-reason",
        put("TaskRole.Properties.ManagedPolicyArns", [_ADMINISTRATOR]),
    ),
    mutation(
        "tasks may do all but IAM",
        "wildcards-have-a-reason",
        append(
            "TaskPolicy.Properties.PolicyDocument.Statement",
            {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["arn:aws:ssm:::parameter/a"]},
        ),
    ),
    *(
        mutation(
            f"tasks may use {resource}",
            "wildcards-have-a-reason",
            put("TaskPolicy.Properties.PolicyDocument.Statement.0.Resource", [resource]),
        )
        for resource in (
            "arn:*",
            "arn:aws:secretsmanager:*:*:*",
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:secretsmanager:us-east-1:111122223333:secret:*",
        )
    ),
    mutation(
        "the key allows every action in other letters",
        "wildcards-have-a-reason",
        put("EncryptionKey.Properties.KeyPolicy.Statement.0.Action", ["kms:?*"]),
    ),
    mutation(
        "anyone may be the task under a condition that always holds",
        "wildcards-have-a-reason",
        put(
            _TRUST,
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringNotEquals": {"aws:x": "1"}},
            },
        ),
    ),
    mutation(
        "anyone but one may be the task",
        "wildcards-have-a-reason",
        put(
            _TRUST,
            {
                "Effect": "Allow",
                "NotPrincipal": {"AWS": "arn:aws:iam::999999999999:root"},
                "Action": "sts:AssumeRole",
            },
        ),
    ),
    mutation(
        "anyone may read the secret by its own policy",
        "wildcards-have-a-reason",
        put(
            "SecretAccess",
            {
                "Type": "AWS::SecretsManager::ResourcePolicy",
                "Properties": {
                    "SecretId": {"Ref": "DatabaseSecret"},
                    "ResourcePolicy": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "secretsmanager:GetSecretValue",
                                "Resource": {"Ref": "DatabaseSecret"},
                            }
                        ]
                    },
                },
            },
        ),
    ),
    mutation("no output leads to the dashboard", "outputs-for-tests", cut("Outputs.DashboardName")),
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
