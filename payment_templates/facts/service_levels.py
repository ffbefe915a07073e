"""AWS's service level agreements: the monthly uptime below which AWS pays credits."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """The uptime of a service in several zones and in one; None where AWS promises nothing."""

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
# The agreement for regions asks for tasks in two zones.
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
# A key is in all zones of its region.
KMS = ServiceLevel(
    service="KMS",
    several_zones=0.99999,
    one_zone=0.99999,
    source="https://aws.amazon.com/kms/sla (2022-11-29)",
)
# Not on the path of a request: used when a task starts, or to send an alert.
# https://aws.amazon.com/messaging/sla; for the others the list of cloudonaut.io, of 2019.
NOT_ON_PATH = "not on the path of a request: Secrets Manager, ECR (2019) and SNS, 99.9 % each"
NO_FIGURE = "no figure found: NAT gateway, CloudWatch, EventBridge"
NO_FORECAST = "an SLA is a threshold for credits, not a forecast"
