"""Adds the IAM roles of the tasks: the execution role and the task role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs import ecr, rds_db, sts
from awacs import kms as key_actions
from awacs import logs as log_actions
from awacs import secretsmanager as secret_actions
from awacs import ssm as parameter_actions
from awacs.aws import (
    Allow,
    ArnLike,
    Condition,
    PolicyDocument,
    Principal,
    Statement,
    StringLike,
)
from troposphere import If, NoValue, Sub, iam

from payment_templates import naming
from payment_templates.option_tables import parameter_arns, secret_arns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .database import Database
    from .encryption import Encryption
    from .log_groups import LogGroups

# The database user for IAM authentication of the tasks, once it is granted rds_iam.
APPLICATION_USER = "payment_app"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The two roles of a task, and the policies that it needs before it starts."""

    execution_role: iam.Role
    task_role: iam.Role
    policies: tuple[iam.ManagedPolicy, ...]


def add_identity(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    log_groups: LogGroups,
    database: Database,
) -> Identity:
    """Add the execution role, the task role and their policies."""
    execution_role = _add_role(scope, "ExecutionRole", "execution")
    task_role = _add_role(scope, "TaskRole", "task")
    policies: list[iam.ManagedPolicy] = []
    # With a global database the tasks log in with IAM: none of them reads the master password.
    if not scope.options.global_database:
        policies.append(
            _add_policy(
                scope,
                "SecretPolicy",
                "secret",
                [execution_role, task_role],
                _read_secret(database, encryption),
            )
        )
    run = _add_policy(
        scope,
        "TaskPolicy",
        "task",
        [task_role],
        [_read_parameters(), _connect(database)],
    )
    # One unconditional policy: the service cannot depend on a resource that may not exist.
    start = _add_policy(
        scope,
        "ExecutionPolicy",
        "execution",
        [execution_role],
        [
            _write_logs(log_groups),
            *(
                If(conditions.has_repository, statement, NoValue)
                for statement in _pull_image(parameters)
            ),
            *_read_given_secrets(scope),
        ],
    )
    return Identity(
        execution_role=execution_role, task_role=task_role, policies=(*policies, run, start)
    )


def secret_arn(arn: str) -> Sub | str:
    """Return an ARN of the options file, which may contain pseudo parameters."""
    return Sub(arn) if "${" in arn else arn


def _add_role(scope: Scope, logical_id: str, purpose: str) -> iam.Role:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    trust = Statement(
        Effect=Allow,
        Principal=Principal("Service", "ecs-tasks.amazonaws.com"),
        Action=[sts.AssumeRole],
        Condition=Condition(
            ArnLike(
                "aws:SourceArn", Sub("arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:*")
            )
        ),
    )
    return scope.add(
        iam.Role(
            logical_id,
            RoleName=naming.physical_name("AWS::IAM::Role", purpose),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            Tags=naming.tags(f"{purpose}-role"),
        )
    )


def _add_policy(
    scope: Scope,
    logical_id: str,
    purpose: str,
    roles: list[iam.Role],
    statements: Sequence[Statement | If],
) -> iam.ManagedPolicy:
    return scope.add(
        iam.ManagedPolicy(
            logical_id,
            ManagedPolicyName=naming.physical_name("AWS::IAM::ManagedPolicy", purpose),
            Roles=[role.ref() for role in roles],
            # Not awacs' PolicyDocument, which does not accept Fn::If around a statement.
            PolicyDocument={"Version": "2012-10-17", "Statement": list(statements)},
        )
    )


def _read_secret(database: Database, encryption: Encryption) -> list[Statement]:
    return [
        Statement(
            Sid="ReadSecret",
            Effect=Allow,
            Action=[secret_actions.GetSecretValue],
            Resource=[database.secret.ref()],
        ),
        Statement(
            Sid="DecryptSecret",
            Effect=Allow,
            Action=[key_actions.Decrypt],
            Resource=[encryption.key.get_att("Arn")],
            Condition=Condition(StringLike("kms:ViaService", "secretsmanager.*")),
        ),
    ]


def _read_parameters() -> Statement:
    return Statement(
        Sid="ReadParameters",
        Effect=Allow,
        Action=[parameter_actions.GetParameter, parameter_actions.GetParameters],
        Resource=[naming.database_parameter_arns()],
    )


def _connect(database: Database) -> Statement:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
    arn = (
        "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}"
        f":dbuser:${{{database.cluster.title}.DBClusterResourceId}}/{APPLICATION_USER}"
    )
    return Statement(
        Sid="Connect",
        Effect=Allow,
        Action=[rds_db.connect],
        Resource=[Sub(arn)],
    )


def _write_logs(log_groups: LogGroups) -> Statement:
    return Statement(
        Sid="WriteLogs",
        Effect=Allow,
        Action=[log_actions.CreateLogStream, log_actions.PutLogEvents],
        Resource=[log_groups.application.get_att("Arn")],
    )


def _pull_image(parameters: Parameters) -> list[Statement]:
    return [
        Statement(
            Sid="PullImage",
            Effect=Allow,
            Action=[
                ecr.BatchCheckLayerAvailability,
                ecr.BatchGetImage,
                ecr.GetDownloadUrlForLayer,
            ],
            Resource=[parameters.container_repository_arn.ref()],
        ),
        # A token is for a registry, not for a repository: ECR allows no other resource here.
        Statement(
            Sid="GetToken",
            Effect=Allow,
            Action=[ecr.GetAuthorizationToken],
            Resource=["*"],
        ),
    ]


def _read_given_secrets(scope: Scope) -> list[Statement]:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    given = scope.options.secrets
    return [
        Statement(
            Sid=sid,
            Effect=Allow,
            Action=[action],
            Resource=[secret_arn(arn) for arn in arns],
        )
        for sid, action, arns in (
            ("ReadGivenSecrets", secret_actions.GetSecretValue, secret_arns(given)),
            ("ReadGivenParameters", parameter_actions.GetParameters, parameter_arns(given)),
        )
        if arns
    ]
