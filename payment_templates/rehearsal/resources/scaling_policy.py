"""AWS::ApplicationAutoScaling::ScalingPolicy: decides when a target scales."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only

_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")
# The configuration property of each policy type; the request member has the same name.
_CONFIGURATIONS = {
    "TargetTrackingScaling": "TargetTrackingScalingPolicyConfiguration",
    "StepScaling": "StepScalingPolicyConfiguration",
}


def _create(properties: Properties, _name: str) -> Created:
    arn = _put(properties)
    return Created(ref=arn, attributes=_attributes(arn, properties))


def _update(_ref: str, _before: Properties, after: Properties) -> Attributes:
    return _attributes(_put(after), after)


def _delete(_ref: str, properties: Properties) -> None:
    account.call(
        "application-autoscaling",
        "DeleteScalingPolicy",
        PolicyName=properties["PolicyName"],
        **_target(properties),
    )


def _put(properties: Properties) -> str:
    kind = properties["PolicyType"]
    configuration = _CONFIGURATIONS[kind]
    policy = account.call(
        "application-autoscaling",
        "PutScalingPolicy",
        PolicyName=properties["PolicyName"],
        PolicyType=kind,
        **_target(properties),
        **{configuration: _numbers(properties[configuration])},
    )
    return str(policy["PolicyARN"])


def _target(properties: Properties) -> dict[str, Any]:
    if "ScalingTargetId" not in properties:
        return only(properties, *_KEY)
    # The Ref of a ScalableTarget joins these three.
    resource, dimension, namespace = str(properties["ScalingTargetId"]).split("|")
    return {"ResourceId": resource, "ScalableDimension": dimension, "ServiceNamespace": namespace}


def _numbers(configuration: dict[str, Any]) -> dict[str, Any]:
    return {
        name: float(value)
        if name == "TargetValue"
        else int(value)
        if name.endswith("Cooldown")
        else value
        for name, value in configuration.items()
    }


def _attributes(arn: str, properties: Properties) -> Attributes:
    return {"Arn": arn, "PolicyName": properties["PolicyName"]}


SCALING_POLICY = ResourceType(
    name="AWS::ApplicationAutoScaling::ScalingPolicy",
    create=_create,
    update=_update,
    delete=_delete,
)
