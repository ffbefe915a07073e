"""Ways to keep tasks from starting by what they run and what their role may do."""

from __future__ import annotations

from tests.evidence.changes import append, cut, drop, put
from tests.evidence.mutations.mutation import mutation

_READING = "SecretPolicy.Properties"
_READING_STATEMENTS = f"{_READING}.PolicyDocument.Statement"
_TRUST = "ExecutionRole.Properties.AssumeRolePolicyDocument.Statement.0"
_CONTAINERS = "TaskDefinition.Properties.ContainerDefinitions"
_KEY_STATEMENTS = "EncryptionKey.Properties.KeyPolicy.Statement"

PERMISSIONS = (
    mutation(
        "the execution role may not read the secret",
        "tasks-can-start",
        put(f"{_READING}.Roles", [{"Ref": "TaskRole"}]),
    ),
    mutation(
        "reading the secret is denied",
        "tasks-can-start",
        put(f"{_READING_STATEMENTS}.0.Effect", "Deny"),
    ),
    mutation(
        "another secret may be read",
        "tasks-can-start",
        put(f"{_READING_STATEMENTS}.0.Resource", ["arn:aws:secretsmanager:*:*:secret:another-*"]),
    ),
    mutation("the secret may not be decrypted", "tasks-can-start", cut(f"{_READING_STATEMENTS}.1")),
    mutation("the key is not for the account", "tasks-can-start", cut(f"{_KEY_STATEMENTS}.1")),
    mutation(
        "the key denies the execution role to decrypt",
        "tasks-can-start",
        append(
            _KEY_STATEMENTS,
            {
                "Effect": "Deny",
                "Principal": {"AWS": {"Fn::GetAtt": ["ExecutionRole", "Arn"]}},
                "Action": "kms:Decrypt",
                "Resource": "*",
            },
        ),
    ),
    mutation(
        "a policy of AWS that exists under another path",
        "tasks-can-start",
        drop("ExecutionPolicy"),
        put(
            "ExecutionRole.Properties.ManagedPolicyArns",
            ["arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy"],
        ),
    ),
    mutation("logs may not be written", "tasks-can-start", drop("ExecutionPolicy")),
    mutation(
        "there is no execution role",
        "tasks-can-start",
        cut("TaskDefinition.Properties.ExecutionRoleArn"),
    ),
    mutation(
        "ECS itself is trusted, not its tasks",
        "tasks-can-start",
        put(f"{_TRUST}.Principal.Service", "ecs.amazonaws.com"),
    ),
    mutation(
        "tasks of another account are trusted",
        "tasks-can-start",
        put(f"{_TRUST}.Condition.ArnLike", {"aws:SourceArn": "arn:aws:ecs:*:999999999999:*"}),
    ),
    mutation(
        "an asterisk that StringEquals compares as a character",
        "tasks-can-start",
        put(f"{_TRUST}.Condition", {"StringEquals": {"aws:SourceArn": "arn:aws:ecs:*"}}),
    ),
    mutation(
        "tasks of every account but one are trusted, and it is this one",
        "tasks-can-start",
        put(f"{_TRUST}.Condition", {"StringNotEquals": {"aws:SourceAccount": "111122223333"}}),
    ),
    mutation(
        "a private image may not be pulled",
        "tasks-can-start",
        put(
            "Parameters.ContainerImage.Default",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com/payment:1",
        ),
    ),
    mutation(
        "the secret has no such key",
        "tasks-can-start",
        put(f"{_CONTAINERS}.0.Secrets.1.ValueFrom", {"Fn::Sub": "${DatabaseSecret}:passwd::"}),
    ),
    mutation("there is no container", "survives-task-loss", put(_CONTAINERS, [])),
    mutation(
        "there is no task definition",
        "tasks-can-start",
        cut("Service.Properties.TaskDefinition"),
    ),
)
