"""Decides whether the VPCs of the stack resolve names: DNS support, name servers, DNS firewall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack

_RESOLVER = "AWS::Route53Resolver::"
_ASSOCIATION = f"{_RESOLVER}FirewallRuleGroupAssociation"
_GROUP = f"{_RESOLVER}FirewallRuleGroup"
_DOMAINS = f"{_RESOLVER}FirewallDomainList"
_FORWARDING = f"{_RESOLVER}ResolverRuleAssociation"
_FORWARDING_RULE = f"{_RESOLVER}ResolverRule"
_EVERY_NAME = "*"
# The resource types that name resolution is read from.
NAME_TYPES = (
    *("AWS::EC2::DHCPOptions", "AWS::EC2::VPC", "AWS::EC2::VPCDHCPOptionsAssociation"),
    *(_ASSOCIATION, _GROUP, _DOMAINS, _FORWARDING, _FORWARDING_RULE),
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Why a VPC resolves no names, or what must hold so that it does."""

    problem: str = ""
    assumed: tuple[str, ...] = ()


def read_names(stack: Stack) -> dict[str, Names]:
    """Return what is known about the names of each VPC that the stack has or changes."""
    changed = (
        each.properties.identity("VpcId")
        for each in stack.of_type("AWS::EC2::VPCDHCPOptionsAssociation", _ASSOCIATION)
    )
    forwarding = (each.properties.identity("VPCId") for each in stack.of_type(_FORWARDING))
    own = (vpc.logical_id for vpc in stack.of_type("AWS::EC2::VPC"))
    return {vpc: _names(stack, vpc) for vpc in (*own, *changed, *forwarding)}


def _names(stack: Stack, vpc: str) -> Names:
    # Amazon's resolver, its firewall and its rules do not see what other name servers are asked.
    if servers := _servers(stack, vpc):
        return Names(assumed=(f"the name servers of {vpc} ({servers}) resolve names",))
    found = stack.of(vpc, "AWS::EC2::VPC")
    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
    if found and not found.properties.flag("EnableDnsSupport"):
        return Names(problem=f"{vpc} has no DNS support")
    firewall = _behind_firewall(stack, vpc)
    return Names(
        problem=firewall.problem, assumed=(*firewall.assumed, *_forwarded_names(stack, vpc))
    )


def _servers(stack: Stack, vpc: str) -> str:
    """Return the name servers of a VPC that does not use Amazon's, or "".

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
    """
    for association in stack.of_type("AWS::EC2::VPCDHCPOptionsAssociation"):
        fields = association.properties
        if fields.identity("VpcId") == vpc:
            options = stack.of(fields.target("DhcpOptionsId"), "AWS::EC2::DHCPOptions")
            servers = options.properties.texts("DomainNameServers") if options else ("unknown",)
            if servers and "AmazonProvidedDNS" not in servers:
                return ", ".join(servers)
    return ""


def _behind_firewall(stack: Stack, vpc: str) -> Names:
    """Judge the rules of the DNS firewall, the lowest priority first: the first match decides.

    BLOCK disallows a query, ALLOW and ALERT permit it: botocore route53resolver, FirewallRule.
    """
    permitted = False
    assumed: dict[str, None] = {}
    for association, rule in _rules(stack, vpc):
        every_name = _applies_to_every_name(stack, rule)
        if rule.text("Action") in {"ALLOW", "ALERT"}:
            permitted = True
        elif every_name and not permitted and not assumed:
            return Names(problem=f"the DNS firewall {association} blocks every name")
        else:
            assumed[f"the DNS firewall {association} blocks no name that is needed"] = None
        if every_name:
            break
    return Names(assumed=tuple(assumed))


def _rules(stack: Stack, vpc: str) -> Iterator[tuple[str, Properties]]:
    """Yield the association and the rules of each rule group, by priority.

    Of a group outside the stack, which may block anything, yield the association itself.
    """
    associations = [
        association
        for association in stack.of_type(_ASSOCIATION)
        if association.properties.identity("VpcId") == vpc
    ]
    for association in sorted(associations, key=lambda each: each.properties.number("Priority")):
        group = stack.of(association.properties.target("FirewallRuleGroupId"), _GROUP)
        rules = group.properties.children("FirewallRules") if group else (association.properties,)
        for rule in sorted(rules, key=lambda rule: rule.number("Priority")):
            yield association.logical_id, rule


def _applies_to_every_name(stack: Stack, rule: Properties) -> bool:
    domains = stack.of(rule.target("FirewallDomainListId"), _DOMAINS)
    return (
        domains is not None
        and _EVERY_NAME in domains.properties.texts("Domains")
        and "Qtype" not in rule
    )


def _forwarded_names(stack: Stack, vpc: str) -> Iterator[str]:
    """Yield what is assumed about the rules that forward AWS's names, or every name."""
    for association in stack.of_type(_FORWARDING):
        fields = association.properties
        if fields.identity("VPCId") != vpc:
            continue
        rule = stack.of(fields.target("ResolverRuleId"), _FORWARDING_RULE)
        domain = rule.properties.text("DomainName").strip(".") if rule else ""
        system = rule is not None and rule.properties.text("RuleType") == "SYSTEM"
        if not system and (not domain or "aws" in domain or domain in {"com", "com.cn"}):
            yield f"the resolver rule of {association.logical_id} resolves names"
