"""Checks what the web ACL in front of the application stops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from payment_templates.evidence import Verdict
from payment_templates.evidence.claim import absent, broken, conditional, kept
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from payment_templates.cloudformation import Json, Properties, Stack, StackResource, Value
    from payment_templates.evidence import Finding, Topology

_ACL, _ASSOCIATION = "AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
# "None" overrides nothing: the rules of a group block.
_BLOCKING = {"Block", "Captcha", "Challenge", "None"}
_LETS_PASS = {"Allow", "Count"}
_MANAGED, _OWN = "ManagedRuleGroupStatement", "RuleGroupReferenceStatement"
# The statements that look for attacks; the others match addresses, countries, rates or given texts.
_ATTACKS = (_MANAGED, _OWN, "SqliMatchStatement", "XssMatchStatement")
_LABELS = "LabelMatchStatement"
# A rule does not act on what these look for: one negates it, the other is the scope of a group.
_NOT_MATCHED = {"NotStatement", "ScopeDownStatement"}
# These look at who sends a request, and not at what is in it:
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
_SENDERS = frozenset(
    {
        *("AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesAnonymousIpList"),
        *("AWSManagedRulesACFPRuleSet", "AWSManagedRulesATPRuleSet"),
        *("AWSManagedRulesAntiDDoSRuleSet", "AWSManagedRulesBotControlRuleSet"),
    }
)


@check(
    "A web ACL stops attacks",
    {_ACL: ("Rules", "DefaultAction"), _ASSOCIATION: ("ResourceArn", "WebACLArn")},
)
def web_acl_stops_attacks(topology: Topology) -> Finding:
    """Check that rules of a web ACL look for attacks, and block, before each public load balancer.

    A rule that only counts detects an attack and lets it pass. One that a parameter switches to
    blocking meets the requirement only once it is switched. Rules about addresses, countries and
    rates stop no attack that comes from elsewhere. A rule that blocks by labels, which an earlier
    rule that only counts adds, meets the requirement if the labels are those of attacks. What an
    earlier rule allows, no later rule sees:
    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html
    """
    stack = topology.stack
    balancers = [it for it in stack.of_type(_BALANCER) if _takes_web_requests(it)]
    if not balancers:
        return absent("there is no public load balancer for web requests")
    found = [finding for it in balancers for finding in _findings(stack, it)]
    for finding in found:
        if finding.verdict is Verdict.BROKEN:
            return finding
    if found:
        return conditional(", and ".join(dict.fromkeys(it.why for it in found)))
    return kept(f"{quantity(len(balancers), 'public load balancer')} behind a web ACL that blocks")


def _findings(stack: Stack, balancer: StackResource) -> Iterator[Finding]:
    """Yield what is wrong, or open, with the web ACLs of a load balancer."""
    associations = [
        each
        for each in stack.of_type(_ASSOCIATION)
        if stack.find(each.properties.get("ResourceArn"), _BALANCER) is balancer
    ]
    if not associations:
        yield broken(f"{balancer.logical_id} has no web ACL")
    for association in associations:
        acl = stack.find(association.properties.get("WebACLArn"), _ACL)
        if acl is None:
            name = association.logical_id
            yield conditional(f"if the web ACL of {name}, not shown here, blocks")
        elif not (problem := _problem(acl)):
            if doubts := [*_doubts(acl)]:
                yield conditional(f"if {', and '.join(doubts)}")
        elif _can_block(stack, acl):
            name = acl.logical_id
            yield conditional(f"once an operator lets {name} block: now it only counts")
        else:
            yield broken(f"{acl.logical_id} {problem}")


def _takes_web_requests(balancer: StackResource) -> bool:
    public = balancer.properties.text("Scheme") in {"", "internet-facing"}
    return public and balancer.properties.text("Type") in {"", "application"}


def _problem(acl: StackResource) -> str:
    """Return why a web ACL stops no attack, or ""."""
    rules = _in_order(acl)
    if not rules:
        return "has no rules"
    if _blocks_the_rest(acl) or _stopping(rules) or _stopping_by_label(rules):
        return ""
    if any(map(_blocks, rules)):
        return "has no rule that looks for attacks and blocks"
    return "only counts requests: no rule blocks"


def _doubts(acl: StackResource) -> Iterator[str]:
    """Yield what must hold besides, so that the rules that block stop attacks."""
    rules = _in_order(acl)
    stopping, by_label = _stopping(rules), _stopping_by_label(rules)
    last = (stopping or by_label)[-1:]
    after = last[0].number("Priority") if last else float("inf")
    for rule in rules:
        if "Allow" in rule.child("Action") and rule.number("Priority") < after:
            yield f"{rule.text('Name')}, which allows requests first, allows no attack"
    if not stopping:
        if by_label and not _blocks_the_rest(acl):
            names = ", ".join(it.text("Name") for it in by_label)
            yield f"the labels by which {names} blocks are those of attacks"
        return
    narrowed = [it.text("Name") for it in stopping if _is_narrowed(it)]
    if len(narrowed) == len(stopping):
        yield f"no attack is in requests that {', '.join(narrowed)} leave out"
    own = [it.text("Name") for it in stopping if _OWN in it.child("Statement")]
    if len(own) == len(stopping):
        yield f"the rule groups of {', '.join(own)}, not shown here, stop attacks"
    for rule in stopping:
        for group in (_MANAGED, _OWN):
            statement = rule.child("Statement").child(group)
            passed = [
                it.text("Name")
                for it in statement.children("RuleActionOverrides")
                if _LETS_PASS & {*it.child("ActionToUse")}
            ]
            passed += [it.text("Name") for it in statement.children("ExcludedRules")]
            if passed:
                yield f"{rule.text('Name')} need not block by {', '.join(passed)}"


def _in_order(acl: StackResource) -> Sequence[Properties]:
    return sorted(acl.properties.children("Rules"), key=lambda it: it.number("Priority"))


def _stopping(rules: Sequence[Properties]) -> Sequence[Properties]:
    return [it for it in rules if _blocks(it) and _looks_for_attacks(it.entries)]


def _stopping_by_label(rules: Sequence[Properties]) -> Sequence[Properties]:
    """Return the rules that block by the labels that an earlier rule on attacks may add."""
    finders = [number for number, it in enumerate(rules) if _looks_for_attacks(it.entries)]
    later = rules[finders[0] + 1 :] if finders else ()
    return [it for it in later if _blocks(it) and _reads_labels(it.entries)]


def _blocks_the_rest(acl: StackResource) -> bool:
    return "Block" in acl.properties.child("DefaultAction")


def _looks_for_attacks(rule: Mapping[str, Value]) -> bool:
    """Return whether a rule looks for attacks in requests, and not only at their senders."""
    return any(
        name != _MANAGED or not isinstance(it, Mapping) or it.get("Name") not in _SENDERS
        for name, it in _statements(rule.get("Statement"))
        if name in _ATTACKS
    )


def _reads_labels(rule: Mapping[str, Value]) -> bool:
    return any(name == _LABELS for name, _ in _statements(rule.get("Statement")))


def _is_narrowed(rule: Properties) -> bool:
    """Return whether a rule leaves out some requests: by a scope, or by further statements."""
    statement = rule.child("Statement")
    return "ScopeDownStatement" in statement.child(_MANAGED) or "AndStatement" in statement


def _statements(node: Value) -> Iterator[tuple[str, Value]]:
    """Yield each statement with its name, also those in others; not what it excludes or narrows."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name.endswith("Statement") and name not in _NOT_MATCHED:
                yield name, value
                yield from _statements(value)
            elif name == "Statements" and isinstance(value, (list, tuple)):
                for each in value:
                    yield from _statements(each)


def _can_block(stack: Stack, acl: StackResource) -> bool:
    """Return whether a condition chooses between counting and blocking for a rule on attacks."""
    declared = cast("Json", stack.template.resources[acl.logical_id].properties)
    rules = declared.get("Rules")
    if not isinstance(rules, list) or not any(map(_looks_for_attacks, cast("list[Json]", rules))):
        return False
    return any(
        _BLOCKING & {*branch}
        for rule in cast("list[Json]", rules)
        if _looks_for_attacks(rule) or _reads_labels(rule)
        for name in ("Action", "OverrideAction")
        for branch in rule.get(name, {}).get("Fn::If", ())[1:]
    )


def _blocks(rule: Properties) -> bool:
    """Return whether a rule can stop a request: its own action, or those of its group."""
    if "OverrideAction" in rule:
        return "None" in rule.child("OverrideAction")
    return bool(_BLOCKING & {*rule.child("Action")})
