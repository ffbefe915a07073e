"""AWS::ApplicationAutoScaling::ScalableTarget: a resource that scales, with its limits."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only

_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")


def _create(properties: Properties, _name: str) -> Created:
    _register(properties)
    # CloudFormation's format: the Ref of AWS::ApplicationAutoScaling::ScalableTarget.
    ref = "|".join(
        str(properties[name]) for name in ("ResourceId", "ScalableDimension", "ServiceNamespace")
    )
    return Created(ref=ref, attributes={"Id": ref})


def _update(ref: str, _before: Properties, after: Properties) -> Attributes:
    _register(after)
    return {"Id": ref}


def _delete(_ref: str, properties: Properties) -> None:
    account.call("application-autoscaling", "DeregisterScalableTarget", **only(properties, *_KEY))


def _register(properties: Properties) -> None:
    capacities: dict[str, Any] = {
        name: int(properties[name]) for name in ("MinCapacity", "MaxCapacity")
    }
    account.call(
        "application-autoscaling",
        "RegisterScalableTarget",
        **only(properties, *_KEY, "RoleARN"),
        **capacities,
    )
    if properties["ScalableDimension"] == "ecs:service:DesiredCount":
        _move_into_range(properties["ResourceId"], *capacities.values())


def _move_into_range(resource: str, least: int, most: int) -> None:
    """Change the number of tasks to one inside the range, as RegisterScalableTarget does."""
    _, cluster, service = resource.split("/")
    found = account.call("ecs", "DescribeServices", cluster=cluster, services=[service])["services"]
    for each in found:
        wanted = min(max(each["desiredCount"], least), most)
        if wanted != each["desiredCount"]:
            account.call(
                "ecs", "UpdateService", cluster=cluster, service=service, desiredCount=wanted
            )


SCALABLE_TARGET = ResourceType(
    name="AWS::ApplicationAutoScaling::ScalableTarget",
    create=_create,
    update=_update,
    delete=_delete,
)
