"""Emulates Application Auto Scaling: targets and policies are stored, nothing scales."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "application-autoscaling"
_TARGET_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")


@dataclass(frozen=True, kw_only=True)
class _Scaling:
    """The targets and policies of every account and region, and the operations on them."""

    targets: MutableMapping[str, Any]
    policies: MutableMapping[str, Any]

    def register_target(self, request: dict[str, Any]) -> Mapping[str, Any]:
        key = _key(request)
        made: dict[str, Any] = {
            "CreationTime": _now(),
            "ScalableTargetARN": _arn("scalable-target", uuid4().hex),
        }
        target: dict[str, Any] = {
            **made,
            "RoleARN": _service_role(),
            **self.targets.get(key, {}),
            **request,
        }
        if target["MinCapacity"] > target["MaxCapacity"]:
            raise ServiceError(
                "ValidationException", "Maximum capacity cannot be less than minimum capacity"
            )
        self.targets[key] = target
        return {"ScalableTargetARN": target["ScalableTargetARN"]}

    def deregister_target(self, request: dict[str, Any]) -> Mapping[str, Any]:
        self._require_target(request)
        for name, policy in tuple(self.policies.items()):
            if _key(policy) == _key(request):
                del self.policies[name]
        del self.targets[_key(request)]
        return {}

    def put_policy(self, request: dict[str, Any]) -> Mapping[str, Any]:
        self._require_target(request)
        key = f"{_key(request)}|{request['PolicyName']}"
        name = f"{request['ResourceId']}:policyName/{request['PolicyName']}"
        arn = _arn("scalingPolicy", f"{uuid4()}:resource/{request['ServiceNamespace']}/{name}")
        made: dict[str, Any] = {"CreationTime": _now(), "PolicyARN": arn, "Alarms": []}
        policy: dict[str, Any] = {**made, **self.policies.get(key, {}), **request}
        self.policies[key] = policy
        return {"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]}

    def delete_policy(self, request: dict[str, Any]) -> Mapping[str, Any]:
        if self.policies.pop(f"{_key(request)}|{request['PolicyName']}", None) is None:
            raise ServiceError(
                "ObjectNotFoundException",
                f"No scaling policy found for policy name: {request['PolicyName']}",
            )
        return {}

    def describe_targets(self, request: dict[str, Any]) -> Mapping[str, Any]:
        found = _matching(self.targets.values(), request, ids=request.get("ResourceIds"))
        return {"ScalableTargets": found}

    def describe_policies(self, request: dict[str, Any]) -> Mapping[str, Any]:
        ids = [request["ResourceId"]] if "ResourceId" in request else None
        names = request.get("PolicyNames")
        found = _matching(self.policies.values(), request, ids=ids)
        return {
            "ScalingPolicies": [
                policy for policy in found if names is None or policy["PolicyName"] in names
            ]
        }

    def _require_target(self, request: Mapping[str, Any]) -> None:
        if _key(request) not in self.targets:
            namespace, resource, dimension = (request[name] for name in _TARGET_KEY)
            raise ServiceError(
                "ObjectNotFoundException",
                f"No scalable target registered for service namespace: {namespace}, "
                f"resource ID: {resource}, scalable dimension: {dimension}",
            )


def install() -> None:
    """Serve the operations that CloudFormation and the integration tests use."""
    scaling = _Scaling(targets=ministack.regional_store(), policies=ministack.regional_store())
    ministack.add_route(SERVICE, target_prefix="AnyScaleFrontendService")
    add_operations(
        SERVICE,
        {
            "RegisterScalableTarget": scaling.register_target,
            "DeregisterScalableTarget": scaling.deregister_target,
            "DescribeScalableTargets": scaling.describe_targets,
            "PutScalingPolicy": scaling.put_policy,
            "DeleteScalingPolicy": scaling.delete_policy,
            "DescribeScalingPolicies": scaling.describe_policies,
            "DescribeScalingActivities": lambda _request: {"ScalingActivities": []},
            "DescribeScheduledActions": lambda _request: {"ScheduledActions": []},
        },
    )


def _key(request: Mapping[str, Any]) -> str:
    return "|".join(request[name] for name in _TARGET_KEY)


def _matching(
    entries: Iterable[dict[str, Any]], request: Mapping[str, Any], *, ids: list[str] | None
) -> list[dict[str, Any]]:
    return [
        entry
        for entry in entries
        if entry["ServiceNamespace"] == request["ServiceNamespace"]
        and request.get("ScalableDimension") in {None, entry["ScalableDimension"]}
        and (ids is None or entry["ResourceId"] in ids)
    ]


def _arn(kind: str, name: str) -> str:
    service = "autoscaling" if kind == "scalingPolicy" else SERVICE
    separator = ":" if kind == "scalingPolicy" else "/"
    return f"arn:aws:{service}:{ministack.region()}:{ministack.account()}:{kind}{separator}{name}"


def _service_role() -> str:
    # The service-linked role for ECS, which AWS uses if the template sets no role.
    return (
        f"arn:aws:iam::{ministack.account()}:role/aws-service-role/"
        "ecs.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    )


def _now() -> float:
    return datetime.now(UTC).timestamp()
