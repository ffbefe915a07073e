"""Checks that the hosted zone and its records fit the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import Finding, fine, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session
    from mypy_boto3_route53.type_defs import ResourceRecordSetOutputTypeDef

    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.updates.stack_change import StackChange

_OTHER_RECORD = "check who uses it before you delete it, or pass another --parameter DomainName"
_LEFTOVER = "delete it: no stack owns it any more"
_SWAP = (
    "leave PrimaryRegion as it is, or first update the other region's stack without the domain: "
    "Route 53 accepts one record of each role"
)
_SAME_ROLE = "pass --parameter PrimaryRegion=REGION as in the other stack, or another DomainName"


def check_hosted_zone(session: Session, planned: PlannedStack) -> Iterator[Finding]:
    """Check the hosted zone, if one is given."""
    zone_id = planned.parameter("HostedZoneId")
    domain = planned.parameter("DomainName")
    if not zone_id:
        return
    region = planned.region
    client = clients.route53(session, region)
    remediation = "pass --parameter HostedZoneId=ID with the public zone of the domain"
    try:
        zone = client.get_hosted_zone(Id=zone_id)["HostedZone"]
    except client.exceptions.NoSuchHostedZone:
        yield refused(region, f"hosted zone {zone_id} does not exist", remediation)
        return
    name = zone["Name"].rstrip(".")
    if zone.get("Config", {}).get("PrivateZone"):
        yield refused(region, f"hosted zone {zone_id} is private", remediation)
    elif domain and not domain.endswith(f".{name}"):
        yield refused(
            region, f"{domain} is not a subdomain of {name}, the zone {zone_id}", remediation
        )
    else:
        yield fine(region, f"hosted zone {zone_id} is {name}")


def check_records(session: Session, change: StackChange) -> Iterator[Finding]:
    """Check that the domain has no record that would block the stack's new record.

    CloudFormation adopts only an identical record, and the stack's record names a new load
    balancer: github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/560.
    """
    planned = change.planned
    for resource in planned.stack.of_type("AWS::Route53::RecordSet"):
        logical_id = resource.logical_id
        moves = any(change.is_new(logical_id, key) for key in ("HostedZoneId", "Name"))
        # Another PrimaryRegion changes the role of a record in place.
        if not moves and not change.is_new(logical_id, "Failover"):
            continue
        zone_id, name, kind, role, identifier = (
            known_text(resource.properties, key)
            for key in ("HostedZoneId", "Name", "Type", "Failover", "SetIdentifier")
        )
        if not zone_id or not name:
            continue
        own = "" if moves or change.running is None else _identifier(change.running, logical_id)
        for record in _records(session, planned.region, zone_id, name):
            if own and record.get("SetIdentifier") == own:
                continue
            shown = f"{name} has a record of type {record['Type']}"
            if record["Type"] != kind or not record.get("Failover"):
                yield refused(planned.region, f"{shown} already", _OTHER_RECORD)
            elif record.get("SetIdentifier") == identifier:
                yield refused(
                    planned.region, f"{shown} of an earlier stack: {identifier}", _LEFTOVER
                )
            elif role and record.get("Failover") == role:
                whose = record.get("SetIdentifier", "another stack")
                yield refused(
                    planned.region,
                    f"{shown} with the role {role}, of {whose}",
                    _SWAP if own else _SAME_ROLE,
                )


def _identifier(running: PlannedStack, logical_id: str) -> str:
    return known_text(running.stack.resources[logical_id].properties, "SetIdentifier")


def _records(
    session: Session, region: str, zone_id: str, name: str
) -> Iterator[ResourceRecordSetOutputTypeDef]:
    # The response starts at the name and continues with later names.
    try:
        shown = clients.route53(session, region).list_resource_record_sets(
            HostedZoneId=zone_id, StartRecordName=name
        )
    except clients.route53(session, region).exceptions.NoSuchHostedZone:
        # Reported by the check of the zone.
        return
    for record in shown["ResourceRecordSets"]:
        if record["Name"].rstrip(".").lower() == name.rstrip(".").lower():
            yield record
