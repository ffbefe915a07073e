"""Decides which requests a statement of a web ACL rule matches."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from typing import TYPE_CHECKING

from payment_templates.evidence.reachability.web_acl_limits import (
    ATTACKS,
    MANAGED,
    RATE,
    spares_clients,
    stops_attacks,
)
from payment_templates.evidence.topology.network.address_blocks import ANYONE
from payment_templates.evidence.topology.traffic.rule_conditions import is_any_path

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack

# https://repost.aws/knowledge-center/route-53-fix-unwanted-health-checks
ROUTE53_AGENT = "Amazon-Route53-Health-Check-Service (ref 0; report http://amzn.to/1vsZADi)"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is known of a request; None is anything."""

    # Any path, which always starts with /, if it is None.
    path: str | None = None
    method: str | None = None
    user_agent: str | None = None


ORDINARY = Request()


def matches(stack: Stack, statement: Properties, request: Request) -> bool | None:
    """Return whether a statement matches the request, or every request of its kind.

    None if that is open: it depends on what is not known of the request.
    """
    if any(name in statement for name in ATTACKS):
        return False
    if RATE in statement or MANAGED in statement:
        return _limit_match(stack, statement, request)
    if "NotStatement" in statement:
        inner = matches(stack, statement.child("NotStatement").child("Statement"), request)
        return None if inner is None else not inner
    for name, decisive in (("AndStatement", False), ("OrStatement", True)):
        if name in statement:
            return _joined(stack, statement.child(name), request, decisive=decisive)
    if "IPSetReferenceStatement" in statement:
        return _address_match(stack, statement.child("IPSetReferenceStatement"))
    return _text_match(statement, request)


def _limit_match(stack: Stack, statement: Properties, request: Request) -> bool | None:
    """Return False for a limit or group that spares the request, and None for any other."""
    if RATE in statement:
        limits = statement.child(RATE)
        spared = spares_clients(limits, checkers=request.user_agent == ROUTE53_AGENT)
    else:
        limits = statement.child(MANAGED)
        spared = stops_attacks(limits)
    scope = limits.child("ScopeDownStatement")
    outside = bool(scope.entries) and matches(stack, scope, request) is False
    return False if spared or outside else None


def _joined(
    stack: Stack, statement: Properties, request: Request, *, decisive: bool
) -> bool | None:
    found = {matches(stack, part, request) for part in statement.children("Statements")}
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _text_match(statement: Properties, request: Request) -> bool | None:
    regex = statement.child("RegexMatchStatement")
    if "UriPath" in regex.child("FieldToMatch") and is_any_path(regex.text("RegexString")):
        return True
    config = statement.child("ByteMatchStatement")
    wanted, how = config.text("SearchString"), config.text("PositionalConstraint")
    transformations = {each.text("Type") for each in config.children("TextTransformations")}
    if not wanted or transformations - {"NONE", "LOWERCASE"}:
        return None
    field = config.child("FieldToMatch")
    text = _text_of(field, request)
    if text is None:
        every = "UriPath" in field and wanted == "/" and how in {"STARTS_WITH", "CONTAINS"}
        return True if every else None
    if "LOWERCASE" in transformations:
        text = text.lower()
    return {
        "EXACTLY": text == wanted,
        "STARTS_WITH": text.startswith(wanted),
        "ENDS_WITH": text.endswith(wanted),
        "CONTAINS": wanted in text,
    }.get(how)


def _text_of(field: Properties, request: Request) -> str | None:
    if "UriPath" in field and request.path is not None:
        return request.path.partition("?")[0]
    if "Method" in field:
        return request.method
    if "SingleHeader" in field and field.child("SingleHeader").text("Name").lower() == "user-agent":
        return request.user_agent
    return None


def _address_match(stack: Stack, reference: Properties) -> bool | None:
    """Return whether an IP set has every IPv4 address, which takes two blocks, or none."""
    found = stack.find(reference.get("Arn"), "AWS::WAFv2::IPSet")
    if found is None or "IPSetForwardedIPConfig" in reference:
        return None
    blocks = found.properties.texts("Addresses")
    try:
        networks = [IPv4Network(block, strict=False) for block in blocks]
    except ValueError:
        return None
    if not networks:
        return False
    return True if [*collapse_addresses(networks)] == [IPv4Network(ANYONE)] else None
