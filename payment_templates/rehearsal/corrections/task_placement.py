"""Spreads the tasks of a service over its subnets, each with an interface and an address.

"The service scheduler attempts to maintain a balance across Availability Zones": Amazon ECS
Developer Guide, "Amazon ECS services". ministack runs every task in the region's first zone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from secrets import token_hex
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import amend_operations

# AWS reserves the first four addresses of a subnet: "Subnet CIDR blocks", Amazon VPC User Guide.
_RESERVED_ADDRESSES = 4
_SERVICE_GROUP = "service:"


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where a task runs."""

    subnet: str
    zone: str
    address: str
    interface: str


class TaskPlacement:
    """The locations of all tasks, assigned when first described and fixed until a task stops."""

    def __init__(self) -> None:
        self._locations = ministack.regional_store()

    def of_service(self, service: Mapping[str, Any]) -> Mapping[str, Location]:
        """Place each running task of a service in the subnet that has the fewest of them."""
        network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        running = account.call(
            "ecs", "ListTasks", cluster=service["clusterArn"], serviceName=service["serviceName"]
        )["taskArns"]
        known: dict[str, Location] = self._locations.get(service["serviceArn"], {})
        locations = {task: known[task] for task in running if task in known}
        for task in running:
            if task not in locations and network.get("subnets"):
                locations[task] = _next_location(network["subnets"], locations)
        self._locations[service["serviceArn"]] = locations
        return locations


def install(placement: TaskPlacement) -> None:
    """Show the location of each task that belongs to a service."""

    def described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        locations: dict[str, Location] = {}
        services = {
            (task["clusterArn"], task["group"].removeprefix(_SERVICE_GROUP))
            for task in answer["tasks"]
            if task.get("group", "").startswith(_SERVICE_GROUP)
        }
        for cluster, name in services:
            try:
                found = account.call("ecs", "DescribeServices", cluster=cluster, services=[name])
            except ClientError:
                # Stopped tasks are shown longer than their deleted cluster.
                continue
            for service in found["services"]:
                locations.update(placement.of_service(service))
        return {**answer, "tasks": [_placed(task, locations) for task in answer["tasks"]]}

    amend_operations("ecs", {"DescribeTasks": described})


def _next_location(subnet_ids: list[str], taken: Mapping[str, Location]) -> Location:
    load = Counter(location.subnet for location in taken.values())
    chosen = min(subnet_ids, key=lambda subnet: load[subnet])
    subnet = account.call("ec2", "DescribeSubnets", SubnetIds=[chosen])["Subnets"][0]
    used = {location.address for location in taken.values()}
    hosts = (str(host) for host in ip_network(subnet["CidrBlock"]))
    free = [
        host for host, _ in zip(hosts, range(len(used) + _RESERVED_ADDRESSES + 1), strict=False)
    ]
    return Location(
        subnet=chosen,
        zone=subnet["AvailabilityZone"],
        address=next(host for host in free[_RESERVED_ADDRESSES:] if host not in used),
        interface=f"eni-{token_hex(8)}0",
    )


def _placed(task: dict[str, Any], locations: Mapping[str, Location]) -> dict[str, Any]:
    location = locations.get(task["taskArn"])
    if location is None:
        return task
    details = {
        "subnetId": location.subnet,
        "networkInterfaceId": location.interface,
        "privateIPv4Address": location.address,
    }
    attachment = {
        "id": location.interface,
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }
    return {**task, "availabilityZone": location.zone, "attachments": [attachment]}
