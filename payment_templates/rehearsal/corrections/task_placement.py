"""Tasks of a service spread over its subnets, each with an interface and an address.

"The service scheduler attempts to maintain a balance across Availability Zones": Amazon ECS
Developer Guide, "Amazon ECS services". ministack puts every task into the region's first zone.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from secrets import token_hex
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import amend_operations

# AWS keeps the first four addresses of a subnet: "Subnet CIDR blocks", Amazon VPC User Guide.
_RESERVED_ADDRESSES = 4
_SERVICE_GROUP = "service:"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a task runs."""

    subnet: str
    zone: str
    address: str
    interface: str


class TaskPlacement:
    """The places of all tasks, given at first sight and kept until the task is gone."""

    def __init__(self) -> None:
        self._places = ministack.regional_store()

    def of_service(self, service: Mapping[str, Any]) -> Mapping[str, Place]:
        """Place each running task of a service into the subnet that has the fewest of them."""
        network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        running = account.call(
            "ecs", "ListTasks", cluster=service["clusterArn"], serviceName=service["serviceName"]
        )["taskArns"]
        known: dict[str, Place] = self._places.get(service["serviceArn"], {})
        places = {task: known[task] for task in running if task in known}
        for task in running:
            if task not in places and network.get("subnets"):
                places[task] = _next_place(network["subnets"], places)
        self._places[service["serviceArn"]] = places
        return places


def install(placement: TaskPlacement) -> None:
    """Show the place of each task that belongs to a service."""

    def described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        places: dict[str, Place] = {}
        homes = {
            (task["clusterArn"], task["group"].removeprefix(_SERVICE_GROUP))
            for task in answer["tasks"]
            if task.get("group", "").startswith(_SERVICE_GROUP)
        }
        for cluster, name in homes:
            found = account.call("ecs", "DescribeServices", cluster=cluster, services=[name])
            for service in found["services"]:
                places.update(placement.of_service(service))
        return {**answer, "tasks": [_placed(task, places) for task in answer["tasks"]]}

    amend_operations("ecs", {"DescribeTasks": described})


def _next_place(subnet_ids: list[str], taken: Mapping[str, Place]) -> Place:
    load = Counter(place.subnet for place in taken.values())
    chosen = min(subnet_ids, key=lambda subnet: load[subnet])
    subnet = account.call("ec2", "DescribeSubnets", SubnetIds=[chosen])["Subnets"][0]
    used = {place.address for place in taken.values()}
    hosts = (str(host) for host in ip_network(subnet["CidrBlock"]))
    free = [
        host for host, _ in zip(hosts, range(len(used) + _RESERVED_ADDRESSES + 1), strict=False)
    ]
    return Place(
        subnet=chosen,
        zone=subnet["AvailabilityZone"],
        address=next(host for host in free[_RESERVED_ADDRESSES:] if host not in used),
        interface=f"eni-{token_hex(8)}0",
    )


def _placed(task: dict[str, Any], places: Mapping[str, Place]) -> dict[str, Any]:
    place = places.get(task["taskArn"])
    if place is None:
        return task
    details = {
        "subnetId": place.subnet,
        "networkInterfaceId": place.interface,
        "privateIPv4Address": place.address,
    }
    attachment = {
        "id": place.interface,
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }
    return {**task, "availabilityZone": place.zone, "attachments": [attachment]}
