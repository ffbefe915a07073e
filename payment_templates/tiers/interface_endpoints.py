"""Adds interface endpoints, through which tasks reach AWS services without a NAT gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs.aws import Action, Allow, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AWS_ACCOUNT_ID, Ref, Sub, ec2

from payment_templates import naming

from .security import HTTPS_PORT

if TYPE_CHECKING:
    from payment_templates.scope import Scope

    from .network import Network
    from .security import Security

# What a task calls to start and while it runs, by logical ID; image layers come through the S3
# endpoint: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
SERVICES = {
    "EcrApiEndpoint": "ecr.api",
    "EcrDkrEndpoint": "ecr.dkr",
    "LogsEndpoint": "logs",
    "SecretsManagerEndpoint": "secretsmanager",
    "SsmEndpoint": "ssm",
    # Not to start, but for what an application does with its task role.
    "KmsEndpoint": "kms",
    "StsEndpoint": "sts",
}
# ECR's two endpoints share the first.
ACTIONS = {
    "ecr": (
        *("BatchCheckLayerAvailability", "BatchGetImage", "GetAuthorizationToken"),
        "GetDownloadUrlForLayer",
    ),
    "kms": ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey"),
    "logs": ("CreateLogStream", "PutLogEvents"),
    "secretsmanager": ("DescribeSecret", "GetSecretValue"),
    "ssm": ("GetParameter", "GetParameters", "GetParametersByPath"),
    "sts": ("AssumeRole", "GetCallerIdentity"),
}


def add_interface_endpoints(scope: Scope, *, network: Network, security: Security) -> None:
    """Add an endpoint for each service in every private subnet, with its security group."""
    if not scope.options.interface_endpoints:
        return
    group = scope.add(
        ec2.SecurityGroup(
            "EndpointSecurityGroup",
            GroupDescription="Payment endpoints",
            VpcId=network.vpc.ref(),
            SecurityGroupIngress=[
                ec2.SecurityGroupRule(
                    IpProtocol="tcp",
                    FromPort=HTTPS_PORT,
                    ToPort=HTTPS_PORT,
                    SourceSecurityGroupId=security.application.ref(),
                    # As in `security`: without it, the rule could count as drift.
                    SourceSecurityGroupOwnerId=Ref(AWS_ACCOUNT_ID),
                    Description="AWS services",
                )
            ],
            # Endpoints only respond. Without a rule, a group allows all egress.
            SecurityGroupEgress=[
                ec2.SecurityGroupRule(IpProtocol="-1", CidrIp="127.0.0.1/32", Description="Nowhere")
            ],
            Tags=naming.tags("endpoints"),
        )
    )
    for logical_id, service in SERVICES.items():
        scope.add(
            ec2.VPCEndpoint(
                logical_id,
                VpcId=network.vpc.ref(),
                VpcEndpointType="Interface",
                ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
                SubnetIds=[subnet.ref() for subnet in network.private_subnets],
                SecurityGroupIds=[group.ref()],
                PrivateDnsEnabled=True,
                PolicyDocument=_only_this_account(service),
                Tags=naming.tags(f"{service.replace('.', '-')}-endpoint"),
            )
        )


def _only_this_account(service: str) -> PolicyDocument:
    # No credentials of another account work through the endpoint, so that none can carry data out.
    # The account as a principal would admit its root user alone:
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    prefix = service.partition(".")[0]
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Effect=Allow,
                Principal=Principal("*"),
                Action=[Action(prefix, name) for name in ACTIONS[prefix]],
                Resource=["*"],
                Condition=Condition(StringEquals("aws:PrincipalAccount", Ref(AWS_ACCOUNT_ID))),
            )
        ],
    )
