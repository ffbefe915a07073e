"""Finds the listener rules that keep requests from the application, or ask clients for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.reachability.check_requests import names_of
from payment_templates.evidence.reachability.registered_targets import has_targets, open_targets
from payment_templates.evidence.topology.traffic.rule_conditions import (
    select_every_payment,
    select_payments,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.listeners import Listener, ListenerRule
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup


def catching_rules(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the listener rules that answer every GET or POST, so that none reaches the group."""
    for listener in _serving(topology, group):
        # The last one gets what no other rule selects.
        answering = [
            rule
            for rule in listener.rules[:-1]
            if rule.action != "forward" and not _redirects_to(topology, listener, rule, group)
        ]
        alone = [rule for rule in answering if select_payments([rule.conditions])]
        together = select_payments(rule.conditions for rule in answering)
        if answering and (alone or together):
            names = " and ".join(rule.logical_id for rule in alone[:1] or answering)
            verb = "answers" if len(alone[:1] or answering) == 1 else "answer"
            yield f"{names} {verb} requests before {group.logical_id} gets them"


def closed_rules(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the rules that forward to a group, if none of them takes payments of the Internet."""
    rules = [rule for listener in _serving(topology, group) for rule in _rules_to(listener, group)]
    closed = [
        rule for rule in rules if any(condition.excludes_payments for condition in rule.conditions)
    ]
    if rules and closed == rules:
        names = " and ".join(rule.logical_id for rule in closed)
        verb = "forwards" if len(closed) == 1 else "forward"
        yield f"{names} {verb} no GET or POST from the Internet to {group.logical_id}"


def narrow_rules(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the rules that requests have to satisfy to reach a group.

    What another group with targets answers is no request for this one.
    """
    for listener in _serving(topology, group):
        rules = _rules_to(listener, group)
        answered = _answered(topology, listener, group)
        if not select_every_payment(rule.conditions for rule in answered):
            yield f"requests satisfy {' or '.join(rule.logical_id for rule in rules)}"


def empty_shares(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the target groups without targets that get requests for a group, or a share of them.

    The weight alone decides, and a request for a group without registered targets gets 503:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    """
    for rule, other in _sharing(topology, group):
        if has_targets(topology, other) is False:
            if group.logical_id in rule.target_groups:
                what = "a share of the requests"
            else:
                what = "requests"
            yield f"{rule.logical_id} sends {what} to {other}, which has no targets"


def request_demands(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield what the listeners of a group demand of clients.

    A login for a few paths, such as those of operators, is none for payments.
    """
    for listener in _serving(topology, group):
        name = listener.logical_id
        if listener.verifies_clients:
            yield f"clients present a certificate that {name} trusts"
        demanding = [rule for rule in _rules_to(listener, group) if _demands_of(rule)]
        free = [it for it in _answered(topology, listener, group) if it not in demanding]
        if select_payments(rule.conditions for rule in demanding) or not select_every_payment(
            rule.conditions for rule in free
        ):
            for rule in demanding:
                yield from _demands_of(rule)


def open_shares(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the target groups with a share of which the template does not show the targets."""
    for _, other in _sharing(topology, group):
        if has_targets(topology, other) is None:
            yield open_targets(topology, other)


def _serving(topology: Topology, group: TargetGroup) -> list[Listener]:
    return [it for it in topology.listeners if group.logical_id in it.target_groups]


def _rules_to(listener: Listener, group: TargetGroup) -> list[ListenerRule]:
    return [rule for rule in listener.rules if group.logical_id in rule.target_groups]


def _demands_of(rule: ListenerRule) -> list[str]:
    return [
        f"requests have a token that {rule.logical_id} accepts"
        if kind == "jwt-validation"
        else f"clients log in as {rule.logical_id} demands"
        for kind, unauthenticated in rule.demands
        if kind == "jwt-validation" or unauthenticated != "allow"
    ]


def _answered(topology: Topology, listener: Listener, group: TargetGroup) -> list[ListenerRule]:
    """Return the rules whose requests reach a group, or another one with targets."""
    return [
        rule
        for rule in listener.rules
        if group.logical_id in rule.target_groups
        or _redirects_to(topology, listener, rule, group)
        or any(has_targets(topology, other) for other in rule.target_groups)
    ]


def _redirects_to(
    topology: Topology, listener: Listener, rule: ListenerRule, group: TargetGroup
) -> bool:
    """Return whether a rule redirects to another listener of a load balancer that serves a group.

    A redirect to another host leads there if the host is a record of the load balancer.
    """
    target = rule.redirect
    if target is None:
        return False
    address = (listener.balancer, target.protocol, target.port)
    return any(
        (other.balancer, other.protocol, str(other.port)) == address
        for other in _serving(topology, group)
        if other is not listener
    ) and (not target.host or target.host in _hosts(topology, listener.balancer))


def _hosts(topology: Topology, balancer: str) -> set[str]:
    """Return the host names of a load balancer that the template shows."""
    own = {
        name for it in topology.load_balancers if it.logical_id == balancer for name in names_of(it)
    }
    records = (record for record in topology.records if own & {*record.answers})
    return own | {record.name.rstrip(".") for record in records}


def _sharing(topology: Topology, group: TargetGroup) -> Iterator[tuple[ListenerRule, str]]:
    """Yield each rule that sends requests for a group to another one, all or a share of them.

    The last rule of a listener gets what no rule of the group selects.
    """
    for listener in _serving(topology, group):
        for rule in listener.rules:
            catches = rule is not listener.rules[-1] and select_payments([rule.conditions])
            if catches or group.logical_id in rule.target_groups:
                for other in rule.target_groups:
                    if other != group.logical_id:
                        yield rule, other
