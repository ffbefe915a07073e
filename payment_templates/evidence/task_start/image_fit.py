"""Compares a container with its image, where the image is public: its port, pages and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.images import IMAGES, REGISTRIES, KnownImage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Mapping, Service
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup


def image_request_problems(
    topology: Topology, service: Service, mapping: Mapping, group: TargetGroup
) -> Iterator[str]:
    """Yield why an image does not answer requests or health checks: another port, no such page.

    A port or a path that the operator chose belongs to an image that the operator chooses too, so
    only literal values and defaults are compared.
    """
    stack = topology.stack
    definition = stack.of(service.definition, "AWS::ECS::TaskDefinition")
    for container in definition.properties.children("ContainerDefinitions") if definition else ():
        image = _known(container)
        if image is None or container.text("Name") != mapping.container:
            continue
        name = container.text("Image")
        if mapping.port != image.port and not _is_chosen(stack, str(mapping.port)):
            yield f"{name} listens on {image.port}, not on {mapping.port}"
        path = group.check_path.partition("?")[0]
        asks_it = group.check_port in {None, image.port} and group.matcher in {"", "200"}
        if path and asks_it and path not in image.pages and not _is_chosen(stack, group.check_path):
            yield f"{name} has no page {path}, which {group.logical_id} asks for"


def image_file_problems(container: Properties) -> Iterator[str]:
    """Yield the folders that an image must write to and cannot."""
    image = _known(container)
    if image is None or not container.flag("ReadonlyRootFilesystem"):
        return
    temporary = container.child("LinuxParameters").children("Tmpfs")
    mounted = [volume.text("ContainerPath") for volume in temporary]
    mounted += [
        point.text("ContainerPath")
        for point in container.children("MountPoints")
        if not point.flag("ReadOnly")
    ]
    for folder in image.writes:
        if not any(_holds(path, folder) for path in mounted):
            name = container.text("Image")
            yield f"{name} writes to {folder}, which is in its read-only file system"


def _known(container: Properties) -> KnownImage | None:
    """Return what is known of a container's image; None if its start or files are replaced."""
    if container.values("Command") or container.values("EntryPoint"):
        return None
    repository = _repository(container.text("Image"))
    found = next((image for image in IMAGES if repository in image.repositories), None)
    mounts = container.children("MountPoints") if found else ()
    if found and any(
        _holds(point.text("ContainerPath"), found.configuration)
        or _holds(found.configuration, point.text("ContainerPath"))
        for point in mounts
    ):
        return None
    return found


def _repository(image: str) -> str:
    """Return the repository of a public image, without registry, tag and digest."""
    name = image.partition("@")[0]
    registry, _, rest = name.partition("/")
    if registry in REGISTRIES:
        name = rest
    return name.partition(":")[0]


def _holds(folder: str, other: str) -> bool:
    """Return whether a folder is another one, or above it."""
    return f"{other.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/") and bool(folder)


def _is_chosen(stack: Stack, text: str) -> bool:
    """Return whether a value is that of a parameter, and not its default."""
    declared = stack.template.parameters
    return any(
        value == text and declared[name].default != text
        for name, value in stack.parameters.items()
        if name in declared
    )
