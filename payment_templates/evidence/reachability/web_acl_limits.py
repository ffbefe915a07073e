"""Decides whether rate limits and managed rule groups of a web ACL spare ordinary requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from payment_templates.cloudformation import Json, Properties, Resource, Template

# The statements that match attacks alone, whatever they state.
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html
ATTACKS = {"SqliMatchStatement", "XssMatchStatement"}
RATE, MANAGED = "RateBasedStatement", "ManagedRuleGroupStatement"
# AWS's groups that stop attacks and known attackers. Others stop clients as well: Bot Control those
# that are no browsers, the anonymous IP list those at hosting providers, some by a challenge.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-bot-control-example-user-agent-exception.html
_ATTACK_GROUPS = {
    *("AWSManagedRulesAdminProtectionRuleSet", "AWSManagedRulesAmazonIpReputationList"),
    *("AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"),
    *("AWSManagedRulesLinuxRuleSet", "AWSManagedRulesPHPRuleSet", "AWSManagedRulesSQLiRuleSet"),
    *("AWSManagedRulesUnixRuleSet", "AWSManagedRulesWindowsRuleSet"),
    "AWSManagedRulesWordPressRuleSet",
}
# The keys of a count for each client. CONSTANT is one count for all requests, and other custom keys
# may have the same value for all: botocore wafv2, RateBasedStatement, AggregateKeyType.
_CLIENT_KEYS = ("IP", "FORWARDED_IP")
_CUSTOM_CLIENT_KEYS = ("IP", "ForwardedIP")
_WINDOW_SECONDS = 300
# A Route 53 checker asks every 10 s, 30 times in 5 minutes; a stack may have several health checks,
# and the limit is approximate: botocore route53, HealthCheckConfig, RequestInterval.
_CHECKER_REQUESTS = 100


def spares_clients(rate: Properties, *, checkers: bool) -> bool:
    """Return whether a rate-based statement counts each client alone, and enough of its requests.

    The requests of Route 53's checkers are known, and those of other clients are not.
    """
    key = rate.text("AggregateKeyType") or _CLIENT_KEYS[0]
    custom = (name in each for each in rate.children("CustomKeys") for name in _CUSTOM_CLIENT_KEYS)
    if key not in _CLIENT_KEYS and not any(custom):
        return False
    window = rate.number("EvaluationWindowSec", _WINDOW_SECONDS)
    return not checkers or _is_enough(rate.number("Limit"), window)


def stops_attacks(group: Properties) -> bool:
    """Return whether a managed rule group stops attacks alone."""
    return group.text("VendorName") == "AWS" and group.text("Name") in _ATTACK_GROUPS


def stops_only_attacks(template: Template, acl: Resource) -> bool:
    """Return whether no rule of a web ACL can match an ordinary request, as it is written.

    What decides the actions of such rules then needs no combination of its own.
    """
    properties: object = acl.properties
    if not isinstance(properties, dict):
        return False
    rules: object = cast("Json", properties).get("Rules", [])
    return isinstance(rules, list) and all(
        isinstance(statement, dict) and _is_for_attacks(template, cast("Json", statement))
        for rule in cast("list[object]", rules)
        for statement in [cast("Json", rule).get("Statement") if isinstance(rule, dict) else None]
    )


def _is_for_attacks(template: Template, statement: Json) -> bool:
    if not ATTACKS.isdisjoint(statement):
        return True
    managed, rate = statement.get(MANAGED), statement.get(RATE)
    if isinstance(managed, dict):
        group = cast("Json", managed)
        name = group.get("Name")
        return group.get("VendorName") == "AWS" and isinstance(name, str) and name in _ATTACK_GROUPS
    if not isinstance(rate, dict):
        return False
    fields = cast("Json", rate)
    least = _least(template, fields.get("Limit"))
    window = fields.get("EvaluationWindowSec", _WINDOW_SECONDS)
    known = least is not None and isinstance(window, int)
    return known and fields.get("AggregateKeyType") == "IP" and _is_enough(least or 0, window)


def _least(template: Template, limit: object) -> float | None:
    """Return a limit, or the least that its parameter takes."""
    if isinstance(limit, int):
        return limit
    reference = cast("Json", limit).get("Ref") if isinstance(limit, dict) else None
    parameter = template.parameters.get(reference) if isinstance(reference, str) else None
    return parameter.min_value if parameter else None


def _is_enough(limit: float, window_seconds: float) -> bool:
    return limit * _WINDOW_SECONDS >= _CHECKER_REQUESTS * window_seconds
