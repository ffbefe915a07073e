"""Reads the rules of the resolver that forward names to other name servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology.network.dns_profiles import SharedResource

FORWARDING = "AWS::Route53Resolver::ResolverRuleAssociation"
FORWARDING_RULE = "AWS::Route53Resolver::ResolverRule"


@dataclass(frozen=True, kw_only=True)
class ForwardingRule:
    """A rule that forwards the names of a domain; `domain` is "" for all, or if it is unknown."""

    association: str
    domain: str

    def __str__(self) -> str:
        return f"the resolver rule of {self.association} resolves names"

    @property
    def is_general(self) -> bool:
        """Whether it applies to every name, or to those of AWS."""
        return not self.domain or "aws" in self.domain

    def may_match(self, host: str) -> bool:
        """Return whether it applies, or may apply, to the name of a host.

        A host that starts with "*." is one whose first labels the template does not show.
        """
        name = host.removeprefix("*.")
        return f".{name}".endswith(f".{self.domain}") or (
            name != host and self.domain.endswith(f".{name}")
        )


def forwarding_rules(
    stack: Stack, vpc: str, shared: tuple[SharedResource, ...]
) -> Iterator[ForwardingRule]:
    """Yield the rules that forward names of a VPC, its own and those of its profiles."""
    for association in stack.of_type(FORWARDING):
        fields = association.properties
        if fields.identity_if_known("VPCId") in {vpc, None}:
            rule = stack.of(fields.identity_if_known("ResolverRuleId") or "", FORWARDING_RULE)
            yield from _rule(association.logical_id, rule)
    for each in shared:
        if each.resource and each.resource.type == FORWARDING_RULE:
            yield from _rule(each.association, each.resource)


def _rule(association: str, rule: StackResource | None) -> Iterator[ForwardingRule]:
    domain = (rule.properties.identity_if_known("DomainName") or "") if rule else ""
    # A SYSTEM rule leaves the names to Amazon's resolver.
    if not rule or rule.properties.identity_if_known("RuleType") != "SYSTEM":
        yield ForwardingRule(association=association, domain=domain.strip(".").lower())
