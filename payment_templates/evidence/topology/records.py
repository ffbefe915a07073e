"""DNS records that fail over, and the health checks that they follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack

# An alias to a load balancer answers with the load balancer's own TTL:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html
ALIAS_TTL_SECONDS = 60
_RECORD = "AWS::Route53::RecordSet"
# A checker waits 4 s for the connection and 2 s for the answer:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
CHECK_TIMEOUT_SECONDS = 6


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A health check of Route 53."""

    logical_id: str
    kind: str
    # What it asks: the text of the name, with references to resources.
    target: str
    interval_seconds: float
    failure_threshold: int

    @property
    def slowest_detection_seconds(self) -> float:
        """As many intervals as failures, and the last check's time to answer."""
        return self.interval_seconds * self.failure_threshold + CHECK_TIMEOUT_SECONDS

    @property
    def fastest_detection_seconds(self) -> float:
        """From the first failed check, made at once, to the last that is needed."""
        return self.interval_seconds * (self.failure_threshold - 1)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record set, its role in a failover, and how long resolvers keep it."""

    logical_id: str
    name: str
    failover: str
    set_identifier: str
    alias: bool
    ttl_given: bool
    ttl_seconds: float
    evaluates_target: bool
    health_check: HealthCheck | None


def read_records(stack: Stack) -> tuple[Record, ...]:
    """Read every record set with the health check that it refers to."""
    return tuple(_record(stack, record) for record in stack.of_type(_RECORD))


def declares_record(stack: Stack) -> bool:
    """Tell whether the template has a record set, be it made under these conditions or not."""
    resources = stack.template.section("Resources").values()
    return any(resource["Type"] == _RECORD for resource in resources)


def _record(stack: Stack, record: Resource) -> Record:
    fields = record.fields
    alias = fields.child("AliasTarget")
    check = stack.of(fields.target("HealthCheckId"), "AWS::Route53::HealthCheck")
    return Record(
        logical_id=record.logical_id,
        name=fields.text("Name"),
        failover=fields.text("Failover"),
        set_identifier=fields.text("SetIdentifier"),
        alias=bool(alias.entries),
        ttl_given="TTL" in fields,
        ttl_seconds=ALIAS_TTL_SECONDS if alias.entries else fields.number("TTL", 300),
        evaluates_target=alias.flag("EvaluateTargetHealth"),
        health_check=_health_check(check) if check else None,
    )


def _health_check(check: Resource) -> HealthCheck:
    config = check.fields.child("HealthCheckConfig")
    # CreateHealthCheck: an interval of 30 s and a threshold of 3 by default.
    return HealthCheck(
        logical_id=check.logical_id,
        kind=config.text("Type"),
        target=config.text("FullyQualifiedDomainName") or config.text("IPAddress"),
        interval_seconds=config.number("RequestInterval", 30),
        failure_threshold=int(config.number("FailureThreshold", 3)),
    )
