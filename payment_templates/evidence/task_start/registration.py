"""Finds what RegisterTaskDefinition refuses, whatever the tasks run on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from payment_templates.cloudformation.properties import FURTHER
from payment_templates.facts.task_definitions import (
    AWSLOGS_OPTIONS,
    HEALTH_CHECK_LIMITS,
    LOG_MODES,
    MOUNT_OPTIONS,
    REQUIRED_LOG_OPTIONS,
    UNSUPPORTED_IN_AWSVPC,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, StackResource

_FIRELENS = "awsfirelens"


def registration_refusals(definition: StackResource) -> Iterator[str]:
    """Yield a sentence for each reason why ECS does not register a task definition."""
    fields, name = definition.properties, definition.logical_id
    containers = fields.children("ContainerDefinitions")
    # ContainerDefinition, essential: "All tasks must have at least one essential container".
    if containers and all(each.text("Essential").lower() == "false" for each in containers):
        yield f"{name} has no essential container"
    for own, count in Counter(each.text("Name") for each in containers).items():
        if count > 1:
            yield f"{name} has more than one container with the name {own}: each needs its own"
    yield from _router_refusals(name, containers)
    volumes = {volume.text("Name") for volume in fields.children("Volumes")}
    names = {container.text("Name") for container in containers}
    in_awsvpc = fields.text("NetworkMode") == "awsvpc"
    for container in containers:
        own = f"{name}.{container.text('Name')}"
        yield from _mount_refusals(own, container, volumes, names)
        yield from _variable_refusals(own, container)
        yield from _log_refusals(own, container.child("LogConfiguration"))
        yield from _check_refusals(own, container.child("HealthCheck"))
        if in_awsvpc:
            yield from _awsvpc_refusals(own, container)


def _router_refusals(name: str, containers: tuple[Properties, ...]) -> Iterator[str]:
    """FireLens: each needs the other.

    https://github.com/fabfuel/ecs-deploy/issues/164
    https://github.com/aws/amazon-cloudwatch-logs-for-fluent-bit/issues/20
    """
    drivers = {each.child("LogConfiguration").text("LogDriver") for each in containers}
    routers = any("FirelensConfiguration" in each for each in containers)
    if _FIRELENS in drivers and not routers:
        yield f"{name} logs by {_FIRELENS}, but no container has a FirelensConfiguration"
    if routers and _FIRELENS not in drivers:
        yield f"{name} has a FirelensConfiguration, but no container logs by {_FIRELENS}"


def _mount_refusals(
    name: str, container: Properties, volumes: set[str], containers: set[str]
) -> Iterator[str]:
    """MountPoint, VolumeFrom and Tmpfs."""
    for mount in container.children("MountPoints"):
        if (source := mount.text("SourceVolume")) not in volumes:
            yield f"{name} mounts {source}, which is not a volume of the task"
    for other in container.children("VolumesFrom"):
        if (source := other.text("SourceContainer")) not in containers:
            yield f"{name} has the volumes of {source}, which is not a container of the task"
    for tmpfs in container.child("LinuxParameters").children("Tmpfs"):
        for option in tmpfs.texts("MountOptions"):
            if option.partition("=")[0] not in MOUNT_OPTIONS:
                yield f"{name} has a tmpfs with the mount option {option}, which does not exist"


def _variable_refusals(name: str, container: Properties) -> Iterator[str]:
    """Secret, name: "unique and not shared with any … environment variables".

    https://github.com/dagster-io/dagster/issues/11622
    """
    known = {variable.text("Name") for variable in container.children("Environment")}
    for secret in container.children("Secrets"):
        if (variable := secret.text("Name")) in known:
            yield f"{name} sets {variable} twice: a secret needs a variable of its own"
        known.add(variable)


def _log_refusals(name: str, log: Properties) -> Iterator[str]:
    driver, options = log.text("LogDriver"), log.child("Options")
    secrets = {secret.text("Name") for secret in log.children("SecretOptions")}
    for option in REQUIRED_LOG_OPTIONS.get(driver, ()):
        if option not in options and option not in secrets:
            yield f"{name} logs by {driver} without {option}"
    # FireLens passes all options to the router.
    if driver != _FIRELENS and (mode := options.text("mode")) and mode not in LOG_MODES:
        accepted = " or ".join(sorted(LOG_MODES))
        yield f"{name} logs in the mode {mode}: ECS accepts {accepted}"
    if driver != "awslogs":
        return
    for option in options:
        if option in options and option not in {FURTHER, *AWSLOGS_OPTIONS}:
            yield f"{name} has the option {option}, which {driver} does not know"
    create = "awslogs-create-group"
    # https://github.com/terraform-linters/tflint-ruleset-aws/issues/348
    if create in options and not options.flag(create):
        yield f"{name} has {create} {options.text(create)}: ECS accepts only true"


def _check_refusals(name: str, check: Properties) -> Iterator[str]:
    """HealthCheck."""
    if not check.values("Command"):
        return
    for what, limits in HEALTH_CHECK_LIMITS.items():
        if what in check and not check.is_within(what, limits):
            given = f"{name} has a health check with {what} {check.number(what):g}"
            yield f"{given}: ECS accepts {limits[0]} to {limits[-1]}"


def _awsvpc_refusals(name: str, container: Properties) -> Iterator[str]:
    """ContainerDefinition and PortMapping, hostPort."""
    for what in UNSUPPORTED_IN_AWSVPC:
        if any(container.values(what)):
            yield f"{name} has {what}, which the network mode awsvpc does not support"
    for port in container.children("PortMappings"):
        host = port.whole("HostPort")
        if host and host != port.whole("ContainerPort"):
            opened = f"{name} maps port {port.whole('ContainerPort')} to {host}"
            yield f"{opened}: in the network mode awsvpc they are equal"
