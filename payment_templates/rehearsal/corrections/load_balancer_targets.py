"""Registers the tasks of a service as load balancer targets; ministack registers none."""

from collections.abc import Iterator
from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.corrections.task_placement import TaskPlacement
from payment_templates.rehearsal.services import amend_operations


def install(placement: TaskPlacement) -> None:
    """Show the tasks of every service that uses the target group."""

    def described(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        group = request["TargetGroupArn"]
        targets = [
            _target(location.address, location.zone, port)
            for service, port in _services(group)
            for location in placement.of_service(service).values()
        ]
        return {"TargetHealthDescriptions": [*answer["TargetHealthDescriptions"], *targets]}

    amend_operations("elbv2", {"DescribeTargetHealth": described})


def _services(group: str) -> Iterator[tuple[dict[str, Any], int]]:
    for cluster in account.call("ecs", "ListClusters")["clusterArns"]:
        names = account.call("ecs", "ListServices", cluster=cluster)["serviceArns"]
        if not names:
            continue
        for service in account.call("ecs", "DescribeServices", cluster=cluster, services=names)[
            "services"
        ]:
            for balancer in service.get("loadBalancers", []):
                if balancer.get("targetGroupArn") == group:
                    yield service, int(balancer["containerPort"])


def _target(address: str, zone: str, port: int) -> dict[str, Any]:
    return {
        "Target": {"Id": address, "Port": port, "AvailabilityZone": zone},
        "HealthCheckPort": str(port),
        # CloudFormation completes a service when its tasks are healthy targets. No container runs
        # here: only AWS can show whether the application is healthy.
        "TargetHealth": {"State": "healthy"},
    }
