"""Lists the properties that define containers, and those that start them.

Source: resource schemas in cfn-lint 1.58.
"""

from dataclasses import dataclass

TASK_DEFINITION = "AWS::ECS::TaskDefinition"
JOB_DEFINITION = "AWS::Batch::JobDefinition"

# The paths of the container definitions of each resource type.
CONTAINERS = {
    TASK_DEFINITION: ("ContainerDefinitions",),
    JOB_DEFINITION: (
        "ContainerProperties",
        "EcsProperties.TaskProperties.Containers",
        "EksProperties.PodProperties.Containers",
        "EksProperties.PodProperties.InitContainers",
        "NodeProperties.NodeRangeProperties.Container",
        "NodeProperties.NodeRangeProperties.EcsProperties.TaskProperties.Containers",
        "NodeProperties.NodeRangeProperties.EksProperties.PodProperties.Containers",
        "NodeProperties.NodeRangeProperties.EksProperties.PodProperties.InitContainers",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Start:
    """A property with the task or job definition of the containers that a resource starts."""

    resource_type: str
    # The path of the object with the property; empty if it is a top-level property.
    path: str = ""
    property: str
    definition: str = TASK_DEFINITION


STARTS = (
    Start(resource_type="AWS::ECS::Service", property="TaskDefinition"),
    Start(resource_type="AWS::ECS::TaskSet", property="TaskDefinition"),
    Start(
        resource_type="AWS::Events::Rule",
        path="Targets.EcsParameters",
        property="TaskDefinitionArn",
    ),
    Start(
        resource_type="AWS::Scheduler::Schedule",
        path="Target.EcsParameters",
        property="TaskDefinitionArn",
    ),
    Start(
        resource_type="AWS::Pipes::Pipe",
        path="TargetParameters.EcsTaskParameters",
        property="TaskDefinitionArn",
    ),
    Start(
        resource_type="AWS::Events::Rule",
        path="Targets.BatchParameters",
        property="JobDefinition",
        definition=JOB_DEFINITION,
    ),
    Start(
        resource_type="AWS::Pipes::Pipe",
        path="TargetParameters.BatchJobParameters",
        property="JobDefinition",
        definition=JOB_DEFINITION,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A setting by which the containers of a definition share something with their host."""

    path: str = ""
    property: str
    value: str
    what: str


# botocore ecs, RegisterTaskDefinition. The network mode "host" is for EC2 alone.
SHARED_WITH_HOST = (
    Shared(property="NetworkMode", value="host", what="network"),
    Shared(property="PidMode", value="host", what="processes"),
    Shared(property="IpcMode", value="host", what="memory of processes"),
    Shared(
        path="EksProperties.PodProperties", property="HostNetwork", value="true", what="network"
    ),
)

# Types that run containers but have no property for their user. Lambda is not listed, because it
# runs images as a user with least privileges:
# https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
WITHOUT_USER = (
    "AWS::AppRunner::Service",
    "AWS::CodeBuild::Project",
    "AWS::ECS::ExpressGatewayService",
    "AWS::EKS::Cluster",
    "AWS::GameLift::ContainerGroupDefinition",
    "AWS::Lightsail::Container",
    "AWS::SageMaker::Model",
)

# The health check of a container, where the definition leaves them out, and what it takes at
# least: botocore ecs, HealthCheck.
# The next check starts an interval after the one before has ended:
# https://docs.docker.com/reference/dockerfile/#healthcheck
CHECK_INTERVAL_SECONDS = 30
CHECK_TIMEOUT_SECONDS = 5
CHECK_RETRIES = 3
CHECK_LEAST_INTERVAL_SECONDS = 5
CHECK_LEAST_TIMEOUT_SECONDS = 2
