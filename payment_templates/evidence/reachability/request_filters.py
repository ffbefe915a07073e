"""Finds the listener rules that keep requests from the application, or ask clients for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import references_in
from payment_templates.evidence.topology.traffic.rule_conditions import select_payments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.listeners import Listener
    from payment_templates.evidence.topology.traffic.load_balancer import TargetGroup

_SERVICE = "AWS::ECS::Service"
# The types that refer to a target group without registering targets with it.
_NO_TARGETS = ("AWS::CloudWatch::", "AWS::ElasticLoadBalancingV2::Listener")


def catching_rules(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the listener rules that answer every GET or POST, so that none reaches the group."""
    for listener in _serving(topology, group):
        # A redirect may lead to HTTPS on another listener.
        answering = [
            rule
            for rule in listener.rules
            if rule.action not in {"forward", "redirect"} and rule.logical_id != listener.logical_id
        ]
        alone = [rule for rule in answering if select_payments([rule.conditions])]
        together = select_payments(rule.conditions for rule in answering)
        if answering and (alone or together):
            names = " and ".join(rule.logical_id for rule in alone[:1] or answering)
            verb = "answers" if len(alone[:1] or answering) == 1 else "answer"
            yield f"{names} {verb} requests before {group.logical_id} gets them"


def empty_shares(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the target groups without targets that get a share of a group's requests.

    The weight alone decides, and a request for a group without registered targets gets 503:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    """
    known = {each.logical_id for each in topology.target_groups}
    for listener, other in _sharing(topology, group):
        if other in known and not _registrants(topology.stack, other):
            yield f"{listener} sends a share of the requests to {other}, which has no targets"


def request_demands(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield what the listeners of a group demand of clients."""
    for listener in _serving(topology, group):
        name = listener.logical_id
        if listener.verifies_clients:
            yield f"clients present a certificate that {name} trusts"
        for rule in listener.rules:
            if group.logical_id not in rule.target_groups:
                continue
            for kind, unauthenticated in rule.demands:
                if kind == "jwt-validation":
                    yield f"requests have a token that {rule.logical_id} accepts"
                elif unauthenticated != "allow":
                    yield f"clients log in as {rule.logical_id} demands"


def open_shares(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the target groups with a share of which the template does not show the targets."""
    known = {each.logical_id for each in topology.target_groups}
    for _, other in _sharing(topology, group):
        if other not in known:
            yield f"{other}, not in the template, has targets"
        elif (names := _registrants(topology.stack, other)) and _SERVICE not in names:
            yield f"{other} has targets, which the template does not show"


def _serving(topology: Topology, group: TargetGroup) -> list[Listener]:
    return [it for it in topology.listeners if group.logical_id in it.target_groups]


def _sharing(topology: Topology, group: TargetGroup) -> Iterator[tuple[str, str]]:
    """Yield each rule that divides requests between a group and another one, with the other."""
    for listener in _serving(topology, group):
        for rule in listener.rules:
            if group.logical_id in rule.target_groups:
                for other in rule.target_groups:
                    if other != group.logical_id:
                        yield rule.logical_id, other


def _registrants(stack: Stack, group: str) -> list[str]:
    """Return what may register targets with a target group: types, or outputs.

    A group that lists its targets counts as one with a service.
    """
    if stack.resources[group].properties.values("Targets"):
        return [_SERVICE]
    template = stack.template
    outputs = any(group in references_in(each.value) for each in template.outputs.values())
    return [
        *(["outputs"] if outputs else []),
        *(
            resource.type
            for resource in template.resources.values()
            if resource.logical_id in stack.resources
            and not resource.type.startswith(_NO_TARGETS)
            and group in references_in(list(resource.expressions))
        ),
    ]
