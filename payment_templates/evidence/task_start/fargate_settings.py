"""Finds settings of a task definition that Fargate does not support, or only within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.fargate import (
    REQUIRED_AWSLOGS_OPTION,
    TIMEOUT_SECONDS,
    UNSUPPORTED_OF_CONTAINER,
    UNSUPPORTED_OF_TASK,
    UNSUPPORTED_OF_VOLUME,
    UNSUPPORTED_ON_WINDOWS_OF_CONTAINER,
    UNSUPPORTED_ON_WINDOWS_OF_TASK,
    UNSUPPORTED_ON_WINDOWS_OF_VOLUME,
    Unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, StackResource

# What a property is like when it sets nothing.
_UNSET = {"", "false", "{}"}


def setting_refusals(definition: StackResource) -> Iterator[str]:
    """Yield a sentence for each setting of a task definition that Fargate refuses."""
    fields, name = definition.properties, definition.logical_id
    yield from _unsupported(name, fields, UNSUPPORTED_OF_TASK)
    for volume in fields.children("Volumes"):
        yield from _unsupported(f"{name}.{volume.text('Name')}", volume, UNSUPPORTED_OF_VOLUME)
    for container in fields.children("ContainerDefinitions"):
        own = f"{name}.{container.text('Name')}"
        yield from _unsupported(own, container, UNSUPPORTED_OF_CONTAINER)
        yield from _timeout_refusals(own, container)
        log = container.child("LogConfiguration")
        if log.text("LogDriver") == "awslogs" and REQUIRED_AWSLOGS_OPTION not in log.child(
            "Options"
        ):
            yield f"{own} has no {REQUIRED_AWSLOGS_OPTION}, which Fargate needs"


def windows_refusals(definition: StackResource) -> Iterator[str]:
    """Yield a sentence for each setting of a task definition that Windows does not support."""
    fields, name, on = definition.properties, definition.logical_id, "Windows"
    yield from _unsupported(name, fields, UNSUPPORTED_ON_WINDOWS_OF_TASK, on)
    for volume in fields.children("Volumes"):
        own = f"{name}.{volume.text('Name')}"
        yield from _unsupported(own, volume, UNSUPPORTED_ON_WINDOWS_OF_VOLUME, on)
    for container in fields.children("ContainerDefinitions"):
        own = f"{name}.{container.text('Name')}"
        yield from _unsupported(own, container, UNSUPPORTED_ON_WINDOWS_OF_CONTAINER, on)


def _unsupported(
    name: str, fields: Properties, table: tuple[Unsupported, ...], on: str = "Fargate"
) -> Iterator[str]:
    for row in table:
        for holder in fields.below(row.path):
            if not row.accepted:
                if any(str(each).lower() not in _UNSET for each in holder.values(row.property)):
                    yield f"{name} has {row}, which {on} does not support"
                continue
            for value in holder.texts(row.property):
                if value and value not in row.accepted:
                    accepted = ", ".join(sorted(row.accepted))
                    yield f"{name} has {row} {value}: Fargate accepts {accepted}"


def _timeout_refusals(name: str, container: Properties) -> Iterator[str]:
    for what in ("StartTimeout", "StopTimeout"):
        if what in container and not container.is_within(what, TIMEOUT_SECONDS):
            accepted = f"{TIMEOUT_SECONDS[0]} to {TIMEOUT_SECONDS[-1]} s"
            yield f"{name} has a {what} of {container.number(what):g} s: Fargate accepts {accepted}"
