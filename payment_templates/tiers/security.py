"""Who may talk to whom: one group a layer, joined by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import ec2

from payment_templates import naming

from .network import ANYWHERE

if TYPE_CHECKING:
    from troposphere import Ref

    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .network import Network

HTTP_PORT = 80
HTTPS_PORT = 443
POSTGRES_PORT = 5432


@dataclass(frozen=True, kw_only=True)
class Security:
    """The groups, and the rules between them that a task needs before it can start."""

    load_balancer: ec2.SecurityGroup
    application: ec2.SecurityGroup
    database: ec2.SecurityGroup
    rules: tuple[ec2.SecurityGroupEgress | ec2.SecurityGroupIngress, ...]


def add_security(scope: Scope, *, parameters: Parameters, network: Network) -> Security:
    """Add the groups of load balancer, tasks and database, and the rules between them.

    A group admits the one made before it; the way to the one made after it is a rule of its own.
    So is the container's port on both sides: when it changes, the new rule comes before the old
    one goes, where a group would first take away its own.
    """
    port = parameters.container_port.ref()
    load_balancer = _add_group(
        scope,
        network,
        "LoadBalancerSecurityGroup",
        "load-balancer",
        ingress=[
            _world(HTTP_PORT, "HTTP"),
            _world(HTTPS_PORT, "HTTPS"),
        ],
        egress=[_nowhere()],
    )
    application = _add_group(
        scope,
        network,
        "ApplicationSecurityGroup",
        "application",
        egress=[_world(HTTPS_PORT, "Registries and APIs")],
    )
    database = _add_group(
        scope,
        network,
        "DatabaseSecurityGroup",
        "database",
        ingress=[_group(POSTGRES_PORT, "Queries", application)],
        egress=[_nowhere()],
    )
    rules = (
        _let_in(scope, "Requests", source=load_balancer, target=application, port=port),
        _let_out(scope, "Requests", source=load_balancer, target=application, port=port),
        _let_out(scope, "Queries", source=application, target=database, port=POSTGRES_PORT),
    )
    return Security(
        load_balancer=load_balancer, application=application, database=database, rules=rules
    )


def _add_group(
    scope: Scope,
    network: Network,
    logical_id: str,
    name: str,
    *,
    egress: list[ec2.SecurityGroupRule],
    ingress: list[ec2.SecurityGroupRule] | None = None,
) -> ec2.SecurityGroup:
    group = ec2.SecurityGroup(
        logical_id,
        GroupDescription=f"Payment {name}",
        VpcId=network.vpc.ref(),
        SecurityGroupEgress=egress,
        Tags=naming.tags(name),
    )
    if ingress:
        group.SecurityGroupIngress = ingress
    return scope.add(group)


def _world(port: int, description: str) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp=ANYWHERE, Description=description
    )


def _group(port: int, description: str, source: ec2.SecurityGroup) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        SourceSecurityGroupId=source.ref(),
        Description=description,
    )


def _nowhere() -> ec2.SecurityGroupRule:
    # A group made without an egress rule may talk to everyone; one rule to nobody prevents that:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    return ec2.SecurityGroupRule(IpProtocol="-1", CidrIp="127.0.0.1/32", Description="Nowhere")


def _let_in(
    scope: Scope,
    what: str,
    *,
    source: ec2.SecurityGroup,
    target: ec2.SecurityGroup,
    port: Ref,
) -> ec2.SecurityGroupIngress:
    return scope.add(
        ec2.SecurityGroupIngress(
            f"{what}Ingress",
            GroupId=target.ref(),
            IpProtocol="tcp",
            FromPort=port,
            ToPort=port,
            SourceSecurityGroupId=source.ref(),
            Description=what,
        )
    )


def _let_out(
    scope: Scope,
    what: str,
    *,
    source: ec2.SecurityGroup,
    target: ec2.SecurityGroup,
    port: int | Ref,
) -> ec2.SecurityGroupEgress:
    return scope.add(
        ec2.SecurityGroupEgress(
            f"{what}Egress",
            GroupId=source.ref(),
            IpProtocol="tcp",
            FromPort=port,
            ToPort=port,
            DestinationSecurityGroupId=target.ref(),
            Description=what,
        )
    )
