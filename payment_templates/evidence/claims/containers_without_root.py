"""No container runs as root."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_DEFINITION = "AWS::ECS::TaskDefinition"
# The container runtime reads a user's number as Go's strconv.Atoi does: +0 and 00 are root.
_NUMBER = re.compile(r"[+-]?[0-9]+")


@claim("No container runs as root", "AWS Config: ecs-task-definition-nonroot-user")
def containers_without_root(topology: Topology) -> Finding:
    """Read the user of every container; where none is stated, the image decides.

    RegisterTaskDefinition, containerDefinitions.user: a name or an ID, with or without a group.
    What a name stands for, the image decides as well. AWS Config's rule itself refuses a task
    definition without a user.
    """
    lines: list[str] = []
    open_: list[str] = []
    for definition in topology.stack.of_type(_DEFINITION):
        for container in definition.properties.children("ContainerDefinitions"):
            name = f"{definition.logical_id}.{container.text('Name')}"
            user = container.text("User")
            if container.flag("Privileged"):
                return broken(f"{name} is privileged", *lines)
            if _is_root(user):
                return broken(f"{name} runs as {user}", *lines)
            if _NUMBER.fullmatch(user.partition(":")[0]):
                lines.append(f"{name}: user {user}")
            else:
                open_.append(name)
    if not lines and not open_:
        return broken("there is no container")
    foreign = [
        service.logical_id
        for service in topology.stack.of_type("AWS::ECS::Service")
        if topology.stack.find(service.properties.get("TaskDefinition"), _DEFINITION) is None
    ]
    if foreign:
        return conditional(
            f"if the task definition of {', '.join(foreign)}, not in the template, names one",
            *lines,
        )
    if open_:
        return conditional(
            f"if the image of {', '.join(open_)} sets a user other than root", *lines
        )
    return kept(f"{len(lines)} containers run as another user", *lines)


def _is_root(user: str) -> bool:
    owner = user.partition(":")[0]
    return owner == "root" or (_NUMBER.fullmatch(owner) is not None and int(owner) == 0)
