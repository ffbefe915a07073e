"""AWS's services, each client made once: botocore takes a tenth of a second for one."""

# pyright: reportUnknownMemberType=false
# boto3's stubs overload `client` for every service of AWS; those of services that this program
# does not use are not installed.

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_acm import ACMClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_rds import RDSClient
    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_service_quotas import ServiceQuotasClient
    from mypy_boto3_sts import STSClient


@cache
def cloudformation(session: Session, region: str) -> CloudFormationClient:
    """Give the region's CloudFormation."""
    return session.client("cloudformation", region_name=region)


@cache
def sts(session: Session, region: str) -> STSClient:
    """Give the service that knows who is asking."""
    return session.client("sts", region_name=region)


@cache
def s3(session: Session, region: str) -> S3Client:
    """Give the region's S3."""
    return session.client("s3", region_name=region)


@cache
def ecs(session: Session, region: str) -> ECSClient:
    """Give the region's ECS."""
    return session.client("ecs", region_name=region)


@cache
def logs(session: Session, region: str) -> CloudWatchLogsClient:
    """Give the region's logs."""
    return session.client("logs", region_name=region)


@cache
def ec2(session: Session, region: str) -> EC2Client:
    """Give the region's networks and zones."""
    return session.client("ec2", region_name=region)


@cache
def rds(session: Session, region: str) -> RDSClient:
    """Give the region's databases."""
    return session.client("rds", region_name=region)


@cache
def iam(session: Session, region: str) -> IAMClient:
    """Give the account's IAM."""
    return session.client("iam", region_name=region)


@cache
def acm(session: Session, region: str) -> ACMClient:
    """Give the region's certificates."""
    return session.client("acm", region_name=region)


@cache
def route53(session: Session, region: str) -> Route53Client:
    """Give the account's hosted zones."""
    return session.client("route53", region_name=region)


@cache
def cloudwatch(session: Session, region: str) -> CloudWatchClient:
    """Give the region's alarms and the account's dashboards."""
    return session.client("cloudwatch", region_name=region)


@cache
def quotas(session: Session, region: str) -> ServiceQuotasClient:
    """Give the region's quotas."""
    return session.client("service-quotas", region_name=region)
