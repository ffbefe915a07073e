"""Properties that ministack takes from a template and does not show, or shows otherwise.

A describe call of AWS shows them as they were given.
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
    """Where a resource is described, and what the description lacks."""

    resource_type: str
    service: str
    operation: str
    # The list in the answer, and the member of its entries that is the resource's Ref.
    members: str
    key: str
    # The members of an entry that the properties fill; None leaves one as it is.
    fill: Callable[[Properties, Entry], Entry]


def _database_instance(properties: Properties, _entry: Entry) -> Entry:
    return {"PerformanceInsightsKMSKeyId": properties.get("PerformanceInsightsKMSKeyId")}


def _service(properties: Properties, entry: Entry) -> Entry:
    balancers = entry.get("loadBalancers", [])
    return {
        # Since 2025 the default of a service that is made: CreateService.
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
    """Remember the properties of these types, and show them."""
    for shown in TABLE:
        remembered = ministack.regional_store()
        ministack.observe_resources(shown.resource_type, remembered)
        amend_operations(shown.service, {shown.operation: _filling(shown, remembered)})


def _filling(shown: Shown, remembered: Mapping[str, Properties]) -> Amendment:
    def filled(entry: dict[str, Any]) -> dict[str, Any]:
        properties = remembered.get(entry[shown.key])
        if properties is None:
            return entry
        given = shown.fill(properties, entry)
        return {**entry, **{name: value for name, value in given.items() if value is not None}}

    def amend(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, shown.members: [filled(entry) for entry in answer[shown.members]]}

    return amend
