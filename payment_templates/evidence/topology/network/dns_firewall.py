"""Reads the rules of the DNS firewall, and decides whether they block the name of a host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnknownValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource

_RESOLVER = "AWS::Route53Resolver::"
ASSOCIATION = f"{_RESOLVER}FirewallRuleGroupAssociation"
RULE_GROUP = f"{_RESOLVER}FirewallRuleGroup"
_DOMAINS = f"{_RESOLVER}FirewallDomainList"
# The resource types that the rules are read from.
FIREWALL_TYPES = (ASSOCIATION, RULE_GROUP, _DOMAINS)
_EVERY_NAME = "*"
# Before every priority that a group can have.
_FIRST = -1
# The domains that names of AWS may be aliases in, and all whose aliases the template cannot show.
_OF_AWS = re.compile(r"aws|amazon|cloudfront")


@dataclass(frozen=True, kw_only=True)
class FirewallRule:
    """One rule of the DNS firewall, with the firewall that it is named by."""

    firewall: str
    permits: bool
    # None if the template does not show them.
    domains: tuple[str, ...] | None
    # Whether it applies to one type of record alone.
    of_one_type: bool = False
    # Whether it permits what a name is an alias of as well: botocore route53resolver,
    # FirewallRule, FirewallDomainRedirectionAction.
    trusts_aliases: bool = False

    @property
    def has_every_name(self) -> bool:
        """Whether the rule applies to every name."""
        return self.domains is not None and _EVERY_NAME in self.domains and not self.of_one_type

    def matches(self, host: str) -> bool | None:
        """Return whether the rule applies to the name of a host, or to an alias; None if unknown.

        A host that starts with "*." is one whose first labels the template does not show.
        """
        if self.domains is None:
            return None
        if any(_covers(domain, host) for domain in self.domains):
            return None if self.of_one_type else True
        return None if any(self._may_match(domain, host) for domain in self.domains) else False

    def _may_match(self, domain: str, host: str) -> bool:
        if host.startswith("*.") and domain.endswith(host[1:]):
            return True
        # The firewall inspects each name that a name is an alias of.
        return not self.permits and bool(_OF_AWS.search(domain) or not _OF_AWS.search(host))


def firewall_rules(stack: Stack, vpc: str) -> Iterator[tuple[float, FirewallRule]]:
    """Yield the rules of the groups that are associated with a VPC, with the group's priority.

    A group outside the stack, which may block anything, is a rule whose domains are not shown.
    """
    for association in stack.of_type(ASSOCIATION):
        fields, name = association.properties, association.logical_id
        associated = fields.identity_if_known("VpcId")
        if associated is None:
            yield from prioritized(None, (_unseen(name),))
        elif associated == vpc:
            named = fields.identity_if_known("FirewallRuleGroupId") or ""
            rules = rules_of_group(stack, name, stack.of(named, RULE_GROUP))
            yield from prioritized(_priority(fields), rules)


def prioritized(
    priority: float | None, rules: tuple[FirewallRule, ...]
) -> Iterator[tuple[float, FirewallRule]]:
    """Yield rules with the priority of their group.

    Rules of a group without a known priority count as one that may block anything, before all.
    """
    if priority is None:
        yield from ((_FIRST, _unseen(firewall)) for firewall in {rule.firewall for rule in rules})
    else:
        yield from ((priority, rule) for rule in rules)


def rules_of_group(
    stack: Stack, firewall: str, group: StackResource | None
) -> tuple[FirewallRule, ...]:
    """Return the rules of a group, the lowest priority first; `firewall` is its association."""
    if group is None:
        return (_unseen(firewall),)
    try:
        rules = group.properties.children("FirewallRules")
        ordered = sorted(rules, key=lambda rule: rule.number("Priority"))
        return tuple(_rule(stack, firewall, rule) for rule in ordered)
    except UnknownValueError:
        return (_unseen(firewall),)


def blocked_by(rules: Iterable[FirewallRule], host: str) -> tuple[str, str]:
    """Return why the name of a host is blocked, or "", and what is assumed otherwise.

    The first rule that matches decides. BLOCK disallows a query, ALLOW and ALERT permit it:
    botocore route53resolver, FirewallRule.
    """
    permitted, assumed = False, ""
    permits_some = False
    for rule in rules:
        matches = rule.matches(host)
        permits_some = permits_some or rule.permits
        if matches is False:
            continue
        if rule.permits:
            if matches and (rule.has_every_name or rule.trusts_aliases):
                break
            # A later rule may block what the name is an alias of.
            permitted = True
        elif matches and not permitted and not assumed:
            what = "every name" if rule.has_every_name and not permits_some else host
            return f"the DNS firewall {rule.firewall} blocks {what}", ""
        else:
            assumed = assumed or f"the DNS firewall {rule.firewall} blocks no name that is needed"
        if rule.has_every_name:
            break
    return "", assumed


def _priority(fields: Properties) -> float | None:
    try:
        return fields.number("Priority")
    except UnknownValueError:
        return None


def _unseen(firewall: str) -> FirewallRule:
    """Return a rule that may block anything."""
    return FirewallRule(firewall=firewall, permits=False, domains=None)


def _rule(stack: Stack, firewall: str, rule: Properties) -> FirewallRule:
    domains = stack.of(rule.identity_if_known("FirewallDomainListId") or "", _DOMAINS)
    return FirewallRule(
        firewall=firewall,
        permits=rule.text("Action") in {"ALLOW", "ALERT"},
        domains=_domains(domains),
        of_one_type="Qtype" in rule,
        trusts_aliases=rule.text("FirewallDomainRedirectionAction") == "TRUST_REDIRECTION_DOMAIN",
    )


def _domains(listed: StackResource | None) -> tuple[str, ...] | None:
    # A list in a file of S3 is not in the template.
    if listed is None or "Domains" not in listed.properties:
        return None
    try:
        return tuple(map(_normal, listed.properties.texts("Domains")))
    except UnknownValueError:
        return None


def _covers(domain: str, host: str) -> bool:
    """Return whether a domain of a list, which may start with "*", applies to a host.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-domain-lists.html
    """
    if domain.startswith("*"):
        return host.removeprefix("*").endswith(domain[1:])
    return host == domain


def _normal(domain: str) -> str:
    return domain.strip().rstrip(".").lower()
