"""Ways to start tasks that end at once, never start, or are not deployed as promised."""

from __future__ import annotations

from tests.evidence.changes import append, put
from tests.evidence.mutations.mutation import mutation

_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_PRINCIPAL = "Properties.AssumeRolePolicyDocument.Statement.0.Principal"
_LAMBDA = {"Service": "lambda.amazonaws.com"}
_ROLE_OF_LAMBDA = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [{"Effect": "Allow", "Principal": _LAMBDA, "Action": "sts:AssumeRole"}]
        }
    },
}
_MONITORED = (
    put("MonitoringRole", _ROLE_OF_LAMBDA),
    put("DatabaseWriter.Properties.MonitoringInterval", 60),
    put("DatabaseWriter.Properties.MonitoringRoleArn", {"Fn::GetAtt": ["MonitoringRole", "Arn"]}),
)
_OF_ANOTHER_ACCOUNT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
    "Action": "sts:AssumeRole",
}

PLATFORM = (
    mutation(
        "platform version 1.3.0 has no keys of secrets",
        "tasks-can-start",
        put("Service.Properties.PlatformVersion", "1.3.0"),
    ),
    mutation(
        "the task role trusts another service",
        "tasks-can-start",
        put(f"TaskRole.{_PRINCIPAL}", _LAMBDA),
    ),
    mutation(
        "ECS may not assume the task role",
        "services-can-assume-their-roles",
        put(f"TaskRole.{_PRINCIPAL}", _LAMBDA),
    ),
    mutation(
        "ECS may not assume the execution role",
        "services-can-assume-their-roles",
        put(f"ExecutionRole.{_PRINCIPAL}", _LAMBDA),
    ),
    mutation(
        "ECS may get the role of another account alone",
        "services-can-assume-their-roles",
        put(
            "TaskRole.Properties.AssumeRolePolicyDocument.Statement.0.Condition",
            {"StringEquals": {"aws:SourceAccount": "999988887777"}},
        ),
    ),
    mutation(
        "RDS may not assume the role that it monitors with",
        "services-can-assume-their-roles",
        *_MONITORED,
    ),
    mutation(
        "another account may be the task",
        "no-other-account-is-trusted",
        append("TaskRole.Properties.AssumeRolePolicyDocument.Statement", _OF_ANOTHER_ACCOUNT),
    ),
    mutation(
        "anyone may be the task",
        "wildcards-have-a-reason",
        append(
            "TaskRole.Properties.AssumeRolePolicyDocument.Statement",
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ),
    ),
    mutation(
        "CodeDeploy deploys",
        "rolling-update",
        put("Service.Properties.DeploymentController", {"Type": "CODE_DEPLOY"}),
    ),
    mutation(
        "something else deploys",
        "rolling-update",
        put("Service.Properties.DeploymentController", {"Type": "EXTERNAL"}),
    ),
    mutation(
        "a deployment is blue and green",
        "rolling-update",
        put("Service.Properties.DeploymentConfiguration.Strategy", "BLUE_GREEN"),
    ),
    mutation(
        "the container's check asks a port that nothing opens",
        "tasks-can-start",
        put(
            f"{_CONTAINER}.HealthCheck",
            {"Command": ["CMD-SHELL", "curl -f http://localhost:9999/health || exit 1"]},
        ),
    ),
    mutation(
        "logs go to a region without the log group",
        "tasks-can-start",
        put(f"{_CONTAINER}.LogConfiguration.Options.awslogs-region", "eu-west-1"),
    ),
    mutation(
        "tasks wait for instances that the cluster does not have",
        "tasks-can-start",
        put("Service.Properties.LaunchType", "EC2"),
    ),
    mutation(
        "the key waits for key material",
        "encrypted-at-rest",
        put("EncryptionKey.Properties.Origin", "EXTERNAL"),
    ),
)
