"""Reads Route 53 records and their health checks: failover role, TTL and time to detect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.facts.timings import ALIAS_TTL_SECONDS, ROUTE53_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

_RECORD = "AWS::Route53::RecordSet"
_GROUP = "AWS::Route53::RecordSetGroup"
# A record has one routing policy:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
_OTHER_POLICIES = (
    *("CidrRoutingConfig", "GeoLocation", "GeoProximityLocation", "MultiValueAnswer"),
    *("Region", "Weight"),
)
# What names a record and its zone: resource schema of AWS::Route53::RecordSet.
_NAMES = ("HostedZoneId", "HostedZoneName", "Name")


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A Route 53 health check."""

    logical_id: str
    kind: str
    # The domain name or IP address that it checks, with references to resources.
    target: str
    # None if absent: AWS documents no default.
    port: int | None
    interval_seconds: float
    failure_threshold: int
    # The path that it asks for; empty for TCP.
    path: str
    disabled: bool
    inverted: bool

    @property
    def slowest_detection_seconds(self) -> float:
        """The maximum time until the endpoint is unhealthy: all intervals, and one timeout."""
        return self.interval_seconds * self.failure_threshold + ROUTE53_TIMEOUT_SECONDS

    @property
    def fastest_detection_seconds(self) -> float:
        """The minimum time until the endpoint is unhealthy: the first check fails immediately."""
        return self.interval_seconds * (self.failure_threshold - 1)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record set: its answers, its failover role, its TTL and its health check."""

    logical_id: str
    name: str
    # The property that is empty although Route 53 requires it: the name, or the hosted zone.
    empty: str
    kind: str
    failover: str
    # The names and addresses in its answer, with references to resources.
    answers: tuple[str, ...]
    # Properties of routing policies other than failover; a failover record must not have them.
    mixed_with: tuple[str, ...]
    set_identifier: str
    alias: bool
    ttl_given: bool
    ttl_seconds: float
    evaluates_target: bool
    health_check: HealthCheck | None

    @property
    def lacks_ttl(self) -> bool:
        """Whether the required TTL is missing; only an alias record may omit it.

        https://repost.aws/questions/QUMfcJLta-QnqUs0Mqn3xdeg/route-53-default-ttl
        """
        return not self.alias and not self.ttl_given


def read_records(stack: Stack) -> tuple[Record, ...]:
    """Read every record set, including those of record set groups, with its health check."""
    alone = [
        (record.logical_id, record.properties, record.properties)
        for record in stack.of_type(_RECORD)
    ]
    grouped = [
        (group.logical_id, fields, group.properties)
        for group in stack.of_type(_GROUP)
        for fields in group.properties.children("RecordSets")
    ]
    return tuple(_record(stack, *found) for found in (*alone, *grouped))


def declares_record(stack: Stack) -> bool:
    """Return whether the template declares a record set, even one that is not created."""
    return bool(stack.template.of_type(_RECORD, _GROUP))


def _record(stack: Stack, logical_id: str, fields: Properties, owner: Properties) -> Record:
    alias = fields.child("AliasTarget")
    check = stack.of(fields.target("HealthCheckId"), "AWS::Route53::HealthCheck")
    return Record(
        logical_id=logical_id,
        name=fields.text("Name"),
        empty=next(
            (name for each in (fields, owner) for name in _NAMES if _is_empty(each, name)), ""
        ),
        kind=fields.text("Type"),
        failover=fields.text("Failover"),
        answers=(*fields.texts("ResourceRecords"), *alias.texts("DNSName")),
        mixed_with=tuple(name for name in _OTHER_POLICIES if name in fields),
        set_identifier=fields.text("SetIdentifier"),
        alias=bool(alias.entries),
        ttl_given="TTL" in fields,
        ttl_seconds=ALIAS_TTL_SECONDS if alias.entries else fields.number("TTL"),
        evaluates_target=alias.flag("EvaluateTargetHealth"),
        health_check=read_health_check(check) if check else None,
    )


def _is_empty(fields: Properties, name: str) -> bool:
    return name in fields and not fields.text(name)


def read_health_check(check: StackResource) -> HealthCheck:
    """Read a health check."""
    config = check.properties.child("HealthCheckConfig")
    return HealthCheck(
        logical_id=check.logical_id,
        kind=config.text("Type"),
        target=config.text("FullyQualifiedDomainName") or config.text("IPAddress"),
        port=config.whole("Port") if "Port" in config else None,
        path=config.text("ResourcePath"),
        disabled=config.flag("Disabled"),
        inverted=config.flag("Inverted"),
        interval_seconds=config.number("RequestInterval"),
        failure_threshold=config.whole("FailureThreshold"),
    )
