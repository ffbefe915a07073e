"""Lists AWS's service level agreements: the monthly uptime below which AWS pays credits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """The monthly uptime in an SLA, as a fraction; None if the SLA covers no single zone."""

    service: str
    several_zones: float
    one_zone: float | None
    source: str


LOAD_BALANCING = ServiceLevel(
    service="Elastic Load Balancing",
    several_zones=0.9999,
    one_zone=0.999,
    source="https://aws.amazon.com/elasticloadbalancing/sla (2022-07-25)",
)
# The region-level SLA requires tasks in at least two zones.
ECS = ServiceLevel(
    service="ECS",
    several_zones=0.9999,
    one_zone=None,
    source="https://aws.amazon.com/compute/sla (2022-05-05)",
)
AURORA = ServiceLevel(
    service="Aurora",
    several_zones=0.9999,
    one_zone=0.999,
    source="https://aws.amazon.com/rds/aurora/sla (2022-05-19)",
)
RDS = ServiceLevel(
    service="RDS",
    several_zones=0.9995,
    one_zone=0.995,
    source="https://aws.amazon.com/rds/sla (2024-01-22)",
)
# KMS keys are available in all zones of their region.
KMS = ServiceLevel(
    service="KMS",
    several_zones=0.99999,
    one_zone=0.99999,
    source="https://aws.amazon.com/kms/sla (2022-11-29)",
)
# Services that a request does not use: only a starting task or an alert needs them.
# SNS: https://aws.amazon.com/messaging/sla. The others: the list of cloudonaut.io, 2019.
NOT_ON_PATH = "not on the path of a request: Secrets Manager, ECR (2019) and SNS, 99.9 % each"
NO_FIGURE = "no figure found: NAT gateway, CloudWatch, EventBridge"
NO_FORECAST = "an SLA is a threshold for credits, not a forecast"
