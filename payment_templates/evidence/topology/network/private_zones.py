"""Reads private hosted zones, and decides whether they have an answer to the name of a host."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Text, UnknownValueError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource

_ZONE = "AWS::Route53::HostedZone"
# Cloud Map creates a private hosted zone for it:
# https://docs.aws.amazon.com/cloud-map/latest/dg/working-with-namespaces.html
_NAMESPACE = "AWS::ServiceDiscovery::PrivateDnsNamespace"
ZONE_TYPES = (_ZONE, _NAMESPACE)
_SERVICE = "AWS::ServiceDiscovery::Service"
# The types of record that answer the query for an address. NS delegates every name below it.
_ADDRESSES = {"A", "AAAA", "CNAME", "NS"}
_RECORD, _GROUP = "AWS::Route53::RecordSet", "AWS::Route53::RecordSetGroup"


@dataclass(frozen=True, kw_only=True)
class PrivateZone:
    """A private hosted zone of the stack."""

    logical_id: str
    # The end of the name if the template does not state all of it.
    name: str
    is_whole: bool = True
    # Whether it is certainly a zone of the VPC.
    is_sure: bool = True

    def covers(self, host: str) -> bool:
        """Return whether a host has a name of the zone."""
        return self.is_whole and f".{host}".endswith(f".{self.name}")

    def may_cover(self, host: str) -> bool:
        """Return whether a host may have a name of the zone, as far as the template shows both."""
        if not self.is_whole:
            return host.endswith(self.name) or self.name.endswith(host)
        return host.startswith("*.") and f".{self.name}".endswith(host[1:])


def private_zones(stack: Stack, vpc: str) -> Iterator[PrivateZone]:
    """Yield the private hosted zones that are, or may be, associated with a VPC."""
    for zone in stack.of_type(*ZONE_TYPES):
        vpcs = vpcs_of_zone(zone)
        if vpc in vpcs:
            yield read_zone(zone)
        elif None in vpcs:
            yield replace(read_zone(zone), is_sure=False)


def vpcs_of_zone(zone: StackResource) -> tuple[str | None, ...]:
    """Return the VPCs of a hosted zone; None for one that the template does not state."""
    if zone.type == _NAMESPACE:
        return (zone.properties.identity_if_known("Vpc"),)
    try:
        return tuple(each.identity_if_known("VPCId") for each in zone.properties.children("VPCs"))
    except UnknownValueError:
        return (None,)


def read_zone(zone: StackResource) -> PrivateZone:
    """Read a hosted zone of the stack."""
    name = zone.properties.get("Name")
    if isinstance(name, str):
        return PrivateZone(logical_id=zone.logical_id, name=_normal(name))
    last = name.parts[-1] if isinstance(name, Text) else ""
    end = _normal(last) if isinstance(last, str) else ""
    return PrivateZone(logical_id=zone.logical_id, name=end, is_whole=False)


def unanswered_by(stack: Stack, zones: Collection[PrivateZone], host: str) -> tuple[str, str]:
    """Return why the zones have no answer to the name of a host, or "", and what is assumed.

    The zone with the longest matching name answers. Without a record of the name, Resolver returns
    NXDOMAIN, and asks no public server:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
    """
    covering = [zone for zone in zones if zone.covers(host)]
    other = next((zone for zone in zones if zone not in covering and zone.may_cover(host)), None)
    if other:
        return "", f"the private zone {other.logical_id} does not have the name of {host}"
    if not covering:
        return "", ""
    zone = max(covering, key=lambda zone: len(zone.name))
    which = f"the private zone {zone.logical_id}, {zone.name},"
    if any(_answers(record, host) for record in _records(stack, zone)):
        return "", f"{which} has the right record of {host}"
    if not zone.is_sure:
        return "", f"{which} is of another VPC, or has a record of {host}"
    return f"{which} has no record of {host}", ""


def _records(stack: Stack, zone: PrivateZone) -> Iterator[str]:
    """Yield the names of the records of a zone."""
    for record in stack.of_type(_RECORD):
        yield from _record(record.properties, record.properties, zone)
    for group in stack.of_type(_GROUP):
        for fields in group.properties.children("RecordSets"):
            yield from _record(fields, group.properties, zone)
    for service in stack.of_type(_SERVICE):
        yield from _registered(service.properties, zone)


def _registered(service: Properties, zone: PrivateZone) -> Iterator[str]:
    """Yield the name that a service of Cloud Map has in its namespace."""
    owners = (service, service.child("DnsConfig"))
    if {each.identity_if_known("NamespaceId") for each in owners} & {zone.logical_id, None}:
        name = service.identity_if_known("Name")
        yield f"*.{zone.name}" if name is None else _normal(f"{name}.{zone.name}")


def _record(fields: Properties, owner: Properties, zone: PrivateZone) -> Iterator[str]:
    zones = {each.identity_if_known("HostedZoneId") for each in (fields, owner)}
    found = [each.identity_if_known("HostedZoneName") for each in (fields, owner)]
    names = {None if name is None else _normal(name) for name in found}
    kind = fields.identity_if_known("Type")
    if kind is not None and kind not in _ADDRESSES:
        return
    if {zone.logical_id, None} & zones or {zone.name, None} & names:
        # A record whose name the template does not state may be of every host.
        known = fields.identity_if_known("Name")
        name = f"*.{zone.name}" if known is None else _normal(known)
        yield name
        if kind == "NS":
            yield f"*.{name}"


def _answers(record: str, host: str) -> bool:
    """Return whether a record is, or may be, of the name of a host.

    A host that starts with "*." is one whose first labels the template does not show.
    """
    if record.startswith("*."):
        return host.removeprefix("*").endswith(record[1:])
    if host.startswith("*."):
        return record.endswith(host[1:]) or "${" in record
    return record == host


def _normal(name: str) -> str:
    # Logical IDs keep their letters.
    return name.rstrip(".") if "${" in name else name.rstrip(".").lower()
