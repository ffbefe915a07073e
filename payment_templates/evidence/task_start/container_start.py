"""Finds what keeps a container from starting: its check, what it waits for, its files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.task_start.image_fit import image_file_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence.topology.compute.containers import TaskSecret
    from payment_templates.evidence.topology.compute.service import Service

_SHELL = "CMD-SHELL"
# The words that a command of a health check starts with; NONE switches the image's check off.
_STARTS = {"CMD", _SHELL, "NONE"}
_FAILS = re.compile(r"\s*(?:exit\s+[1-9]\d*|(?:/usr)?(?:/bin/)?false)\s*;?\s*")
_PASSES = re.compile(
    r"(?:.*(?:\|\||;|\n))?\s*(?:exit\s+0|(?:/usr)?(?:/bin/)?true|:)\s*;?\s*", re.DOTALL
)
# What ends a script before its last command.
_MAY_END = re.compile(r"exit\s+(?!0\b)|\bset\s+-\w*e")
# ContainerDependency, condition: neither can be set on an essential container.
_ENDS = {"COMPLETE", "SUCCESS"}
# The key, the stage and the version that may follow the ARN of a secret.
_PARTS_OF_SECRET = 3
# A new secret has this version alone, and Secrets Manager chooses the ID of it:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
_STAGES = {"", "AWSCURRENT"}


def start_problems(stack: Stack, service: Service, definition: StackResource) -> Iterator[str]:
    """Yield what keeps the containers of a task from starting, or ends them soon."""
    containers = definition.properties.children("ContainerDefinitions")
    for container in containers:
        name = f"{definition.logical_id}.{container.text('Name')}"
        yield from (f"{name} {it}" for it in _check_problems(container))
        yield from (f"{name} {it}" for it in _dependency_problems(container, containers))
        yield from image_file_problems(container)
    if circle := _circle(containers):
        yield f"{definition.logical_id}: {' waits for '.join(circle)}"
    for secret in service.secrets:
        if not secret.from_ssm and secret.parts not in {0, _PARTS_OF_SECRET}:
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
            form = "an ARN is followed by key, stage and version, each with its colon"
            yield f"{secret.container}.{secret.variable} is no reference to a secret: {form}"
        if not secret.from_ssm:
            yield from version_problems(stack, secret)


def version_problems(stack: Stack, secret: TaskSecret) -> Iterator[str]:
    """Yield that a new secret, of the stack or of one of its databases, lacks a version."""
    is_new = secret.source in stack.resources or secret.source.startswith("${")
    version = secret.version or (secret.stage if secret.stage not in _STAGES else "")
    if is_new and version:
        place = f"{secret.container}.{secret.variable}"
        what = f"reads the version {version} of {secret.source}"
        yield f"{place} {what}, which a new secret does not have"


def never_fails(check: Properties) -> bool:
    """Return whether the command of a health check succeeds whatever the application does."""
    command = " ".join(check.texts("Command")[1:])
    return _PASSES.fullmatch(command) is not None and _MAY_END.search(command) is None


def is_made(check: Properties) -> bool:
    """Return whether there is a check: NONE switches off that of the image."""
    command = check.texts("Command")
    return bool(command) and command[0] != "NONE"


def _check_problems(container: Properties) -> Iterator[str]:
    """Yield why a container never becomes healthy: botocore ecs, HealthCheck, command."""
    words = container.child("HealthCheck").texts("Command")
    if not words or words[0] == "NONE":
        return
    command = " ".join(words[1:])
    if words[0] not in _STARTS:
        yield f"has a health check that starts with {words[0]}: it must be CMD or {_SHELL}"
    elif not command.strip():
        yield "has a health check without a command"
    elif _FAILS.fullmatch(command):
        yield f"has a health check that always fails: {command}"


def _dependency_problems(
    container: Properties, containers: tuple[Properties, ...]
) -> Iterator[str]:
    """Yield the containers that are waited for in vain: botocore ecs, ContainerDependency."""
    by_name = {each.text("Name"): each for each in containers}
    for needed in container.children("DependsOn"):
        name, condition = needed.text("ContainerName"), needed.text("Condition")
        other = by_name.get(name)
        if other is None:
            yield f"waits for {name}, which is not a container of the task"
        elif condition == "HEALTHY" and not is_made(other.child("HealthCheck")):
            yield f"waits until {name} is healthy, which has no health check"
        elif condition in _ENDS and other.text("Essential").lower() != "false":
            yield f"waits for the end of {name}, whose end stops the task: it is essential"


def _circle(containers: tuple[Properties, ...]) -> tuple[str, ...]:
    """Return containers that wait for each other, or ()."""
    needs = {
        each.text("Name"): [needed.text("ContainerName") for needed in each.children("DependsOn")]
        for each in containers
    }
    for start, first in needs.items():
        ways: list[tuple[str, ...]] = [(start, name) for name in first]
        seen: set[str] = set()
        while ways:
            way = ways.pop()
            if way[-1] == start:
                return way
            if way[-1] not in seen:
                seen.add(way[-1])
                ways += [(*way, name) for name in needs.get(way[-1], ())]
    return ()
