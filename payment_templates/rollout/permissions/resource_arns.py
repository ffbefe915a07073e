"""Returns ARN patterns for the resources of a template, from their names.

Unknown parts of a name are "*"; a resource whose name AWS generates has no pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Text, Unknown, scalar_text
from payment_templates.cloudformation.evaluation.resource_names import NAMINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import StackResource, Value

_REGIONAL = "arn:{partition}:%s:{region}:{account}:%s"
_BALANCERS = {"network": "net", "gateway": "gwy"}
# ARNs that contain more than the name; AWS's service authorization reference. The six characters
# after a secret's name: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
_LONGER = {
    "AWS::ECS::Service": ("ecs", ("service/*/{name}",)),
    "AWS::ECS::TaskDefinition": ("ecs", ("task-definition/{name}:*",)),
    # A listener's ARN starts with the name of its load balancer.
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "elasticloadbalancing",
        ("loadbalancer/{kind}/{name}/*", "listener/{kind}/{name}/*"),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "elasticloadbalancing",
        ("targetgroup/{name}/*",),
    ),
    "AWS::Events::Rule": ("events", ("rule/{bus}{name}",)),
    # The actions on a log group's streams and its tags use different forms.
    "AWS::Logs::LogGroup": ("logs", ("log-group:{name}", "log-group:{name}:*")),
    # A request may name a secret by its name alone, and always does to create it.
    "AWS::SecretsManager::Secret": ("secretsmanager", ("secret:{name}", "secret:{name}-??????")),
}
# What a service creates for a resource with the caller's permissions; in the policies that AWS
# gives its own roles: AmazonRDSServiceRolePolicy, AWSApplicationAutoscalingWorkSpacesPoolPolicy.
_MANAGED_SECRETS = ("arn:${Partition}:secretsmanager:${Region}:${Account}:secret:rds!*",)
_TRACKING_ALARMS = ("arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:TargetTracking*",)
_MADE_BY_SERVICES = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _TRACKING_ALARMS,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _TRACKING_ALARMS,
    "AWS::RDS::DBCluster": _MANAGED_SECRETS,
    "AWS::RDS::DBInstance": _MANAGED_SECRETS,
}
_LISTENERS = {
    f"AWS::ElasticLoadBalancingV2::{kind}": tuple(
        "arn:${Partition}:elasticloadbalancing:${Region}:${Account}:" + f"{start}/{balancer}/*"
        for balancer in balancers
    )
    for kind, start, balancers in (
        ("Listener", "listener", ("app", "gwy", "net")),
        ("ListenerRule", "listener-rule", ("app", "net")),
    )
}
_STARS = re.compile(r"\*{2,}")


def arn_patterns(resource: StackResource) -> tuple[str, ...]:
    """Return the ARN patterns of a resource, with ${Partition}, ${Region} and ${Account}.

    Empty if a policy cannot name the resource.
    """
    naming = NAMINGS.get(resource.type)
    if naming is None or not naming.name:
        return ()
    names = [*_texts(resource.properties.get(naming.name))]
    if not names or "*" in names:
        return ()
    if naming.lower_case:
        names = [name.lower() for name in names]
    forms = _forms(resource.type)
    return tuple(_filled(resource, form, name) for name in names for form in forms)


def kind_patterns(resource: StackResource) -> tuple[str, ...]:
    """Return the ARN patterns of a resource's kind, as it has them with any name; empty if unknown.

    Those of a listener are not unknown: it has the name of its load balancer in its ARN.
    """
    return _LISTENERS.get(resource.type) or tuple(
        _filled(resource, form, "*") for form in _forms(resource.type)
    )


def arns_named_after(resource_type: str, referred: Iterable[str]) -> Iterator[str]:
    """Yield the ARN patterns that a resource gets from the name of one that it refers to."""
    for kind in _LISTENERS.get(resource_type, ()):
        yield from (arn for arn in referred if arn.startswith(kind.removesuffix("*")))


def arns_made_for(resource_type: str) -> tuple[str, ...]:
    """Return the ARN patterns of what a service creates for a resource."""
    return _MADE_BY_SERVICES.get(resource_type, ())


def texts_of(value: Value) -> tuple[str, ...]:
    """Return the texts that a value may have, with "*" for what is not known."""
    return tuple(dict.fromkeys(_texts(value)))


def _forms(resource_type: str) -> tuple[str, ...]:
    if resource_type in _LONGER:
        service, endings = _LONGER[resource_type]
        return tuple(_REGIONAL % (service, ending) for ending in endings)
    naming = NAMINGS.get(resource_type)
    return (naming.arn,) if naming is not None and naming.arn else ()


def _filled(resource: StackResource, form: str, name: str) -> str:
    properties = resource.properties
    (path,) = texts_of(properties.get("Path"))[:1] or ("/",)
    (kind,) = texts_of(properties.get("Type"))[:1] or ("",)
    filled = form.format(
        **{
            "partition": "${Partition}",
            "region": "${Region}",
            "account": "${Account}",
            "name": name,
            "path": path,
            "/": "" if name.startswith("/") else "/",
            "kind": "*" if kind == "*" else _BALANCERS.get(kind, "app"),
            "bus": "*/" if "EventBusName" in properties else "",
        }
    )
    return _STARS.sub("*", filled)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, Unknown):
        # None is a name that AWS generates.
        for choice in value.choices or ("*",):
            yield from _texts("*" if choice is None else choice)
    elif isinstance(value, Text):
        parts = (part if isinstance(part, str) else "*" for part in value.parts)
        yield _STARS.sub("*", "".join(parts))
    elif isinstance(value, Reference):
        yield "*"
    elif isinstance(value, (str, int, float)):
        yield scalar_text(value)
