"""Finds what Fargate refuses: sizes, operating systems, settings, features of newer platforms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.task_start.fargate_settings import (
    setting_refusals,
    windows_refusals,
)
from payment_templates.facts.fargate import (
    EPHEMERAL_STORAGE_GIB,
    FEWEST_CPU_OF_LATEST,
    FEWEST_CPU_ON_WINDOWS,
    LATEST,
    MEMORY_BY_CPU,
    MOST_CPU_ON_WINDOWS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, StackResource

_UNITS = re.compile(r"(\d*\.?\d+)\s*(vcpu|gb)?", re.IGNORECASE)
_PER_UNIT = 1024
_SIZES = ("Cpu", "Memory")
# An ARN has seven parts; key, stage and version follow.
_SECRET_REFERENCE = re.compile(r"^(?:\$\{[A-Za-z0-9.]+\}|arn(?::[^:]*){6}):(?=.*[^:])")


def fargate_refusals(definition: StackResource) -> Iterator[str]:
    """Yield a sentence for each reason why Fargate refuses a task definition.

    RegisterTaskDefinition, cpu, memory, runtimePlatform, networkMode and ephemeralStorage.
    """
    fields, name = definition.properties, definition.logical_id
    mode = fields.text("NetworkMode")
    if mode != "awsvpc":
        yield f"{name} has the network mode {mode or 'bridge'}: Fargate needs awsvpc"
    cpu, memory = _units(fields.text("Cpu")), _units(fields.text("Memory"))
    yield from (
        f"{name} has no {what}, which Fargate needs" for what in _SIZES if what not in fields
    )
    sizes = MEMORY_BY_CPU.get(cpu or 0)
    if cpu and not sizes:
        yield f"{name} has {cpu} CPU units: Fargate accepts {', '.join(map(str, MEMORY_BY_CPU))}"
    elif sizes and memory and memory not in sizes:
        takes = _in_words(sizes)
        yield f"{name} has {memory} MiB with {cpu} CPU units: Fargate accepts {takes}"
    storage = fields.child("EphemeralStorage")
    if "SizeInGiB" in storage and storage.number("SizeInGiB") not in EPHEMERAL_STORAGE_GIB:
        size, last = storage.number("SizeInGiB"), EPHEMERAL_STORAGE_GIB[-1]
        accepted = f"{EPHEMERAL_STORAGE_GIB[0]} to {last}"
        yield f"{name} has a disk of {size:g} GiB: Fargate accepts {accepted}"
    if operating_system(definition) != "LINUX":
        yield from _windows_refusals(definition, cpu)
    else:
        yield from _share_refusals(name, fields, cpu=cpu, memory=memory)
    yield from setting_refusals(definition)


def operating_system(definition: StackResource) -> str:
    """Return the operating system that a task definition states, or its default."""
    platform = definition.properties.child("RuntimePlatform")
    return platform.text("OperatingSystemFamily") or "LINUX"


def platform_problems(service: StackResource, definition: StackResource) -> Iterator[str]:
    """Yield each feature that a task needs and the service's platform version does not support.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
    botocore ecs, EnvironmentFile, RegisterTaskDefinition (pidMode), SystemControl, LinuxParameters.
    """
    version, fields = service.properties.text("PlatformVersion"), definition.properties
    if version in LATEST or operating_system(definition) != "LINUX":
        return
    containers = fields.children("ContainerDefinitions")
    needs = {
        "a key, stage or version of a secret": any(
            _SECRET_REFERENCE.match(secret.text("ValueFrom"))
            for container in containers
            for secret in (
                *container.children("Secrets"),
                *container.child("LogConfiguration").children("SecretOptions"),
            )
        ),
        "a file with environment variables": any(
            container.children("EnvironmentFiles") for container in containers
        ),
        "ephemeral storage": "EphemeralStorage" in fields,
        "an EFS volume": any(
            "EFSVolumeConfiguration" in volume for volume in fields.children("Volumes")
        ),
        "8 vCPU or more": (_units(fields.text("Cpu")) or 0) >= FEWEST_CPU_OF_LATEST,
        "PidMode": "PidMode" in fields,
        "SystemControls": any(container.children("SystemControls") for container in containers),
        "an added capability": any(
            container.child("LinuxParameters").child("Capabilities").values("Add")
            for container in containers
        ),
    }
    for need, needed in needs.items():
        if needed:
            yield f"{service.logical_id} has platform version {version}: {need} needs 1.4.0"


def _windows_refusals(definition: StackResource, cpu: int | None) -> Iterator[str]:
    """RegisterTaskDefinition, runtimePlatform and memory."""
    name, system = definition.logical_id, operating_system(definition)
    if definition.properties.child("RuntimePlatform").text("CpuArchitecture") == "ARM64":
        yield f"{name} runs {system} on ARM64, which supports only Linux"
    if cpu and not FEWEST_CPU_ON_WINDOWS <= cpu <= MOST_CPU_ON_WINDOWS:
        accepted = f"{FEWEST_CPU_ON_WINDOWS} to {MOST_CPU_ON_WINDOWS}"
        yield f"{name} runs {system} with {cpu} CPU units: Windows needs {accepted}"
    yield from windows_refusals(definition)


def _share_refusals(
    name: str, fields: Properties, *, cpu: int | None, memory: int | None
) -> Iterator[str]:
    """ContainerDefinition, cpu, memory and memoryReservation; Windows ignores those of the task."""
    containers = fields.children("ContainerDefinitions")
    for container in containers:
        own = f"{name}.{container.text('Name')}"
        limit, reserved = container.number("Memory"), container.number("MemoryReservation")
        if memory and limit > memory:
            yield f"{own} has {limit:g} MiB of memory: its task has {memory}"
        if limit and reserved > limit:
            yield f"{own} reserves {reserved:g} MiB of memory: its limit is {limit:g}"
    # "If you specify memoryReservation, then that value is subtracted … Otherwise, the value of
    # memory is used".
    shares = [each.number("MemoryReservation") or each.number("Memory") for each in containers]
    if memory and sum(shares) > memory:
        yield f"the containers of {name} reserve {sum(shares):g} MiB of memory: it has {memory}"
    units = sum(container.number("Cpu") for container in containers)
    if cpu and units > cpu:
        yield f"the containers of {name} have {units:g} CPU units: it has {cpu}"


def _in_words(sizes: tuple[int, ...]) -> str:
    """Return sizes in MiB as a range with its step, or each if they have none."""
    step = sizes[1] - sizes[0]
    if sizes == tuple(range(sizes[0], sizes[-1] + 1, step)):
        return f"{sizes[0]} to {sizes[-1]} MiB, in steps of {step}"
    return f"{', '.join(map(str, sizes[:-1]))} or {sizes[-1]} MiB"


def _units(text: str) -> int | None:
    """Return a size in CPU units or MiB, from a number or text such as `1 vCPU` or `2 GB`."""
    found = _UNITS.fullmatch(text.strip())
    if found is None:
        return None
    return int(float(found[1]) * (_PER_UNIT if found[2] else 1))
