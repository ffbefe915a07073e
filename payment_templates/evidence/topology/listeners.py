"""Listeners and their rules: where a request that comes to a load balancer's port goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Fields

# A pattern that every request fulfils.
_ANYTHING = {"*", "/*"}


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A port of a load balancer, and the target groups that requests to it are forwarded to."""

    logical_id: str
    balancer: str
    port: int
    protocol: str
    target_groups: tuple[str, ...]


def read_listeners(stack: Stack) -> tuple[Listener, ...]:
    """Read every listener with its rules."""
    return tuple(
        _listener(stack, listener)
        for listener in stack.of_type("AWS::ElasticLoadBalancingV2::Listener")
    )


def _listener(stack: Stack, listener: Resource) -> Listener:
    fields = listener.fields
    rules = [
        rule.fields
        for rule in stack.of_type("AWS::ElasticLoadBalancingV2::ListenerRule")
        if rule.fields.target("ListenerArn") == listener.logical_id
    ]
    chosen: list[tuple[Fields, ...]] = []
    for rule in sorted(rules, key=lambda rule: rule.number("Priority")):
        chosen.append(rule.children("Actions"))
        # Rules are asked in the order of their priority, the default action last.
        if _takes_everything(rule):
            break
    else:
        chosen.append(fields.children("DefaultActions"))
    return Listener(
        logical_id=listener.logical_id,
        balancer=fields.target("LoadBalancerArn"),
        port=int(fields.number("Port")),
        protocol=fields.text("Protocol"),
        target_groups=tuple(
            group for actions in chosen for action in actions for group in _forwards(action)
        ),
    )


def _takes_everything(rule: Fields) -> bool:
    return all(
        _ANYTHING & {*condition.texts("Values"), *_configured(condition)}
        for condition in rule.children("Conditions")
    )


def _configured(condition: Fields) -> tuple[str, ...]:
    names = ("PathPatternConfig", "HostHeaderConfig")
    return tuple(value for name in names for value in condition.child(name).texts("Values"))


def _forwards(action: Fields) -> tuple[str, ...]:
    """Give the target groups that an action forwards to, also those of a weighted one."""
    if action.text("Type") != "forward":
        return ()
    weighted = action.child("ForwardConfig").children("TargetGroups")
    groups = [group for group in weighted if group.number("Weight", 1) > 0]
    return tuple(
        name
        for name in (action.target("TargetGroupArn"), *(g.target("TargetGroupArn") for g in groups))
        if name
    )
