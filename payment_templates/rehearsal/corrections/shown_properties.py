"""Shows template properties that ministack's describe calls omit or change.

AWS shows them as the template sets them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Properties
from payment_templates.rehearsal.services import Amendment, amend_operations

Entry = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A describe call, and the members that its entries lack."""

    resource_type: str
    service: str
    operation: str
    # The list in the response, and the member of its entries that is the resource's Ref.
    members: str
    key: str
    # Returns members to set on an entry; None leaves a member unchanged.
    fill: Callable[[Properties, Entry], Entry]


def _database_instance(properties: Properties, _entry: Entry) -> Entry:
    return {"PerformanceInsightsKMSKeyId": properties.get("PerformanceInsightsKMSKeyId")}


def _service(properties: Properties, entry: Entry) -> Entry:
    balancers = entry.get("loadBalancers", [])
    return {
        # The default for new services since 2025: CreateService.
        "availabilityZoneRebalancing": properties.get("AvailabilityZoneRebalancing", "ENABLED"),
        "healthCheckGracePeriodSeconds": int(properties.get("HealthCheckGracePeriodSeconds", 0)),
        "propagateTags": properties.get("PropagateTags", "NONE"),
        "loadBalancers": [{**one, "containerPort": int(one["containerPort"])} for one in balancers],
    }


TABLE = (
    Shown(
        resource_type="AWS::RDS::DBInstance",
        service="rds",
        operation="DescribeDBInstances",
        members="DBInstances",
        key="DBInstanceIdentifier",
        fill=_database_instance,
    ),
    Shown(
        resource_type="AWS::ECS::Service",
        service="ecs",
        operation="DescribeServices",
        members="services",
        key="serviceArn",
        fill=_service,
    ),
)


def install() -> None:
    """Record the properties of these types, and show them."""
    for shown in TABLE:
        recorded = ministack.regional_store()
        ministack.observe_resources(shown.resource_type, recorded)
        amend_operations(shown.service, {shown.operation: _filling(shown, recorded)})


def _filling(shown: Shown, recorded: Mapping[str, Properties]) -> Amendment:
    def filled(entry: dict[str, Any]) -> dict[str, Any]:
        properties = recorded.get(entry[shown.key])
        if properties is None:
            return entry
        given = shown.fill(properties, entry)
        return {**entry, **{name: value for name, value in given.items() if value is not None}}

    def amend(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, shown.members: [filled(entry) for entry in answer[shown.members]]}

    return amend
