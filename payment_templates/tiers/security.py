"""Adds one security group per layer, and the rules between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import AWS_ACCOUNT_ID, Ref, ec2

from payment_templates import naming
from payment_templates.parameters import HIGHEST_PORT, LOWEST_PORT

from .network import ANYWHERE

if TYPE_CHECKING:
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .network import Network

HTTP_PORT = 80
HTTPS_PORT = 443
POSTGRES_PORT = 5432


@dataclass(frozen=True, kw_only=True)
class Security:
    """The security groups, and the rule that a task needs before it can receive requests."""

    load_balancer: ec2.SecurityGroup
    application: ec2.SecurityGroup
    database: ec2.SecurityGroup
    requests: ec2.SecurityGroupIngress


def add_security(scope: Scope, *, parameters: Parameters, network: Network) -> Security:
    """Add the groups of load balancer, tasks and database, and the rules between them.

    Rules are inline, so that drift detection finds an added rule. A group with inline and separate
    rules in one direction may always be reported as drifted:
    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1198
    """
    application = _add_group(
        scope,
        network,
        "ApplicationSecurityGroup",
        "application",
        # The database by its addresses: two groups that refer to each other cannot be created.
        egress=[
            _addresses(ANYWHERE, HTTPS_PORT, "Registries and APIs"),
            _addresses(scope.options.vpc_cidr, POSTGRES_PORT, "Queries"),
        ],
    )
    database = _add_group(
        scope,
        network,
        "DatabaseSecurityGroup",
        "database",
        ingress=[_from_group(application, POSTGRES_PORT, "Queries")],
        egress=[_nowhere()],
    )
    load_balancer = _add_group(
        scope,
        network,
        "LoadBalancerSecurityGroup",
        "load-balancer",
        ingress=[
            _addresses(ANYWHERE, HTTP_PORT, "HTTP"),
            _addresses(ANYWHERE, HTTPS_PORT, "HTTPS"),
        ],
        # Every port that ContainerPort accepts: the tasks' group allows only the one in use.
        egress=[_to_group(application, LOWEST_PORT, HIGHEST_PORT, "Requests")],
    )
    # A separate rule: when ContainerPort changes, the new rule is created before the old one is
    # deleted, so that old tasks serve until new ones do. An inline rule would be removed first.
    requests = scope.add(
        ec2.SecurityGroupIngress(
            "RequestsIngress",
            GroupId=application.ref(),
            IpProtocol="tcp",
            FromPort=parameters.container_port.ref(),
            ToPort=parameters.container_port.ref(),
            SourceSecurityGroupId=load_balancer.ref(),
            Description="Requests",
        )
    )
    return Security(
        load_balancer=load_balancer,
        application=application,
        database=database,
        requests=requests,
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


def _addresses(cidr: str, port: int, description: str) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp=cidr, Description=description
    )


def _from_group(source: ec2.SecurityGroup, port: int, description: str) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        SourceSecurityGroupId=source.ref(),
        # EC2 reports the owner with the rule: without it here, that could count as drift.
        SourceSecurityGroupOwnerId=Ref(AWS_ACCOUNT_ID),
        Description=description,
    )


def _to_group(
    target: ec2.SecurityGroup, first: int, last: int, description: str
) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        IpProtocol="tcp",
        FromPort=first,
        ToPort=last,
        DestinationSecurityGroupId=target.ref(),
        Description=description,
    )


def _nowhere() -> ec2.SecurityGroupRule:
    # Without an egress rule a group allows all egress; one rule to 127.0.0.1 prevents that:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    return ec2.SecurityGroupRule(IpProtocol="-1", CidrIp="127.0.0.1/32", Description="Nowhere")
