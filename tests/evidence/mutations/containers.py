"""Ways to give a container rights that it does not need."""

from __future__ import annotations

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import Mutation, mutation

_DEFINITION = "TaskDefinition.Properties"
_CONTAINER = f"{_DEFINITION}.ContainerDefinitions.0"


def _rights(title: str, path: str, value: object) -> Mutation:
    return mutation(title, "containers-have-few-rights", put(path, value))


CONTAINERS = (
    _rights("the container has every right on its host", f"{_CONTAINER}.Privileged", value=True),
    _rights(
        "the container may trace others",
        f"{_CONTAINER}.LinuxParameters.Capabilities",
        {"Add": ["SYS_PTRACE"]},
    ),
    _rights(
        "the container may do anything",
        f"{_CONTAINER}.LinuxParameters.Capabilities",
        {"Add": ["ALL"], "Drop": ["MKNOD"]},
    ),
    _rights(
        "the container uses a device",
        f"{_CONTAINER}.LinuxParameters.Devices",
        [{"HostPath": "/dev/mem"}],
    ),
    _rights("the task shares the host's network", f"{_DEFINITION}.NetworkMode", "host"),
    _rights("the task sees the host's processes", f"{_DEFINITION}.PidMode", "host"),
    _rights(
        "the task mounts the socket of Docker",
        f"{_DEFINITION}.Volumes",
        [{"Name": "docker", "Host": {"SourcePath": "/var/run/docker.sock"}}],
    ),
)
