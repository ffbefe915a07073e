"""Lists what Fargate supports: task sizes, operating systems, features of platform versions."""

from __future__ import annotations

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
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html
LATEST = frozenset({"", "LATEST", "1.4.0"})
# RegisterTaskDefinition, ephemeralStorage.
EPHEMERAL_STORAGE_GIB = range(21, 201)
