"""Rejects the deletion of security groups, subnets and VPCs in use; ministack deletes them.

What keeps them: botocore ec2, DeleteSecurityGroup, DeleteSubnet and DeleteVpc. The wording:
github.com/aws/aws-cdk/issues/14456.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Properties
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.wire import ServiceError

_CODE = "DependencyViolation"
_DELETED = frozenset({"deleted", "deleting"})
Check = Callable[[str], None]


def install() -> None:
    """Reject the deletion by the API and by CloudFormation."""
    for operation, member, resource_type, check in (
        ("DeleteSecurityGroup", "GroupId", "AWS::EC2::SecurityGroup", _require_unused_group),
        ("DeleteSubnet", "SubnetId", "AWS::EC2::Subnet", _require_unused_subnet),
        ("DeleteVpc", "VpcId", "AWS::EC2::VPC", _require_empty_vpc),
    ):
        guard_operations("ec2", {operation: _guard(member, check)})
        handlers = ministack.resource_handlers()[resource_type]
        handlers["delete"] = _checked(handlers["delete"], check)


def _guard(member: str, check: Check) -> Callable[[dict[str, Any]], None]:
    return lambda request: check(request.get(member, ""))


def _checked(original: Callable[..., None], check: Check) -> Callable[..., None]:
    def delete(physical_id: str, properties: Properties) -> None:
        try:
            check(physical_id)
        except ServiceError as error:
            raise RuntimeError(
                f"{error.message} (Service: AmazonEC2; Status Code: 400; Error Code: {error.code}; "
                f"Request ID: {uuid4()}; Proxy: null)"
            ) from error
        original(physical_id, properties)

    return delete


def _require_unused_group(group: str) -> None:
    if group in _groups_of_interfaces() or group in _groups_of_rules(group):
        raise ServiceError(_CODE, f"resource {group} has a dependent object")


def _require_unused_subnet(subnet: str) -> None:
    if subnet in _subnets_of_interfaces():
        raise ServiceError(_CODE, f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def _require_empty_vpc(vpc: str) -> None:
    subnets = account.call("ec2", "DescribeSubnets")["Subnets"]
    groups = account.call("ec2", "DescribeSecurityGroups")["SecurityGroups"]
    own = [group for group in groups if group["GroupName"] != "default"]
    if any(one["VpcId"] == vpc for one in (*subnets, *own)):
        raise ServiceError(_CODE, f"The vpc '{vpc}' has dependencies and cannot be deleted.")


def _groups_of_interfaces() -> set[str]:
    databases = (
        *account.call("rds", "DescribeDBClusters")["DBClusters"],
        *account.call("rds", "DescribeDBInstances")["DBInstances"],
    )
    return {
        *(
            group["GroupId"]
            for interface in account.call("ec2", "DescribeNetworkInterfaces")["NetworkInterfaces"]
            for group in interface["Groups"]
        ),
        *(group for one in _load_balancers() for group in one.get("SecurityGroups", [])),
        *(group for network in _networks_of_tasks() for group in network.get("securityGroups", [])),
        *(
            group["VpcSecurityGroupId"]
            for database in databases
            for group in database.get("VpcSecurityGroups", [])
        ),
        *(group["GroupId"] for endpoint in _endpoints() for group in endpoint.get("Groups", [])),
    }


def _groups_of_rules(itself: str) -> set[str]:
    groups = account.call("ec2", "DescribeSecurityGroups")["SecurityGroups"]
    return {
        pair.get("GroupId", "")
        for group in groups
        if group["GroupId"] != itself
        for rule in (*group.get("IpPermissions", []), *group.get("IpPermissionsEgress", []))
        for pair in rule.get("UserIdGroupPairs", [])
    }


def _subnets_of_interfaces() -> set[str]:
    return {
        *(
            interface["SubnetId"]
            for interface in account.call("ec2", "DescribeNetworkInterfaces")["NetworkInterfaces"]
        ),
        *(zone["SubnetId"] for one in _load_balancers() for zone in one["AvailabilityZones"]),
        *(subnet for network in _networks_of_tasks() for subnet in network.get("subnets", [])),
        *(
            gateway["SubnetId"]
            for gateway in account.call("ec2", "DescribeNatGateways")["NatGateways"]
            if gateway["State"] not in _DELETED
        ),
        *(subnet for endpoint in _endpoints() for subnet in endpoint.get("SubnetIds", [])),
    }


def _load_balancers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]
    return found


def _endpoints() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.call("ec2", "DescribeVpcEndpoints")["VpcEndpoints"]
    return [one for one in found if one.get("State") not in _DELETED]


def _networks_of_tasks() -> Iterator[dict[str, Any]]:
    for cluster in account.call("ecs", "ListClusters")["clusterArns"]:
        names = account.call("ecs", "ListServices", cluster=cluster)["serviceArns"]
        if not names:
            continue
        shown = account.call("ecs", "DescribeServices", cluster=cluster, services=names)
        for service in shown["services"]:
            if service["runningCount"]:
                yield service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
