"""Reads Route 53 records and their health checks: failover role, TTL and time to detect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from payment_templates.facts.timings import ALIAS_TTL_SECONDS, ROUTE53_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Json, Properties, Resource, Stack, StackResource

_RECORD = "AWS::Route53::RecordSet"
_GROUP = "AWS::Route53::RecordSetGroup"
HEALTH_CHECK = "AWS::Route53::HealthCheck"
_ZONE = "AWS::Route53::HostedZone"
# A record has one routing policy:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
_OTHER_POLICIES = (
    *("CidrRoutingConfig", "GeoLocation", "GeoProximityLocation", "MultiValueAnswer"),
    *("Region", "Weight"),
)
# The types of records that lead clients to an address.
_ADDRESSES = {"A", "AAAA", "CNAME"}
# What names a record and its zone: resource schema of AWS::Route53::RecordSet.
_NAMES = ("HostedZoneId", "HostedZoneName", "Name")


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A Route 53 health check."""

    logical_id: str
    kind: str
    # The IP address or domain name that it checks, with references to resources.
    target: str
    # None if absent: AWS documents no default.
    port: int | None
    interval_seconds: float
    failure_threshold: int
    # The path that it asks for; empty for TCP.
    path: str
    # From where it checks; empty for everywhere.
    regions: tuple[str, ...]
    disabled: bool
    inverted: bool
    # Only for CALCULATED: its children by logical ID, or ID, and how many must be healthy.
    children: tuple[str, ...]
    health_threshold: int

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
    # The hosted zone, and the logical ID of a zone that the stack itself creates.
    zone: str
    created_zone: str
    # Whether only networks resolve the names of the created zone.
    is_private: bool
    alias: bool
    # The hosted zone of an alias's target, as the record states it.
    alias_zone: str
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


def failover_records(stack: Stack, records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Return the records on which a failover depends, even those that lack its policy.

    Where the template declares a failover record, these are the ones of its name. Otherwise it is
    each one that clients on the Internet resolve.
    """
    declared = [
        it for it in stack.template.of_type(_RECORD, _GROUP) if _has_failover(it.properties)
    ]
    if not declared:
        return tuple(record for record in records if not record.is_private) or records
    ids = {resource.logical_id for resource in declared}
    names = [_stated_name(resource) for resource in declared]
    resources = stack.template.resources
    return tuple(
        record
        for record in records
        if record.failover
        # A group may have records of other names, such as those of a certificate.
        or (record.logical_id in ids and record.kind in _ADDRESSES)
        or (not record.is_private and _stated_name(resources[record.logical_id]) in names)
    )


def _stated_name(resource: Resource) -> object:
    content: object = resource.properties
    # A group has none.
    return cast("Json", content).get("Name", resource) if isinstance(content, dict) else resource


def _has_failover(content: object) -> bool:
    if isinstance(content, dict):
        entries = cast("Json", content)
        return "Failover" in entries or any(map(_has_failover, entries.values()))
    return isinstance(content, list) and any(map(_has_failover, cast("list[object]", content)))


def _record(stack: Stack, logical_id: str, fields: Properties, owner: Properties) -> Record:
    alias = fields.child("AliasTarget")
    zone = _created_zone(stack, fields) or _created_zone(stack, owner)
    check = stack.of(fields.target("HealthCheckId"), HEALTH_CHECK)
    return Record(
        logical_id=logical_id,
        name=_without_end(fields.text("Name")),
        empty=next(
            (name for each in (fields, owner) for name in _NAMES if _is_empty(each, name)), ""
        ),
        kind=fields.text("Type"),
        failover=fields.text("Failover"),
        answers=tuple(
            map(_without_end, (*fields.texts("ResourceRecords"), *alias.texts("DNSName")))
        ),
        mixed_with=tuple(name for name in _OTHER_POLICIES if name in fields),
        set_identifier=fields.text("SetIdentifier"),
        zone=fields.text("HostedZoneId") or owner.text("HostedZoneId"),
        created_zone=zone.logical_id if zone else "",
        is_private=zone is not None and bool(zone.properties.values("VPCs")),
        alias=bool(alias.entries),
        alias_zone=alias.text("HostedZoneId"),
        ttl_given="TTL" in fields,
        ttl_seconds=ALIAS_TTL_SECONDS if alias.entries else fields.number("TTL"),
        evaluates_target=alias.flag("EvaluateTargetHealth"),
        health_check=_timed(stack, read_health_check(check)) if check else None,
    )


def _without_end(name: str) -> str:
    """Return a name without its final dot: Route 53 treats both as one, ResourceRecordSet, Name."""
    return name.removesuffix(".")


def _timed(stack: Stack, check: HealthCheck) -> HealthCheck:
    """Return a check; a calculated one is as slow as the slowest of its children."""
    found = (stack.of(child, HEALTH_CHECK) for child in check.children)
    children = [read_health_check(child) for child in found if child]
    if not children:
        return check
    slowest = max(children, key=lambda child: child.slowest_detection_seconds)
    return replace(
        check,
        interval_seconds=slowest.interval_seconds,
        failure_threshold=slowest.failure_threshold,
    )


def _created_zone(stack: Stack, fields: Properties) -> StackResource | None:
    """Return the hosted zone of the stack that a record names by its ID or its name."""
    if found := stack.of(fields.target("HostedZoneId"), _ZONE):
        return found
    name = fields.text("HostedZoneName").rstrip(".")
    named = (zone for zone in stack.of_type(_ZONE) if name)
    return next((it for it in named if it.properties.text("Name").rstrip(".") == name), None)


def _is_empty(fields: Properties, name: str) -> bool:
    return name in fields and not fields.text(name)


def read_health_check(check: StackResource) -> HealthCheck:
    """Read a health check."""
    config = check.properties.child("HealthCheckConfig")
    return HealthCheck(
        logical_id=check.logical_id,
        kind=config.text("Type"),
        # With an IP address, the name is only the Host header: botocore route53, HealthCheckConfig.
        target=config.text("IPAddress") or config.text("FullyQualifiedDomainName"),
        port=config.whole("Port") if "Port" in config else None,
        path=config.text("ResourcePath"),
        regions=config.texts("Regions"),
        disabled=config.flag("Disabled"),
        inverted=config.flag("Inverted"),
        interval_seconds=config.number("RequestInterval"),
        failure_threshold=config.whole("FailureThreshold"),
        children=config.identities("ChildHealthChecks"),
        health_threshold=config.whole("HealthThreshold"),
    )
