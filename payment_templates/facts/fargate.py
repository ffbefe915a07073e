"""Lists what Fargate supports: task sizes, settings, features of platform versions."""

from __future__ import annotations

from dataclasses import dataclass

# The memory in MiB that goes with each number of CPU units: botocore ecs, RegisterTaskDefinition,
# memory; 32768 units: cfn-lint 1.58, aws_ecs_taskdefinition/fargate_cpu_memory.
_GB = 1024
MEMORY_BY_CPU = {
    256: (_GB // 2, _GB, 2 * _GB),
    512: tuple(range(_GB, 4 * _GB + 1, _GB)),
    1024: tuple(range(2 * _GB, 8 * _GB + 1, _GB)),
    2048: tuple(range(4 * _GB, 16 * _GB + 1, _GB)),
    4096: tuple(range(8 * _GB, 30 * _GB + 1, _GB)),
    8192: tuple(range(16 * _GB, 60 * _GB + 1, 4 * _GB)),
    16384: tuple(range(32 * _GB, 120 * _GB + 1, 8 * _GB)),
    32768: (60 * _GB, 120 * _GB, 244 * _GB),
}
# botocore ecs, RegisterTaskDefinition, memory: of containers on Windows, and from 8 vCPU on.
FEWEST_CPU_ON_WINDOWS = 1024
FEWEST_CPU_OF_LATEST = 8192
# 8 vCPU and more "requires Linux platform 1.4.0 or later".
MOST_CPU_ON_WINDOWS = 4096
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html
LATEST = frozenset({"", "LATEST", "1.4.0"})
# RegisterTaskDefinition, ephemeralStorage.
EPHEMERAL_STORAGE_GIB = range(21, 201)


@dataclass(frozen=True, kw_only=True)
class Unsupported:
    """A property that Fargate does not support, or only with some values."""

    # The path of the object with the property; empty if it is a top-level property.
    path: str = ""
    property: str
    accepted: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.path}.{self.property}".lstrip(".")


# Source of the tables: botocore ecs, RegisterTaskDefinition, and "not valid in Fargate tasks":
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
# That page still names tmpfs, which Fargate supports since January 2026:
# https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
UNSUPPORTED_OF_TASK = (
    Unsupported(property="InferenceAccelerators"),
    Unsupported(property="IpcMode"),
    Unsupported(property="PidMode", accepted=frozenset({"task"})),
    Unsupported(property="PlacementConstraints"),
)
UNSUPPORTED_OF_CONTAINER = (
    Unsupported(property="DisableNetworking"),
    Unsupported(property="DnsSearchDomains"),
    Unsupported(property="DnsServers"),
    Unsupported(property="DockerSecurityOptions"),
    Unsupported(property="ExtraHosts"),
    Unsupported(property="Links"),
    Unsupported(property="Privileged"),
    # GPUs and accelerators.
    Unsupported(property="ResourceRequirements"),
    Unsupported(
        path="LinuxParameters.Capabilities", property="Add", accepted=frozenset({"SYS_PTRACE"})
    ),
    Unsupported(path="LinuxParameters", property="Devices"),
    Unsupported(path="LinuxParameters", property="MaxSwap"),
    Unsupported(path="LinuxParameters", property="SharedMemorySize"),
    Unsupported(path="LinuxParameters", property="Swappiness"),
    Unsupported(
        path="LogConfiguration",
        property="LogDriver",
        accepted=frozenset({"awsfirelens", "awslogs", "splunk"}),
    ),
    # "Tasks hosted on Fargate only support the file configuration file type".
    Unsupported(
        path="FirelensConfiguration.Options",
        property="config-file-type",
        accepted=frozenset({"file"}),
    ),
)
# FSx for Windows File Server:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
UNSUPPORTED_OF_VOLUME = (
    Unsupported(property="DockerVolumeConfiguration"),
    Unsupported(property="FSxWindowsFileServerVolumeConfiguration"),
    Unsupported(path="Host", property="SourcePath"),
)
# botocore ecs, ContainerDefinition, SystemControl and RegisterTaskDefinition: "not supported for
# Windows containers". EFS, and each of a container, also botocore batch, RuntimePlatform.
UNSUPPORTED_ON_WINDOWS_OF_TASK = (Unsupported(property="PidMode"),)
UNSUPPORTED_ON_WINDOWS_OF_CONTAINER = (
    Unsupported(property="LinuxParameters"),
    Unsupported(property="ReadonlyRootFilesystem"),
    Unsupported(property="SystemControls"),
    Unsupported(property="Ulimits"),
)
UNSUPPORTED_ON_WINDOWS_OF_VOLUME = (Unsupported(property="EFSVolumeConfiguration"),)
# ContainerDefinition, startTimeout and stopTimeout.
TIMEOUT_SECONDS = range(2, 121)
# LogConfiguration, options, awslogs-stream-prefix: "Required: Yes, when using Fargate".
REQUIRED_AWSLOGS_OPTION = "awslogs-stream-prefix"
