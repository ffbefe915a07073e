"""Checks that no container has access to its host, or more rights than the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.compute.containers import container_setting, containers_in
from payment_templates.facts.containers import CONTAINERS, SHARED_WITH_HOST, STARTS
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "No container has more rights than it needs",
    "AWS Security Hub: ECS.3, ECS.4, ECS.5",
    "Ideal response: least privilege",
)
def containers_have_few_rights(topology: Topology) -> Finding:
    """Check for privileged containers, added capabilities, and resources shared with the host.

    A writable root file system is reported as a condition, because the application may need it, and
    so is ECS Exec, by which an operator runs commands as root:
    https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html
    """
    lines: list[str] = []
    writable: list[str] = []
    for name, container in containers_in(topology.stack):
        if problem := next(_problems(container), ""):
            return broken(f"{name} {problem}", *lines)
        read_only = container_setting(container, "ReadonlyRootFilesystem", "ReadOnlyRootFilesystem")
        if read_only.lower() != "true":
            writable.append(name)
        lines.append(f"{name}: {'a writable' if name in writable else 'a read-only'} file system")
    if not lines:
        return absent("there is no container")
    for definition in topology.stack.of_type(*CONTAINERS):
        if problem := next(_shared(definition), ""):
            return broken(f"{definition.logical_id} {problem}", *lines)
    conditions: list[str] = []
    if writable:
        files = "the root file system, which is writable"
        conditions.append(f"nothing harmful is written into {files}: {', '.join(writable)}")
    if opened := list(_with_exec(topology)):
        conditions.append(f"no operator uses ECS Exec, which is on for {', '.join(opened)}")
    if conditions:
        return conditional(f"if {', and '.join(conditions)}", *lines)
    return kept(
        f"{quantity(len(lines), 'container')}, none privileged, each with a read-only file system",
        *lines,
    )


def _with_exec(topology: Topology) -> Iterator[str]:
    """Yield what starts tasks with ECS Exec.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """
    for start in STARTS:
        for resource in topology.stack.of_type(start.resource_type):
            for fields in resource.properties.below(start.path):
                if fields.flag("EnableExecuteCommand"):
                    yield resource.logical_id


def _problems(container: Properties) -> Iterator[str]:
    if container_setting(container, "Privileged", "Privileged").lower() == "true":
        yield "is privileged"
    if container.child("SecurityContext").flag("AllowPrivilegeEscalation"):
        yield "allows privilege escalation"
    added = (
        *container.child("LinuxParameters").child("Capabilities").texts("Add"),
        *container.child("SecurityContext").child("Capabilities").texts("Add"),
    )
    if added:
        yield f"has additional capabilities: {', '.join(added)}"
    if devices := container.child("LinuxParameters").children("Devices"):
        yield f"uses a device of its host: {devices[0].text('HostPath')}"


def _shared(definition: StackResource) -> Iterator[str]:
    """Yield what the containers of a definition share with their host."""
    for shared in SHARED_WITH_HOST:
        for fields in definition.properties.below(shared.path):
            if fields.text(shared.property) == shared.value:
                yield f"shares the {shared.what} of its host"
    for volume in definition.properties.children("Volumes"):
        # A path on the host; without one, ECS gives the task its own empty directory.
        if path := volume.child("Host").text("SourcePath"):
            yield f"mounts {path} of its host"
