"""Decides whether a web ACL blocks the requests to a load balancer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.reachability.web_acl_limits import MANAGED, stops_only_attacks
from payment_templates.evidence.reachability.web_acl_statements import (
    ORDINARY,
    ROUTE53_AGENT,
    Request,
    matches,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer

_ACL = "AWS::WAFv2::WebACL"
_ASSOCIATION = "AWS::WAFv2::WebACLAssociation"
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
# A browser may pass the last two, which a program does not:
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge.html
_STOPPING = ("Block", "Captcha", "Challenge")


_CHECKS = "Route 53's health checks"


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """Which rule or web ACL blocks requests, or what must hold so that none does.

    The conditions lack their last words: which requests.
    """

    problem: str = ""
    conditions: tuple[str, ...] = ()


def firewall_problems(stack: Stack, front: LoadBalancer) -> Iterator[str]:
    """Yield the web ACLs that block every request to a load balancer."""
    yield from _problems(stack, front, ORDINARY, f"every request to {front.logical_id}")


def firewall_conditions(stack: Stack, front: LoadBalancer) -> Iterator[str]:
    """Yield what the template does not show of the web ACLs of a load balancer."""
    yield from _conditions(stack, front, ORDINARY, "the requests")


def checker_problems(stack: Stack, front: LoadBalancer, path: str) -> Iterator[str]:
    """Yield the web ACLs that block the requests of Route 53's health checkers."""
    yield from _problems(stack, front, _checker_request(path), _CHECKS)


def checker_conditions(stack: Stack, front: LoadBalancer, path: str) -> Iterator[str]:
    """Yield what the template does not show of the web ACLs that Route 53's checkers pass."""
    yield from _conditions(stack, front, _checker_request(path), _CHECKS)


def _checker_request(path: str) -> Request:
    return Request(path=path or "/", method="GET", user_agent=ROUTE53_AGENT)


def _problems(stack: Stack, front: LoadBalancer, request: Request, what: str) -> Iterator[str]:
    for acl in _acls(stack, front):
        if acl and (problem := _outcome(stack, acl, request).problem):
            yield f"{problem} blocks {what}"


def _conditions(stack: Stack, front: LoadBalancer, request: Request, what: str) -> Iterator[str]:
    for acl in _acls(stack, front):
        if acl is None:
            yield f"the web ACL of {front.logical_id}, not in the template, allows {what}"
        else:
            yield from (f"{words} {what}" for words in _outcome(stack, acl, request).conditions)


def _acls(stack: Stack, front: LoadBalancer) -> Iterator[StackResource | None]:
    """Yield the web ACLs of a load balancer; None for one that is not in the template."""
    for association in stack.of_type(_ASSOCIATION):
        fields = association.properties
        target = stack.find(fields.get("ResourceArn"), _BALANCER)
        if target and target.logical_id == front.logical_id:
            acl = stack.find_part(fields.get("WebACLArn"), _ACL, "DefaultAction")
            blocks = acl is not None and "Block" in acl.properties.child("DefaultAction")
            template = stack.template
            if acl and (
                blocks or not stops_only_attacks(template, template.resources[acl.logical_id])
            ):
                acl = stack.find_part(fields.get("WebACLArn"), _ACL, "DefaultAction", "Rules")
            yield acl


def _outcome(stack: Stack, acl: StackResource, request: Request) -> _Outcome:
    """Evaluate the rules by priority; the first with a final action that matches decides.

    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html
    """
    name = acl.logical_id
    rules = acl.properties.children("Rules")
    blocks_by_default = "Block" in acl.properties.child("DefaultAction")
    if blocks_by_default:
        # Only these let a request through.
        if not any("Allow" in rule.child("Action") or _is_group(rule) for rule in rules):
            return _Outcome(problem=name)
        return _Outcome(conditions=(f"the rules of {name}, which blocks by default, allow",))
    conditions: list[str] = []
    exempt = ""
    for rule in sorted(rules, key=lambda rule: rule.number("Priority")):
        its_rule = f"the rule {rule.text('Name')} of {name}"
        match _effect(stack, rule, request):
            case "allow", True:
                break
            case "allow", None:
                exempt = exempt or f"{its_rule} allows"
            case "block", True if not exempt and "Block" in rule.child("Action"):
                return _Outcome(problem=its_rule)
            case "block", True | None:
                conditions.append(exempt or f"{its_rule} does not block")
            case _:
                continue
    return _Outcome(conditions=tuple(dict.fromkeys(conditions)))


def _effect(stack: Stack, rule: Properties, request: Request) -> tuple[str, bool | None]:
    """Return what a rule does, "allow", "block" or "", and whether it does; None if that is open.

    A rule group of the account's own may block anything.
    """
    statement = rule.child("Statement")
    if "OverrideAction" in rule:
        if "Count" in rule.child("OverrideAction"):
            return "", False
        managed = MANAGED in statement
        return "block", matches(stack, statement, request) if managed else None
    action = rule.child("Action")
    if "Allow" in action:
        return "allow", matches(stack, statement, request)
    if any(each in action for each in _STOPPING):
        return "block", matches(stack, statement, request)
    return "", False


def _is_group(rule: Properties) -> bool:
    return "RuleGroupReferenceStatement" in rule.child("Statement")
