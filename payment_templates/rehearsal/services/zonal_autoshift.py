"""Emulates zonal autoshift of load balancers: stores its configurations, shifts no traffic.

https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-autoshift.html
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import add_rest_service
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "arc-zonal-shift"
_ENABLED = "ENABLED"
_ATTRIBUTE = {"Key": "zonal_shift.config.enabled", "Value": "true"}
_PRACTICE = (
    *("blockedDates", "blockedWindows", "allowedWindows"),
    *("blockingAlarms", "outcomeAlarms"),
)


@dataclass(frozen=True, kw_only=True)
class _Autoshift:
    """The practice runs and the status of the load balancers of every account and region."""

    practice: MutableMapping[str, dict[str, Any]]
    status: MutableMapping[str, str]

    def create_practice(self, request: dict[str, Any]) -> Mapping[str, Any]:
        resource: str = request["resourceIdentifier"]
        balancer = _managed(resource)
        if resource in self.practice:
            raise ServiceError(
                "ConflictException", f"{resource} has a practice run configuration already."
            )
        _require_alarms(request)
        self.practice[resource] = {name: request[name] for name in _PRACTICE if name in request}
        return self._configuration(balancer)

    def update_practice(self, request: dict[str, Any]) -> Mapping[str, Any]:
        practice = self._known(request["resourceIdentifier"])
        _require_alarms(request)
        practice.update({name: request[name] for name in _PRACTICE if name in request})
        return self._configuration(_managed(request["resourceIdentifier"]))

    def delete_practice(self, request: dict[str, Any]) -> Mapping[str, Any]:
        resource: str = request["resourceIdentifier"]
        self._known(resource)
        if self.status.get(resource) == _ENABLED:
            # "You must disable zonal autoshift": botocore, DeletePracticeRunConfiguration.
            raise ServiceError("ConflictException", f"Zonal autoshift is enabled for {resource}.")
        del self.practice[resource]
        return {"arn": resource, "name": resource, "zonalAutoshiftStatus": "DISABLED"}

    def set_status(self, request: dict[str, Any]) -> Mapping[str, Any]:
        resource, status = request["resourceIdentifier"], request["zonalAutoshiftStatus"]
        _managed(resource)
        if status == _ENABLED and resource not in self.practice:
            # "Practice runs must be configured for zonal autoshift to be enabled": the same model.
            raise ServiceError(
                "ValidationException", f"{resource} has no practice run configuration."
            )
        self.status[resource] = status
        return {"resourceIdentifier": resource, "zonalAutoshiftStatus": status}

    def describe(self, request: dict[str, Any]) -> Mapping[str, Any]:
        balancer = _managed(request["resourceIdentifier"])
        weights = {zone["ZoneName"]: 1.0 for zone in balancer["AvailabilityZones"]}
        shown: dict[str, Any] = {
            **self._configuration(balancer),
            "appliedWeights": weights,
            "zonalShifts": [],
        }
        return {name: value for name, value in shown.items() if value is not None}

    def _known(self, resource: str) -> dict[str, Any]:
        if resource not in self.practice:
            raise ServiceError(
                "ResourceNotFoundException", f"{resource} has no practice run configuration."
            )
        return self.practice[resource]

    def _configuration(self, balancer: Mapping[str, Any]) -> dict[str, Any]:
        resource = balancer["LoadBalancerArn"]
        return {
            "arn": resource,
            "name": balancer["LoadBalancerName"],
            "zonalAutoshiftStatus": self.status.get(resource, "DISABLED"),
            "practiceRunConfiguration": self.practice.get(resource),
        }


def install() -> None:
    """Serve the operations that CloudFormation and the integration tests use."""
    autoshift = _Autoshift(practice=ministack.regional_store(), status=ministack.regional_store())
    add_rest_service(
        SERVICE,
        {
            "CreatePracticeRunConfiguration": autoshift.create_practice,
            "UpdatePracticeRunConfiguration": autoshift.update_practice,
            "DeletePracticeRunConfiguration": autoshift.delete_practice,
            "UpdateZonalAutoshiftConfiguration": autoshift.set_status,
            "GetManagedResource": autoshift.describe,
        },
    )


def _managed(resource: str) -> dict[str, Any]:
    # A load balancer registers itself once the attribute is set:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html
    listed = account.call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]
    found = [one for one in listed if one["LoadBalancerArn"] == resource]
    if found:
        attributes = account.call(
            "elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=resource
        )["Attributes"]
        if _ATTRIBUTE in attributes:
            balancer: dict[str, Any] = found[0]
            return balancer
    raise ServiceError(
        "ResourceNotFoundException", f"{resource} is not registered for zonal shifts."
    )


def _require_alarms(request: Mapping[str, Any]) -> None:
    conditions = [*request.get("blockingAlarms", []), *request.get("outcomeAlarms", [])]
    wanted = {condition["alarmIdentifier"] for condition in conditions}
    described = account.call(
        "cloudwatch", "DescribeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    existing = {
        alarm["AlarmArn"]
        for kind in ("MetricAlarms", "CompositeAlarms")
        for alarm in described.get(kind, [])
    }
    for alarm in sorted(wanted - existing):
        raise ServiceError("ValidationException", f"The alarm {alarm} does not exist.")
