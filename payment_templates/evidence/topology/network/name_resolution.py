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
from payment_templates.evidence.topology.network.private_zones import (
    ZONE,
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
_FORWARDING = "AWS::Route53Resolver::ResolverRuleAssociation"
_FORWARDING_RULE = "AWS::Route53Resolver::ResolverRule"
# What is known about the names of a VPC that the stack neither has nor changes.
OTHER_VPC = ""
_OPTIONS = "AWS::EC2::VPCDHCPOptionsAssociation"
# The properties that name the VPC of an association.
_ASSOCIATIONS = {
    _OPTIONS: "VpcId",
    ASSOCIATION: "VpcId",
    _FORWARDING: "VPCId",
    PROFILE_ASSOCIATION: "ResourceId",
}
# The resource types that name resolution is read from.
NAME_TYPES = (
    *("AWS::EC2::DHCPOptions", "AWS::EC2::VPC", _OPTIONS),
    *(*FIREWALL_TYPES, _FORWARDING, _FORWARDING_RULE, *PROFILE_TYPES, ZONE),
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Why a VPC resolves no names, or what must hold so that it does."""

    problem: str = ""
    assumed: tuple[str, ...] = ()
    # The rules of the DNS firewall in the order in which they apply.
    firewall: tuple[FirewallRule, ...] = ()
    zones: tuple[PrivateZone, ...] = ()


def read_names(stack: Stack) -> dict[str, Names]:
    """Return what is known about the names of each VPC that the stack has or changes.

    Under OTHER_VPC, what is known about all others.
    """
    found = (
        each.properties.identity_if_known(name)
        for kind, name in _ASSOCIATIONS.items()
        for each in stack.of_type(kind)
    )
    zones = (vpc for zone in stack.of_type(ZONE) for vpc in vpcs_of_zone(zone))
    own = (vpc.logical_id for vpc in stack.of_type("AWS::EC2::VPC"))
    vpcs = dict.fromkeys((*own, *found, *zones, OTHER_VPC))
    return {vpc: _names(stack, vpc) for vpc in vpcs if vpc is not None}


def resolve(
    stack: Stack, names: Names, hosts: Iterable[str], *, by_endpoint: Iterable[str] = ()
) -> Names:
    """Return why a VPC does not resolve one of the hosts, or what must hold so that it does.

    The names `by_endpoint` are answered by a VPC endpoint, which no private zone replaces.
    """
    if names.problem:
        return names
    assumed = dict.fromkeys(names.assumed)
    for host, zones in (
        *((host, names.zones) for host in hosts),
        *((host, ()) for host in by_endpoint),
    ):
        blocked, unless_blocked = blocked_by(names.firewall, host)
        unanswered, unless_unanswered = unanswered_by(stack, zones, host)
        if blocked or (unanswered and not names.assumed):
            return Names(problem=blocked or unanswered)
        # Other rules may answer before the private zone.
        assumed |= dict.fromkeys((unless_blocked, unless_unanswered or unanswered))
    return Names(assumed=tuple(filter(None, assumed)))


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
    return Names(
        assumed=(*_unseen_profiles(shared), *_forwarded_names(stack, vpc, shared)),
        firewall=tuple(rule for _, rule in sorted(rules, key=lambda found: found[0])),
        zones=_zones(stack, vpc, shared) if zoned else (),
    )


def _zones(stack: Stack, vpc: str, shared: tuple[SharedResource, ...]) -> tuple[PrivateZone, ...]:
    resources = (each.resource for each in shared)
    by_profile = (read_zone(it) for it in resources if it and it.type == ZONE)
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


def _forwarded_names(stack: Stack, vpc: str, shared: tuple[SharedResource, ...]) -> Iterator[str]:
    """Yield what is assumed about the rules that forward AWS's names, or every name."""
    rules = [
        (each.logical_id, stack.of(rule or "", _FORWARDING_RULE))
        for each in stack.of_type(_FORWARDING)
        if each.properties.identity_if_known("VPCId") in {vpc, None}
        for rule in (each.properties.identity_if_known("ResolverRuleId"),)
    ]
    rules += [
        (each.association, each.resource)
        for each in shared
        if each.resource and each.resource.type == _FORWARDING_RULE
    ]
    for association, rule in rules:
        domain = (rule.properties.identity_if_known("DomainName") or "").strip(".") if rule else ""
        system = rule is not None and rule.properties.identity_if_known("RuleType") == "SYSTEM"
        if not system and (not domain or "aws" in domain or domain in {"com", "com.cn"}):
            yield f"the resolver rule of {association} resolves names"
