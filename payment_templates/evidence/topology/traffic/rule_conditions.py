"""Decides which requests the conditions of a listener rule select."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import cache
from ipaddress import IPv4Network, collapse_addresses
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.address_blocks import ANYONE, is_public

if TYPE_CHECKING:
    from collections.abc import Iterable

    from payment_templates.cloudformation import Properties

# Each kind of condition with its configuration, and the older form with Field and Values.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
_PATH, _HOST, _METHOD, _SOURCE, _QUERY = "path", "host", "method", "source", "query"
_CONFIGS = {
    "PathPatternConfig": _PATH,
    "HostHeaderConfig": _HOST,
    "HttpRequestMethodConfig": _METHOD,
    "SourceIpConfig": _SOURCE,
    "QueryStringConfig": _QUERY,
}
_FIELDS = {"path-pattern": _PATH, "host-header": _HOST}
# The headers of every ordinary request; a condition on them has their name as its kind.
_COMMON_HEADERS = {"host", "user-agent"}
# The methods of payments: a rule that catches one of them keeps requests from the application.
_METHODS = ("GET", "POST")
# Unrelated examples: a regular expression that matches all of them keeps no payment apart.
_SAMPLES = {
    _PATH: ("/", "/pay", "/API/v1/payments/42", "/a-b_c.html", "/~x%20y/..;z=1"),
    _HOST: ("example.com", "pay.example.org", "x-1.elb.amazonaws.com", "a.b.c.d.net", "q.io"),
}
# Patterns that every host name and every header matches.
_ANY_NAME = re.compile(r"[*?.]*\*[*?.]*")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition of a listener rule: one of its values must match."""

    # path, host, method, source, query, or the name of a header in lower case.
    kind: str
    values: tuple[str, ...]
    patterns: tuple[str, ...] = ()

    @property
    def always_holds(self) -> bool:
        """Whether every ordinary request satisfies it, whatever its method."""
        if any(_matches_all(pattern, self.kind) for pattern in self.patterns):
            return True
        if self.kind == _PATH:
            return _match_every_path(self.values)
        if self.kind == _SOURCE:
            return _match_every_address(self.values)
        if self.kind == _HOST or self.kind in _COMMON_HEADERS:
            return any(map(_ANY_NAME.fullmatch, self.values))
        return False

    @property
    def excludes_payments(self) -> bool:
        """Whether no GET or POST from the Internet satisfies it."""
        if self.kind == _METHOD:
            return not {*self.values} & {*_METHODS}
        return self.kind == _SOURCE and not any(map(is_public, self.values))

    def holds_for(self, method: str) -> bool:
        """Return whether every request with a method satisfies it."""
        return self.always_holds or (self.kind == _METHOD and method in self.values)


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """A request of a Route 53 health check: a GET without headers of its own."""

    path: str
    user_agent: str


def read_conditions(rule: Properties) -> tuple[Condition, ...]:
    """Read the conditions of a listener rule; all of them must hold."""
    return tuple(map(_condition, rule.children("Conditions")))


def always_selects(conditions: Iterable[Condition]) -> bool:
    """Return whether a rule with these conditions selects every request."""
    return all(condition.always_holds for condition in conditions)


def select_payments(rules: Iterable[tuple[Condition, ...]]) -> bool:
    """Return whether rules, each with its conditions, select every GET or every POST together."""
    found = tuple(rules)
    return any(_select(found, method) for method in _METHODS)


def select_every_payment(rules: Iterable[tuple[Condition, ...]]) -> bool:
    """Return whether rules, each with its conditions, select every GET and POST together."""
    found = tuple(rules)
    return all(_select(found, method) for method in _METHODS)


def is_any_path(pattern: str) -> bool:
    """Return whether a regular expression matches paths of every kind."""
    return _matches_all(pattern, _PATH)


def selects_check(conditions: Iterable[Condition], request: CheckRequest) -> bool | None:
    """Return whether a rule selects the request of a health check; None if that is open."""
    found = [_holds_for_check(condition, request) for condition in conditions]
    if False in found:
        return False
    return None if None in found else True


def _select(rules: tuple[tuple[Condition, ...], ...], method: str) -> bool:
    joined: dict[str, Condition] = {}
    for conditions in rules:
        open_conditions = [each for each in conditions if not each.holds_for(method)]
        if not open_conditions:
            return True
        if len(open_conditions) > 1:
            continue
        # Rules that differ in one kind of condition may cover all requests in parts.
        one = open_conditions[0]
        before = joined.get(one.kind, Condition(kind=one.kind, values=()))
        joined[one.kind] = Condition(
            kind=one.kind,
            values=(*before.values, *one.values),
            patterns=(*before.patterns, *one.patterns),
        )
    return any(condition.always_holds for condition in joined.values())


def _condition(fields: Properties) -> Condition:
    for name, kind in _CONFIGS.items():
        if name in fields:
            config = fields.child(name)
            # A query string has pairs instead of values.
            values = () if kind == _QUERY else config.texts("Values")
            return Condition(kind=kind, values=values, patterns=config.texts("RegexValues"))
    if "HttpHeaderConfig" in fields:
        config = fields.child("HttpHeaderConfig")
        return Condition(
            kind=config.text("HttpHeaderName").lower(),
            values=config.texts("Values"),
            patterns=config.texts("RegexValues"),
        )
    return Condition(
        kind=_FIELDS.get(fields.text("Field"), fields.text("Field")),
        values=fields.texts("Values"),
        patterns=fields.texts("RegexValues"),
    )


def _match_every_path(patterns: tuple[str, ...]) -> bool:
    """Return whether every path, which starts with /, matches one of the patterns.

    A pattern of wildcards alone decides by the length of the path.
    """
    lengths: set[int] = set()
    longer: int | None = None
    for pattern in patterns:
        # What /x matches, */x matches too.
        text = re.sub(r"^\*+(?=/)", "", pattern)
        rest = text[1:] if text[:1] in {"/", "?"} else text
        if not text or {*rest} - {"*", "?"}:
            continue
        least = max(1, text.count("?") + text.startswith("/"))
        if "*" in text:
            longer = least if longer is None else min(longer, least)
        else:
            lengths.add(least)
    return longer is not None and {*range(1, longer)} <= lengths


@cache
def _matches_all(pattern: str, kind: str) -> bool:
    samples = _SAMPLES.get(kind, ())
    try:
        return bool(samples) and all(re.search(pattern, sample) for sample in samples)
    except re.error:
        return False


def _match_every_address(blocks: tuple[str, ...]) -> bool:
    networks: list[IPv4Network] = []
    for block in blocks:
        try:
            networks.append(IPv4Network(block, strict=False))
        except ValueError:
            continue
    return [*collapse_addresses(networks)] == [IPv4Network(ANYONE)]


def _holds_for_check(condition: Condition, request: CheckRequest) -> bool | None:
    if condition.always_holds or condition.patterns:
        return condition.always_holds or None
    if condition.kind == _HOST:
        # The checker asks for the name of the load balancer, which is not known here.
        fixed = not any(re.search(r"[*?]|\.elb\.", host) for host in condition.values)
        return False if fixed else None
    known = {
        _METHOD: "GET",
        _PATH: request.path.partition("?")[0] or "/",
        _QUERY: "" if "?" not in request.path else None,
        "user-agent": request.user_agent,
    }.get(condition.kind)
    if known is None:
        return None
    return any(
        _matches(pattern, known, any_case=condition.kind == "user-agent")
        for pattern in condition.values
    )


def _matches(pattern: str, text: str, *, any_case: bool) -> bool:
    # Only * and ? are wildcards of a rule.
    expression = translate(pattern.replace("[", "[[]"))
    return re.match(expression, text, re.IGNORECASE if any_case else 0) is not None
