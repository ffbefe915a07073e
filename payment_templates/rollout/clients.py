"""Creates and caches boto3 clients: creating one takes about 0.1 seconds."""

# pyright: reportUnknownMemberType=false
# boto3's stubs overload `client` for every service of AWS; those of services that this program
# does not use are not installed.

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config

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

# A network that reaches only some regions drops the connections to the others, and a region that
# fails may accept them and never answer. AWS answers these calls in less than a second.
IMPATIENT = Config(retries={"total_max_attempts": 2}, connect_timeout=3, read_timeout=5)


@cache
def cloudformation(session: Session, region: str) -> CloudFormationClient:
    """Return the region's CloudFormation client."""
    return session.client("cloudformation", region_name=region)


@cache
def impatient_cloudformation(session: Session, region: str) -> CloudFormationClient:
    """Return a client with short timeouts, for a region that the command can do without."""
    return session.client("cloudformation", region_name=region, config=IMPATIENT)


@cache
def sts(session: Session, region: str) -> STSClient:
    """Return the STS client, which identifies the caller."""
    return session.client("sts", region_name=region)


@cache
def s3(session: Session, region: str) -> S3Client:
    """Return the region's S3 client."""
    return session.client("s3", region_name=region)


@cache
def ecs(session: Session, region: str) -> ECSClient:
    """Return the region's ECS client."""
    return session.client("ecs", region_name=region)


@cache
def impatient_ecs(session: Session, region: str) -> ECSClient:
    """Return an ECS client with short timeouts, for a region that may not answer."""
    return session.client("ecs", region_name=region, config=IMPATIENT)


@cache
def logs(session: Session, region: str) -> CloudWatchLogsClient:
    """Return the region's CloudWatch Logs client."""
    return session.client("logs", region_name=region)


@cache
def ec2(session: Session, region: str) -> EC2Client:
    """Return the region's EC2 client."""
    return session.client("ec2", region_name=region)


@cache
def rds(session: Session, region: str) -> RDSClient:
    """Return the region's RDS client."""
    return session.client("rds", region_name=region)


@cache
def impatient_rds(session: Session, region: str) -> RDSClient:
    """Return an RDS client with short timeouts, for a region that may not answer."""
    return session.client("rds", region_name=region, config=IMPATIENT)


@cache
def iam(session: Session, region: str) -> IAMClient:
    """Return the IAM client."""
    return session.client("iam", region_name=region)


@cache
def acm(session: Session, region: str) -> ACMClient:
    """Return the region's ACM client."""
    return session.client("acm", region_name=region)


@cache
def route53(session: Session, region: str) -> Route53Client:
    """Return the Route 53 client."""
    return session.client("route53", region_name=region)


@cache
def cloudwatch(session: Session, region: str) -> CloudWatchClient:
    """Return the region's CloudWatch client."""
    return session.client("cloudwatch", region_name=region)


@cache
def impatient_cloudwatch(session: Session, region: str) -> CloudWatchClient:
    """Return a CloudWatch client with short timeouts, for a region that may not answer."""
    return session.client("cloudwatch", region_name=region, config=IMPATIENT)


@cache
def quotas(session: Session, region: str) -> ServiceQuotasClient:
    """Return the region's Service Quotas client."""
    return session.client("service-quotas", region_name=region)


@cache
def of_service(session: Session, service: str, region: str) -> Any:  # noqa: ANN401 - no stubs.
    """Return a client for a service whose stubs are not installed, or that data names."""
    untyped: Any = session
    return untyped.client(service, region_name=region)


@cache
def impatient(session: Session, service: str, region: str) -> Any:  # noqa: ANN401 - no stubs.
    """Return a client with short timeouts for a service whose stubs are not installed."""
    untyped: Any = session
    return untyped.client(service, region_name=region, config=IMPATIENT)
