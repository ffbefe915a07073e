"""The application: a Fargate service, as many tasks in every zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs.aws import Allow, PolicyDocument, Statement
from awacs.logs import CreateLogStream, PutLogEvents
from troposphere import AWS_REGION, If, Ref, Sub, ecs, iam, logs

from payment_templates import naming

from .database import DATABASE_NAME
from .security import POSTGRES_PORT

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .database import Database
    from .encryption import Encryption
    from .identity import Identity
    from .load_balancer import LoadBalancer
    from .network import Network
    from .security import Security

CONTAINER = "application"
# A new task may take this long to answer before the load balancer's verdict counts.
GRACE_PERIOD_SECONDS = 60
# For PID files and buffers; it counts against the task's memory.
TMP_MIB = 64
# A volume would belong to root, with mode 0755; a tmpfs is everybody's, as Linux makes it. Fargate
# takes one since January 2026:
# https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
TMP_OPTIONS = ("nosuid", "nodev", "noexec")


@dataclass(frozen=True, kw_only=True)
class Compute:
    """The cluster and the service that it runs."""

    cluster: ecs.Cluster
    service: ecs.Service
    log_group: logs.LogGroup


def add_compute(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    encryption: Encryption,
    network: Network,
    security: Security,
    database: Database,
    identity: Identity,
    load_balancer: LoadBalancer,
) -> Compute:
    """Add the cluster, the task definition and the service."""
    cluster = _add_cluster(scope, encryption)
    log_group = _add_log_group(
        scope, encryption, "ApplicationLogGroup", "application-logs", naming.application_log_group()
    )
    log_policy = _add_log_policy(scope, identity, log_group)
    definition = _add_task_definition(scope, parameters, identity, database, log_group)
    service = scope.add(
        ecs.Service(
            "Service",
            DependsOn=[
                waited_for.title
                for waited_for in (
                    *network.private_routes,
                    *security.rules,
                    load_balancer.http_listener,
                    *identity.policies,
                    log_policy,
                    database.writer,
                )
            ],
            # DependsOn takes no resource that may be absent; a reference waits for it as well.
            Metadata={"WaitsFor": If(conditions.has_repository, identity.image_policy.ref(), "")},
            ServiceName=naming.physical_name("AWS::ECS::Service", "service"),
            Cluster=cluster.ref(),
            TaskDefinition=definition.ref(),
            LaunchType="FARGATE",
            DesiredCount=scope.options.tasks,
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
    return Compute(cluster=cluster, service=service, log_group=log_group)


def _add_cluster(scope: Scope, encryption: Encryption) -> ecs.Cluster:
    # Container Insights would make it, without a key, and it would outlive the stack.
    log_group = _add_log_group(
        scope,
        encryption,
        "InsightsLogGroup",
        "insights-logs",
        naming.container_insights_log_group(),
    )
    return scope.add(
        ecs.Cluster(
            "Cluster",
            DependsOn=[log_group.title],
            ClusterName=naming.physical_name("AWS::ECS::Cluster", naming.ECS_CLUSTER),
            ClusterSettings=[ecs.ClusterSetting(Name="containerInsights", Value="enabled")],
            Tags=naming.tags(naming.ECS_CLUSTER),
        )
    )


def _add_log_group(
    scope: Scope, encryption: Encryption, logical_id: str, thing: str, name: Sub
) -> logs.LogGroup:
    return scope.add(
        logs.LogGroup(
            logical_id,
            LogGroupName=name,
            RetentionInDays=scope.options.log_days,
            KmsKeyId=encryption.key.get_att("Arn"),
            Tags=naming.tags(thing),
        )
    )


def _add_log_policy(
    scope: Scope, identity: Identity, log_group: logs.LogGroup
) -> iam.ManagedPolicy:
    statement = Statement(
        Sid="WriteLogs",
        Effect=Allow,
        Action=[CreateLogStream, PutLogEvents],
        Resource=[log_group.get_att("Arn")],
    )
    return scope.add(
        iam.ManagedPolicy(
            "LogPolicy",
            ManagedPolicyName=naming.physical_name("AWS::IAM::ManagedPolicy", "logs"),
            Roles=[identity.execution_role.ref()],
            PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[statement]),
        )
    )


def _add_task_definition(
    scope: Scope,
    parameters: Parameters,
    identity: Identity,
    database: Database,
    log_group: logs.LogGroup,
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
            ContainerDefinitions=[_container(parameters, database, log_group)],
            Tags=naming.tags("task"),
        )
    )


def _container(
    parameters: Parameters, database: Database, log_group: logs.LogGroup
) -> ecs.ContainerDefinition:
    port = parameters.container_port.ref()
    return ecs.ContainerDefinition(
        Name=CONTAINER,
        Image=parameters.container_image.ref(),
        ReadonlyRootFilesystem=True,
        LinuxParameters=ecs.LinuxParameters(
            Tmpfs=[
                ecs.Tmpfs(
                    ContainerPath="/tmp",  # noqa: S108 - the container's own.
                    Size=TMP_MIB,
                    MountOptions=list(TMP_OPTIONS),
                )
            ],
        ),
        PortMappings=[ecs.PortMapping(ContainerPort=port)],
        Environment=[
            ecs.Environment(Name="PORT", Value=port),
            ecs.Environment(Name="DB_HOST", Value=database.cluster.get_att("Endpoint.Address")),
            ecs.Environment(
                Name="DB_READER_HOST", Value=database.cluster.get_att("ReadEndpoint.Address")
            ),
            ecs.Environment(Name="DB_PORT", Value=str(POSTGRES_PORT)),
            ecs.Environment(Name="DB_NAME", Value=DATABASE_NAME),
        ],
        Secrets=[
            _secret(database, "DB_USERNAME", "username"),
            _secret(database, "DB_PASSWORD", "password"),
        ],
        LogConfiguration=ecs.LogConfiguration(
            LogDriver="awslogs",
            Options={
                "awslogs-group": log_group.ref(),
                "awslogs-region": Ref(AWS_REGION),
                "awslogs-stream-prefix": CONTAINER,
            },
        ),
    )


def _secret(database: Database, variable: str, key: str) -> ecs.Secret:
    # ARN, key, and no version: the current one.
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
