"""Shows complete container definitions; ministack omits properties that it does not support."""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from payment_templates.rehearsal import ministack, wire
from payment_templates.rehearsal.services import amend_operations

_TASK_DEFINITION = "AWS::ECS::TaskDefinition"


def install() -> None:
    """Record the containers of every task definition, and show them."""
    recorded = ministack.regional_store()
    ministack.observe_resources(_TASK_DEFINITION, recorded)
    shape = wire.service_model("ecs").shape_for("ContainerDefinitions")

    def described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        definition = answer["taskDefinition"]
        properties = recorded.get(definition["taskDefinitionArn"])
        if properties is None:
            return answer
        containers = _as_members(properties["ContainerDefinitions"], shape)
        for container in containers:
            container["portMappings"] = [
                _mapped(port) for port in container.get("portMappings", [])
            ]
        return {**answer, "taskDefinition": {**definition, "containerDefinitions": containers}}

    amend_operations("ecs", {"DescribeTaskDefinition": described})


def _mapped(port: Mapping[str, Any]) -> dict[str, Any]:
    # In the network mode awsvpc the host port equals the container port: PortMapping, hostPort.
    return {"hostPort": port.get("containerPort"), "protocol": "tcp", **port}


def _as_members(value: Any, shape: Shape) -> Any:  # noqa: ANN401 - shaped by AWS's model
    """Convert template properties to API members, such as Name to name."""
    if isinstance(shape, StructureShape):
        return {
            name: _as_members(value[property_name], member)
            for name, member in shape.members.items()
            if (property_name := name[0].upper() + name[1:]) in value
        }
    if isinstance(shape, ListShape):
        return [_as_members(entry, shape.member) for entry in value]
    if isinstance(shape, MapShape):
        return value
    return int(value) if shape.type_name == "integer" else value
