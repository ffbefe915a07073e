"""Lists AWS's list prices in USD, by region, each with its source and the date of the source.

A region that a price does not list has no confirmed price there: its cost is unknown. Discounts,
savings plans, free tiers and taxes are not part of any price.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.facts import price_sources as sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.facts.price_sources import Source

# AWS's price per month is for 730 hours: https://aws.amazon.com/calculator/calculator-assumptions/
HOURS_PER_MONTH = 730


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a unit costs in one region, and where that is published."""

    usd: float
    source: Source


@dataclass(frozen=True, kw_only=True)
class Price:
    """A list price per unit; `quotes` has the regions in which it is confirmed."""

    unit: str
    quotes: Mapping[str, Quote]


def _price(unit: str, usd: float, *given: Source) -> Price:
    """Return a price, in each region with the first of the sources that has it."""
    quotes = {
        region: Quote(usd=usd, source=source)
        for source in reversed(given)
        for region in source.regions
    }
    return Price(unit=unit, quotes=MappingProxyType(quotes))


FARGATE_CPU = _price("vCPU-hour", 0.04048, sources.ECS)
FARGATE_MEMORY = _price("GB-hour", 0.004445, sources.ECS)
FARGATE_ARM_CPU = _price("vCPU-hour", 0.03238, sources.ECS)
FARGATE_ARM_MEMORY = _price("GB-hour", 0.00356, sources.ECS)
FARGATE_STORAGE = _price("GB-hour", 0.000111, sources.ECS)
# A task has 20 GB of ephemeral storage without charge (https://aws.amazon.com/fargate/pricing/).
FARGATE_FREE_STORAGE_GB = 20

NAT_GATEWAY = _price("hour", 0.045, sources.NAT)
NAT_DATA = _price("GB", 0.045, sources.NAT)
PUBLIC_ADDRESS = _price("hour", 0.005, sources.VPC)
INTERFACE_ENDPOINT = _price("hour", 0.01, sources.VPC)
# The interface endpoints that tasks in private subnets need for images of ECR, logs and secrets:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
TASK_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")

BALANCER_HOUR = _price("hour", 0.0225, sources.BALANCER, sources.BALANCER_WEST)
BALANCER_UNIT = _price("LCU-hour", 0.008, sources.BALANCER, sources.BALANCER_WEST)
# One LCU: 25 new connections a second or 1 GB an hour, whichever is more
# (https://aws.amazon.com/elasticloadbalancing/pricing/).
CONNECTIONS_PER_LCU, GB_PER_LCU_HOUR = 25, 1

INTERNET_DATA = _price("GB", 0.09, sources.TRANSFER)
ZONE_DATA = _price("GB", 0.01, sources.TRANSFER)

# Aurora PostgreSQL, standard storage, on demand.
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
# The classes for which AWS's own scripts have the same price, in us-east-1.
_IN_SCRIPTS = frozenset(
    name
    for name in _CLASSES
    if name.startswith(("db.r5.", "db.t3."))
    or name in {f"db.r6g.{size}" for size in ("large", "xlarge", "2xlarge", "4xlarge")}
)
AURORA_POSTGRESQL = {
    name: _price(
        "instance-hour",
        usd,
        *((sources.AURORA_SCRIPTS,) if name in _IN_SCRIPTS else ()),
        sources.INSTANCES,
    )
    for name, usd in _CLASSES.items()
}
AURORA_STORAGE = _price("GB-month", 0.10, sources.AURORA_STORAGE, sources.AURORA_WEST)
AURORA_IO = _price("million I/Os", 0.20, sources.AURORA_STORAGE, sources.AURORA_WEST)
AURORA_BACKUP = _price("GB-month", 0.021, sources.AURORA_STORAGE, sources.AURORA_WEST)

# A write I/O operation that a global database repeats in one other region; AWS charges the region
# of the writer: AuroraGlobalDBReplicatedWriteIO in
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
REPLICATED_WRITES = _price("million I/Os", 0.20, sources.GLOBAL_EAST, sources.GLOBAL_WEST)
# Between the two regions, in either direction.
REGION_DATA = _price("GB", 0.02, sources.TRANSFER)

# S3 Standard, the first 50 TB.
S3_STORAGE = _price("GB-month", 0.023, sources.S3)
KEY = _price("key-month", 1, sources.KMS)
SECRET = _price("secret-month", 0.40, sources.SECRETS)

ALARM = _price("alarm-month", 0.10, sources.CLOUDWATCH)
FAST_ALARM = _price("alarm-month", 0.30, sources.CLOUDWATCH)
COMPOSITE_ALARM = _price("alarm-month", 0.50, sources.CLOUDWATCH)
DASHBOARD = _price("dashboard-month", 3, sources.DASHBOARD)
CUSTOM_METRIC = _price("metric-month", 0.30, sources.CLOUDWATCH)
LOG_INGESTION = _price("GB", 0.50, sources.CLOUDWATCH)
# The first 10 TB a month of logs that AWS's services write, and of those that go to S3.
VENDED_LOG_INGESTION = _price("GB", 0.50, sources.CLOUDWATCH)
LOG_DELIVERY_TO_S3 = _price("GB", 0.25, sources.CLOUDWATCH)
LOG_STORAGE = _price("GB-month", 0.03, sources.CLOUDWATCH)
# How many metrics Container Insights collects, charged as custom metrics: for each cluster,
# service and family of task definitions. The page has 8 metrics with all three dimensions, 5 for
# services alone and 3 for clusters alone, of which one is for EC2 instances only.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
INSIGHTS_METRICS = {"cluster": 10, "service": 13, "family": 8}

# A check of an endpoint in AWS; HTTPS, a search string, an interval of 10 s and latency graphs are
# optional features.
HEALTH_CHECK = _price("check-month", 0.50, sources.HEALTH_CHECK)
HEALTH_CHECK_FEATURE = _price("feature-month", 1, sources.HEALTH_CHECK)
HOSTED_ZONE = _price("zone-month", 0.50, sources.HOSTED_ZONE)

WEB_ACL = _price("ACL-month", 5, sources.WAF)
WEB_ACL_RULE = _price("rule-month", 1, sources.WAF)
WEB_ACL_REQUESTS = _price("million requests", 0.60, sources.WAF)
# The rule groups of AWS with a fee for each web ACL, and others for the requests that they inspect.
WEB_ACL_GROUP = _price("group-month", 10, sources.WAF)
PRICED_GROUPS = frozenset({"AWSManagedRulesATPRuleSet", "AWSManagedRulesBotControlRuleSet"})
# "Baseline", "use-case specific" and "IP reputation" rule groups have no fee beside that of a rule:
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
FREE_GROUPS = frozenset(
    {
        "AWSManagedRulesAdminProtectionRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesAnonymousIpList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesLinuxRuleSet",
        "AWSManagedRulesPHPRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesUnixRuleSet",
        "AWSManagedRulesWindowsRuleSet",
        "AWSManagedRulesWordPressRuleSet",
    }
)

# One minute of one action in one account; a template of an experiment costs nothing.
EXPERIMENT_MINUTE = _price("action-minute", 0.10, sources.EXPERIMENTS)
