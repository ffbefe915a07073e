"""Checks that no container runs as root."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.compute.containers import container_setting, containers_in
from payment_templates.facts.containers import STARTS, WITHOUT_USER
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The container runtime reads a user's number as Go's strconv.Atoi does: +0 and 00 are root.
_NUMBER = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True, kw_only=True)
class _Started:
    """The task definition that a resource starts; None if it is not in the template."""

    by: str
    definition: StackResource | None
    with_exec: bool


@claim("No container runs as root", "AWS Config: ecs-task-definition-nonroot-user")
def containers_without_root(topology: Topology) -> Finding:
    """Check the user of every container; if none is set, the image decides.

    RegisterTaskDefinition, containerDefinitions.user: a name or an ID, with or without a group.
    The image also decides which user a name refers to. The AWS Config rule itself rejects a task
    definition without a user. ECS Exec always runs its commands as root, and needs a writable file
    system:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """
    stack = topology.stack
    lines: list[str] = []
    unnamed: list[str] = []
    for name, container in containers_in(stack):
        user = container_setting(container, "User", "RunAsUser")
        if container_setting(container, "Privileged", "Privileged").lower() == "true":
            return broken(f"{name} is privileged", *lines)
        if _is_root(user):
            return broken(f"{name} runs as {user}", *lines)
        if _NUMBER.fullmatch(user.partition(":")[0]):
            lines.append(f"{name}: user {user}")
        else:
            unnamed.append(name)
    if not lines and not unnamed:
        return absent("there is no container")
    started = tuple(_started(stack))
    for each in started:
        if each.with_exec and _is_writable(each.definition):
            return broken(f"ECS Exec runs commands as root in the tasks of {each.by}", *lines)
    if doubts := tuple(_doubts(stack, started, unnamed)):
        return conditional(f"if {', and '.join(doubts)}", *lines)
    return kept(
        f"{quantity(len(lines), 'container runs', 'containers run')} as another user", *lines
    )


def _started(stack: Stack) -> Iterator[_Started]:
    for start in STARTS:
        for resource in stack.of_type(start.resource_type):
            for fields in resource.properties.below(start.path):
                yield _Started(
                    by=resource.logical_id,
                    definition=stack.find(fields.get(start.property), start.definition),
                    with_exec=fields.flag("EnableExecuteCommand"),
                )


def _is_writable(definition: StackResource | None) -> bool:
    """Return whether a task definition has a container with a writable root file system."""
    containers = definition.properties.children("ContainerDefinitions") if definition else ()
    return any(not container.flag("ReadonlyRootFilesystem") for container in containers)


def _doubts(stack: Stack, started: tuple[_Started, ...], unnamed: list[str]) -> Iterator[str]:
    """Yield the assumptions that the template does not confirm."""
    if foreign := [each.by for each in started if each.definition is None]:
        yield (
            f"the task definition of {', '.join(foreign)}, which is not in the template, sets a "
            "user other than root"
        )
    if unnamed:
        yield f"the image of {', '.join(unnamed)} sets a user other than root"
    if hidden := [resource.logical_id for resource in stack.of_type(*WITHOUT_USER)]:
        yield f"the containers of {', '.join(hidden)} run as a user other than root"
    if opened := [each.by for each in started if each.with_exec]:
        yield f"ECS Exec cannot start in the read-only tasks of {', '.join(opened)}"


def _is_root(user: str) -> bool:
    owner = user.partition(":")[0]
    return owner == "root" or (_NUMBER.fullmatch(owner) is not None and int(owner) == 0)
