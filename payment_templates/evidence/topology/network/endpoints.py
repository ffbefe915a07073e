"""Reads VPC endpoints: their services, subnets and route tables, and what their policies allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.security_groups import groups_or_default

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint: an interface serves its whole VPC, a gateway only its route tables."""

    logical_id: str
    # s3, ecr.api, logs, ...
    service: str
    interface: bool
    vpc: str
    subnets: tuple[str, ...]
    tables: tuple[str, ...]
    security_groups: tuple[str, ...]
    # Whether the service's default DNS name resolves to the endpoint.
    answers_by_name: bool
    # Whether its policy allows everything to everyone, which is the default.
    open: bool
    # Whether its policy allows nothing.
    closed: bool


def read_endpoints(stack: Stack) -> tuple[Endpoint, ...]:
    """Read every VPC endpoint."""
    return tuple(_endpoint(stack, endpoint) for endpoint in stack.of_type("AWS::EC2::VPCEndpoint"))


def _endpoint(stack: Stack, endpoint: StackResource) -> Endpoint:
    fields = endpoint.properties
    interface = fields.text("VpcEndpointType") == "Interface"
    statements = fields.child("PolicyDocument").children("Statement")
    return Endpoint(
        logical_id=endpoint.logical_id,
        service=fields.text("ServiceName").split(f".{stack.region}.")[-1],
        interface=interface,
        vpc=fields.identity("VpcId"),
        subnets=fields.targets("SubnetIds"),
        tables=fields.identities("RouteTableIds"),
        security_groups=groups_or_default(fields, "SecurityGroupIds"),
        answers_by_name=not interface or _has_private_names(stack, fields),
        open="PolicyDocument" not in fields or all(map(_is_open, statements)),
        closed="PolicyDocument" in fields and _is_closed(statements),
    )


def _has_private_names(stack: Stack, endpoint: Properties) -> bool:
    """Return whether the VPC resolves the service's default DNS name to the endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html
    """
    vpc = stack.of(endpoint.target("VpcId"), "AWS::EC2::VPC")
    names = vpc is None or vpc.properties.flag("EnableDnsHostnames")
    return endpoint.flag("PrivateDnsEnabled") and names


def _is_open(statement: Properties) -> bool:
    principal = statement.get("Principal")
    return (
        statement.text("Effect") == "Allow"
        and (principal == "*" or "*" in statement.child("Principal").texts("AWS"))
        and "*" in statement.texts("Action")
        and "*" in statement.texts("Resource")
        and "Condition" not in statement
    )


def _is_closed(statements: tuple[Properties, ...]) -> bool:
    allows = any(statement.text("Effect") == "Allow" for statement in statements)
    denies = any(
        statement.text("Effect") == "Deny"
        and "*" in statement.texts("Action")
        and "*" in statement.texts("Resource")
        and "Condition" not in statement
        for statement in statements
    )
    return denies or not allows
