"""A task needs names: those of AWS's services to start, that of the database to query it."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, put
from tests.evidence.network_changes import add, ref
from tests.evidence.templates import real_document, verdict_of

_CLAIMS = ("neighbours-can-connect", "tasks-can-start")
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_RESOLVER = "AWS::Route53Resolver"
_NO_SUPPORT = put("Vpc.Properties.EnableDnsSupport", value=False)
_OWN_SERVERS = (
    add("Options", "DHCPOptions", DomainNameServers=["10.0.250.2"]),
    add(
        "OptionsAssociation",
        "VPCDHCPOptionsAssociation",
        VpcId=ref("Vpc"),
        DhcpOptionsId=ref("Options"),
    ),
)


def _rule(action: str, domains: str, priority: int, **other: object) -> Json:
    what = {"FirewallDomainListId": ref(domains)}
    return {"Action": action, **what, "Priority": priority, **other}


def _firewall(*rules: Json, group: object = None, vpc: object = None) -> tuple[Change, ...]:
    return (
        add("Every", f"{_RESOLVER}::FirewallDomainList", Domains=["*"]),
        add("Some", f"{_RESOLVER}::FirewallDomainList", Domains=["*.example.com"]),
        add("Group", f"{_RESOLVER}::FirewallRuleGroup", FirewallRules=list(rules)),
        add(
            "Firewall",
            f"{_RESOLVER}::FirewallRuleGroupAssociation",
            FirewallRuleGroupId=group or ref("Group"),
            Priority=101,
            VpcId=vpc or ref("Vpc"),
        ),
    )


def _forward(domain: str, kind: str = "FORWARD") -> tuple[Change, ...]:
    return (
        add("Rule", f"{_RESOLVER}::ResolverRule", DomainName=domain, RuleType=kind),
        add(
            "Forwarding",
            f"{_RESOLVER}::ResolverRuleAssociation",
            ResolverRuleId=ref("Rule"),
            VPCId=ref("Vpc"),
        ),
    )


@pytest.mark.parametrize("claim", _CLAIMS)
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([_NO_SUPPORT], _BROKEN),
        (_OWN_SERVERS, _CONDITIONAL),
        # The flag is about Amazon's name server alone.
        ([_NO_SUPPORT, *_OWN_SERVERS], _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1)), _BROKEN),
        (_firewall(_rule("ALLOW", "Every", 1), _rule("BLOCK", "Every", 2)), _KEPT),
        (_firewall(_rule("ALERT", "Every", 1), _rule("BLOCK", "Some", 2)), _KEPT),
        (_firewall(_rule("ALLOW", "Every", 2), _rule("BLOCK", "Every", 1)), _BROKEN),
        (_firewall(_rule("ALLOW", "Some", 1), _rule("BLOCK", "Every", 2)), _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Some", 1)), _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1, Qtype="TXT")), _CONDITIONAL),
        (_firewall(group="rslvr-frg-0example"), _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1), vpc="vpc-0example"), _KEPT),
        (_firewall(_rule("ALERT", "Every", 1)), _KEPT),
        (_forward("."), _CONDITIONAL),
        (_forward("amazonaws.com"), _CONDITIONAL),
        (_forward("corp.example.com"), _KEPT),
        (_forward(".", "SYSTEM"), _KEPT),
    ],
    ids=[
        *("no DNS support", "own name servers", "own name servers instead", "every name blocked"),
        *("every name allowed first", "some blocked behind an alert", "every name blocked first"),
        *("some names allowed", "some names blocked", "a type of record blocked"),
        *("a group elsewhere", "another VPC", "an alert"),
        *(
            "every name forwarded",
            "AWS's names forwarded",
            "other names forwarded",
            "a system rule",
        ),
    ],
)
def test_names_are_resolved(claim: str, changes: list[Change], verdict: Verdict) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is verdict
