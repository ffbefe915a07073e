"""Adds the application: a Fargate service with its tasks spread over the zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import AWS_REGION, If, NoValue, Ref, Sub, ecs

from payment_templates import naming

from .database import DATABASE_NAME
from .identity import APPLICATION_USER, secret_arn
from .security import POSTGRES_PORT

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .database import Database
    from .encryption import Encryption
    from .identity import Identity
    from .load_balancer import LoadBalancer
    from .log_groups import LogGroups
    from .network import Network
    from .security import Security

CONTAINER = "application"
# Time for a new task to start before failed health checks count.
GRACE_PERIOD_SECONDS = 60
# For PID files and buffers; it counts towards the task's memory.
TMP_MIB = 64
# A volume would belong to root with mode 0755; a tmpfs has mode 1777. Fargate supports tmpfs since
# January 2026:
# https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
TMP_OPTIONS = ("nosuid", "nodev", "noexec")


@dataclass(frozen=True, kw_only=True)
class Compute:
    """The ECS cluster and its service."""

    cluster: ecs.Cluster
    service: ecs.Service


def add_compute(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    log_groups: LogGroups,
    network: Network,
    security: Security,
    database: Database,
    identity: Identity,
    load_balancer: LoadBalancer,
) -> Compute:
    """Add the cluster, the task definition and the service."""
    cluster = _add_cluster(scope, encryption, log_groups)
    definition = _add_task_definition(
        scope,
        parameters=parameters,
        conditions=conditions,
        identity=identity,
        database=database,
        log_groups=log_groups,
    )
    service = scope.add(
        ecs.Service(
            "Service",
            DependsOn=[
                dependency.title
                for dependency in (
                    *network.private_routes,
                    security.requests,
                    security.database,
                    load_balancer.http_listener,
                    *identity.policies,
                    database.writer,
                )
            ],
            **_no_shell(scope),
            ServiceName=naming.physical_name("AWS::ECS::Service", "service"),
            Cluster=cluster.ref(),
            TaskDefinition=definition.ref(),
            LaunchType="FARGATE",
            **_desired_count(scope),
            AvailabilityZoneRebalancing="ENABLED",
            DeploymentConfiguration=_rolling_update(),
            HealthCheckGracePeriodSeconds=GRACE_PERIOD_SECONDS,
            NetworkConfiguration=_private(network, security),
            LoadBalancers=[
                ecs.LoadBalancer(
                    ContainerName=CONTAINER,
                    ContainerPort=parameters.container_port.ref(),
                    TargetGroupArn=load_balancer.target_group.ref(),
                )
            ],
            PropagateTags="SERVICE",
            Tags=naming.tags("service"),
        )
    )
    return Compute(cluster=cluster, service=service)


def _no_shell(scope: Scope) -> dict[str, Any]:
    # ECS Exec. Set explicitly, so that switching it on is drift.
    return {"EnableExecuteCommand": False} if scope.options.restrict_container else {}


def _desired_count(scope: Scope) -> dict[str, Any]:
    if not scope.options.scales:
        return {"DesiredCount": scope.options.tasks}
    # Every update of the service would reset the number of tasks to the template's. Without it, an
    # update keeps the number, and a creation starts one task, which the scalable target raises to
    # its minimum:
    # https://github.com/aws/containers-roadmap/issues/493
    return {}


def _add_cluster(scope: Scope, encryption: Encryption, log_groups: LogGroups) -> ecs.Cluster:
    return scope.add(
        ecs.Cluster(
            "Cluster",
            # The ephemeral disks of the tasks, which hold the image layers.
            Configuration=ecs.ClusterConfiguration(
                ManagedStorageConfiguration=ecs.ManagedStorageConfiguration(
                    FargateEphemeralStorageKmsKeyId=encryption.key.ref()
                )
            ),
            DependsOn=[log_groups.container_insights.title],
            ClusterName=naming.ecs_cluster_name(),
            ClusterSettings=[ecs.ClusterSetting(Name="containerInsights", Value="enabled")],
            Tags=naming.tags(naming.ECS_CLUSTER),
        )
    )


def _add_task_definition(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    identity: Identity,
    database: Database,
    log_groups: LogGroups,
) -> ecs.TaskDefinition:
    return scope.add(
        ecs.TaskDefinition(
            "TaskDefinition",
            Family=naming.physical_name("AWS::ECS::TaskDefinition", "task"),
            RequiresCompatibilities=["FARGATE"],
            NetworkMode="awsvpc",
            Cpu=str(scope.options.task_cpu),
            Memory=str(scope.options.task_memory_mib),
            ExecutionRoleArn=identity.execution_role.get_att("Arn"),
            TaskRoleArn=identity.task_role.get_att("Arn"),
            ContainerDefinitions=[_container(scope, parameters, conditions, database, log_groups)],
            Tags=naming.tags("task"),
        )
    )


def _container(
    scope: Scope,
    parameters: Parameters,
    conditions: Conditions,
    database: Database,
    log_groups: LogGroups,
) -> ecs.ContainerDefinition:
    port = parameters.container_port.ref()
    return ecs.ContainerDefinition(
        Name=CONTAINER,
        Image=parameters.container_image.ref(),
        User=If(conditions.has_user, parameters.container_user.ref(), NoValue),
        **_memory_limit(scope),
        ReadonlyRootFilesystem=True,
        LinuxParameters=ecs.LinuxParameters(
            **_no_capabilities(scope),
            Tmpfs=[
                ecs.Tmpfs(
                    ContainerPath="/tmp",  # noqa: S108 - in the container.
                    Size=TMP_MIB,
                    MountOptions=list(TMP_OPTIONS),
                )
            ],
        ),
        PortMappings=[ecs.PortMapping(ContainerPort=port)],
        Environment=[
            ecs.Environment(Name="PORT", Value=port),
            ecs.Environment(Name="DB_HOST", Value=database.writer_endpoint),
            ecs.Environment(Name="DB_READER_HOST", Value=database.reader_endpoint),
            ecs.Environment(Name="DB_PORT", Value=str(POSTGRES_PORT)),
            ecs.Environment(Name="DB_NAME", Value=DATABASE_NAME),
            *_login(scope),
            *(ecs.Environment(Name=name, Value=value) for name, value in scope.options.environment),
        ],
        **_secrets(scope, database),
        LogConfiguration=ecs.LogConfiguration(
            LogDriver="awslogs",
            Options={
                "awslogs-group": log_groups.application.ref(),
                "awslogs-region": Ref(AWS_REGION),
                "awslogs-stream-prefix": CONTAINER,
                # Drops lines instead of blocking the application when CloudWatch Logs does not
                # respond. Without it an account setting decides.
                "mode": "non-blocking",
            },
        ),
    )


def _memory_limit(scope: Scope) -> dict[str, Any]:
    # The container is alone in its task: all of the memory is its own, and /tmp counts towards it.
    if not scope.options.restrict_container:
        return {}
    return {"Memory": scope.options.task_memory_mib}


def _no_capabilities(scope: Scope) -> dict[str, Any]:
    if not scope.options.restrict_container:
        return {}
    return {
        # Fargate supports dropping all: botocore ecs, LinuxParameters.capabilities.
        "Capabilities": ecs.KernelCapabilities(Drop=["ALL"]),
        # Passes signals on and reaps processes, also for an application that does neither.
        "InitProcessEnabled": True,
    }


def _login(scope: Scope) -> list[ecs.Environment]:
    # The user moves with the data, and a token is made where the task runs. The secret is only in
    # the home region, and has the password of the administrator.
    if not scope.options.global_database:
        return []
    return [
        ecs.Environment(Name="DB_USERNAME", Value=APPLICATION_USER),
        ecs.Environment(Name="DB_AUTH", Value="iam"),
    ]


def _secrets(scope: Scope, database: Database) -> dict[str, Any]:
    password = (
        []
        if scope.options.global_database
        else [
            _secret(database, "DB_USERNAME", "username"),
            _secret(database, "DB_PASSWORD", "password"),
        ]
    )
    given = [
        ecs.Secret(Name=name, ValueFrom=secret_arn(arn)) for name, arn in scope.options.secrets
    ]
    secrets = [*password, *given]
    return {"Secrets": secrets} if secrets else {}


def _secret(database: Database, variable: str, key: str) -> ecs.Secret:
    # ARN, key and no version, which means the current one.
    return ecs.Secret(Name=variable, ValueFrom=Sub(f"${{{database.secret.title}}}:{key}::"))


def _rolling_update() -> ecs.DeploymentConfiguration:
    return ecs.DeploymentConfiguration(
        MinimumHealthyPercent=100,
        MaximumPercent=200,
        DeploymentCircuitBreaker=ecs.DeploymentCircuitBreaker(Enable=True, Rollback=True),
    )


def _private(network: Network, security: Security) -> ecs.NetworkConfiguration:
    return ecs.NetworkConfiguration(
        AwsvpcConfiguration=ecs.AwsvpcConfiguration(
            AssignPublicIp="DISABLED",
            Subnets=[subnet.ref() for subnet in network.private_subnets],
            SecurityGroups=[security.application.ref()],
        )
    )
