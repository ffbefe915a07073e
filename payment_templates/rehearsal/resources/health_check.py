"""AWS::Route53::HealthCheck: a Route 53 check of an endpoint."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType

# Members that the create operation accepts and the update operation does not.
_CREATE_ONLY = frozenset({"Type", "RequestInterval", "MeasureLatency", "RoutingControlArn"})
_NUMBERS = frozenset({"Port", "FailureThreshold", "RequestInterval", "HealthThreshold"})
_FLAGS = frozenset({"Inverted", "Disabled", "EnableSNI", "MeasureLatency"})


def _create(properties: Properties, name: str) -> Created:
    check = account.call(
        "route53",
        "CreateHealthCheck",
        CallerReference=name[:64],
        HealthCheckConfig=_config(properties),
    )["HealthCheck"]
    _retag(check["Id"], {}, properties)
    return Created(ref=check["Id"], attributes={"HealthCheckId": check["Id"]})


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    config = {name: value for name, value in _config(after).items() if name not in _CREATE_ONLY}
    account.call("route53", "UpdateHealthCheck", HealthCheckId=ref, **config)
    _retag(ref, before, after)
    return {"HealthCheckId": ref}


def _delete(ref: str, _properties: Properties) -> None:
    account.call("route53", "DeleteHealthCheck", HealthCheckId=ref)


def _config(properties: Properties) -> dict[str, Any]:
    return {name: _typed(name, value) for name, value in properties["HealthCheckConfig"].items()}


def _typed(name: str, value: Any) -> Any:  # noqa: ANN401 - CloudFormation takes "10" for 10
    if name in _NUMBERS:
        return int(value)
    return str(value).lower() == "true" if name in _FLAGS else value


def _retag(ref: str, before: Properties, after: Properties) -> None:
    tags = after.get("HealthCheckTags", [])
    kept = {tag["Key"] for tag in tags}
    dropped = [tag["Key"] for tag in before.get("HealthCheckTags", ()) if tag["Key"] not in kept]
    changes: dict[str, Any] = {"AddTags": tags} if tags else {}
    changes |= {"RemoveTagKeys": dropped} if dropped else {}
    if changes:
        account.call(
            "route53",
            "ChangeTagsForResource",
            ResourceType="healthcheck",
            ResourceId=ref,
            **changes,
        )


HEALTH_CHECK = ResourceType(
    name="AWS::Route53::HealthCheck",
    create=_create,
    update=_update,
    delete=_delete,
    tag_property="HealthCheckTags",
)
