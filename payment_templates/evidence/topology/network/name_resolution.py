"""Decides whether a VPC resolves names: DNS support, name servers, firewall, zones, profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnknownValueError
from payment_templates.evidence.topology.network.dns_firewall import (
    ASSOCIATION,
    FIREWALL_TYPES,
    RULE_GROUP,
    FirewallRule,
    blocked_by,
    firewall_rules,
    prioritized,
    rules_of_group,
)
from payment_templates.evidence.topology.network.dns_profiles import (
    PROFILE_ASSOCIATION,
    PROFILE_TYPES,
    SharedResource,
    shared_resources,
)
from payment_templates.evidence.topology.network.forwarding_rules import (
    FORWARDING,
    FORWARDING_RULE,
    ForwardingRule,
    forwarding_rules,
)
from payment_templates.evidence.topology.network.private_zones import (
    ZONE_TYPES,
    PrivateZone,
    private_zones,
    read_zone,
    unanswered_by,
    vpcs_of_zone,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Properties, Stack

# The name servers that the template does not show.
_UNSEEN = ("unknown",)
# What is known about the names of a VPC that the stack neither has nor changes.
OTHER_VPC = ""
_OPTIONS = "AWS::EC2::VPCDHCPOptionsAssociation"
# The properties that name the VPC of an association.
_ASSOCIATIONS = {
    _OPTIONS: "VpcId",
    ASSOCIATION: "VpcId",
    FORWARDING: "VPCId",
    PROFILE_ASSOCIATION: "ResourceId",
}
# The resource types that name resolution is read from.
NAME_TYPES = (
    *("AWS::EC2::DHCPOptions", "AWS::EC2::VPC", _OPTIONS),
    *(*FIREWALL_TYPES, FORWARDING, FORWARDING_RULE, *PROFILE_TYPES, *ZONE_TYPES),
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Why a VPC resolves no names, or what must hold so that it does."""

    problem: str = ""
    assumed: tuple[str, ...] = ()
    # The rules of the DNS firewall in the order in which they apply.
    firewall: tuple[FirewallRule, ...] = ()
    zones: tuple[PrivateZone, ...] = ()
    # The rules that forward the names of some domains.
    forwarded: tuple[ForwardingRule, ...] = ()


def read_names(stack: Stack) -> dict[str, Names]:
    """Return what is known about the names of each VPC that the stack has or changes.

    Under OTHER_VPC, what is known about all others.
    """
    found = (
        each.properties.identity_if_known(name)
        for kind, name in _ASSOCIATIONS.items()
        for each in stack.of_type(kind)
    )
    zones = (vpc for zone in stack.of_type(*ZONE_TYPES) for vpc in vpcs_of_zone(zone))
    own = (vpc.logical_id for vpc in stack.of_type("AWS::EC2::VPC"))
    vpcs = dict.fromkeys((*own, *found, *zones, OTHER_VPC))
    return {vpc: _names(stack, vpc) for vpc in vpcs if vpc is not None}


def resolve(
    stack: Stack,
    names: Names,
    hosts: Iterable[str],
    *,
    by_endpoint: Iterable[tuple[str, str]] = (),
) -> Names:
    """Return why a VPC does not resolve one of the hosts, or what must hold so that it does.

    The names `by_endpoint` are answered by a VPC endpoint: by a zone of its own, whose name is
    beside the host. Only a zone with a longer name replaces it.
    """
    if names.problem:
        return names
    assumed = dict.fromkeys(names.assumed)
    for host, zones in (
        *((host, names.zones) for host in hosts),
        *((host, _within(names.zones, host, own)) for host, own in by_endpoint),
    ):
        blocked, unless_blocked = blocked_by(names.firewall, host)
        unanswered, unless_unanswered = unanswered_by(stack, zones, host)
        forwarded = [str(rule) for rule in names.forwarded if rule.may_match(host)]
        if blocked or (unanswered and not names.assumed and not forwarded):
            return Names(problem=blocked or unanswered)
        # Other rules may answer before the private zone.
        assumed |= dict.fromkeys((unless_blocked, unless_unanswered or unanswered, *forwarded))
    return Names(assumed=tuple(filter(None, assumed)))


def _within(zones: tuple[PrivateZone, ...], host: str, own: str) -> tuple[PrivateZone, ...]:
    """Return the zones that may have a longer name than the own zone of an endpoint."""
    if host == own:
        return ()
    return tuple(it for it in zones if not it.is_whole or it.name.endswith(f".{own}"))


def _names(stack: Stack, vpc: str) -> Names:
    # Amazon's resolver, its firewall and its rules do not see what other name servers are asked.
    if servers := _servers(stack, vpc):
        return Names(assumed=(f"the name servers of {vpc} ({servers}) resolve names",))
    found = stack.of(vpc, "AWS::EC2::VPC")
    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
    if found and not found.properties.flag("EnableDnsSupport"):
        return Names(problem=f"{vpc} has no DNS support")
    shared = tuple(shared_resources(stack, vpc))
    # Private zones need both flags: hosted-zone-private-considerations, as in private_zones.
    zoned = found is None or found.properties.flag("EnableDnsHostnames")
    rules = [*firewall_rules(stack, vpc), *_shared_rules(stack, shared)]
    forwarding = list(forwarding_rules(stack, vpc, shared))
    general = (str(rule) for rule in forwarding if rule.is_general)
    return Names(
        assumed=(*_unseen_profiles(shared), *general),
        forwarded=tuple(rule for rule in forwarding if not rule.is_general),
        firewall=tuple(rule for _, rule in sorted(rules, key=lambda found: found[0])),
        zones=_zones(stack, vpc, shared) if zoned else (),
    )


def _zones(stack: Stack, vpc: str, shared: tuple[SharedResource, ...]) -> tuple[PrivateZone, ...]:
    resources = (each.resource for each in shared)
    by_profile = (read_zone(it) for it in resources if it and it.type in ZONE_TYPES)
    return tuple(dict.fromkeys((*private_zones(stack, vpc), *by_profile)))


def _shared_rules(
    stack: Stack, shared: tuple[SharedResource, ...]
) -> Iterator[tuple[float, FirewallRule]]:
    for each in shared:
        if each.resource and each.resource.type == RULE_GROUP:
            yield from prioritized(
                each.priority, rules_of_group(stack, each.association, each.resource)
            )


def _unseen_profiles(shared: tuple[SharedResource, ...]) -> Iterator[str]:
    for each in shared:
        if each.resource is None:
            yield f"what {each.association} shares resolves names"


def _servers(stack: Stack, vpc: str) -> str:
    """Return the name servers of a VPC that does not use Amazon's, or "".

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
    """
    for association in stack.of_type(_OPTIONS):
        fields = association.properties
        if fields.identity_if_known("VpcId") in {vpc, None}:
            named = fields.identity_if_known("DhcpOptionsId") or ""
            options = stack.of(named, "AWS::EC2::DHCPOptions")
            servers = _servers_of(options.properties) if options else _UNSEEN
            if servers and "AmazonProvidedDNS" not in servers:
                return ", ".join(servers)
    return ""


def _servers_of(options: Properties) -> tuple[str, ...]:
    try:
        return options.texts("DomainNameServers")
    except UnknownValueError:
        return _UNSEEN
