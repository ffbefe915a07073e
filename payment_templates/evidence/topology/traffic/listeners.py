"""Reads listeners and their rules: where requests to a load balancer port are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
# Patterns that match every request.
_ANYTHING = {"*", "/*"}
_SAME_PROTOCOL, _SAME_HOST, _SAME_PORT = "#{protocol}", "#{host}", "#{port}"


@dataclass(frozen=True, kw_only=True)
class Redirect:
    """The target of a redirect; an empty host is the host of the request.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    """

    protocol: str
    host: str
    port: str
    # Whether the path and the query of the request are kept.
    keeps_path: bool
    # Whether every request is redirected, not only those that a rule selects.
    of_all: bool


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A listener port of a load balancer, and the target groups that it forwards requests to.

    A target group outside the template is named by its ARN instead of a logical ID.
    """

    logical_id: str
    balancer: str
    port: int
    protocol: str
    target_groups: tuple[str, ...]
    # The TLS security policy; empty if ELB chooses it.
    policy: str
    redirects: tuple[Redirect, ...]


def read_listeners(stack: Stack) -> tuple[Listener, ...]:
    """Read every listener with its rules."""
    return tuple(_listener(stack, listener) for listener in stack.of_type(_LISTENER))


def rules_elsewhere(stack: Stack) -> tuple[str, ...]:
    """Return the forwarding rules that belong to a listener outside the template."""
    return tuple(
        rule.logical_id
        for rule in stack.of_type(_RULE)
        if stack.of(rule.properties.target("ListenerArn"), _LISTENER) is None
        and any(_forwards(action) for action in rule.properties.children("Actions"))
    )


def _listener(stack: Stack, listener: StackResource) -> Listener:
    fields = listener.properties
    rules = [
        rule.properties
        for rule in stack.of_type(_RULE)
        if rule.properties.target("ListenerArn") == listener.logical_id
    ]
    chosen: list[tuple[Properties, ...]] = []
    last: tuple[Properties, ...] = ()
    for rule in sorted(rules, key=lambda rule: rule.number("Priority")):
        chosen.append(rule.children("Actions"))
        # Rules are evaluated in the order of priority, the default action last.
        if _takes_everything(rule):
            last = rule.children("Actions")
            break
    else:
        last = fields.children("DefaultActions")
        chosen.append(last)
    return Listener(
        logical_id=listener.logical_id,
        balancer=fields.target("LoadBalancerArn"),
        port=int(fields.number("Port")),
        protocol=fields.text("Protocol"),
        target_groups=tuple(
            group for actions in chosen for action in actions for group in _forwards(action)
        ),
        policy=fields.text("SslPolicy"),
        redirects=tuple(
            _redirect(action.child("RedirectConfig"), fields, of_all=actions is last)
            for actions in chosen
            for action in actions
            if action.text("Type") == "redirect"
        ),
    )


def _redirect(config: Properties, listener: Properties, *, of_all: bool) -> Redirect:
    host, port = config.text("Host") or _SAME_HOST, config.text("Port") or _SAME_PORT
    protocol = config.text("Protocol") or _SAME_PROTOCOL
    return Redirect(
        protocol=protocol.replace(_SAME_PROTOCOL, listener.text("Protocol")),
        host="" if host == _SAME_HOST else host,
        port=port.replace(_SAME_PORT, f"{listener.number('Port'):.0f}"),
        # What is absent stays as it is: botocore elbv2, RedirectActionConfig.
        keeps_path=_keeps(config, "Path", "#{path}") and _keeps(config, "Query", "#{query}"),
        of_all=of_all,
    )


def _keeps(config: Properties, name: str, own: str) -> bool:
    return name not in config or own in config.text(name)


def _takes_everything(rule: Properties) -> bool:
    return all(
        _ANYTHING & {*condition.texts("Values"), *_configured(condition)}
        for condition in rule.children("Conditions")
    )


def _configured(condition: Properties) -> tuple[str, ...]:
    names = ("PathPatternConfig", "HostHeaderConfig")
    return tuple(value for name in names for value in condition.child(name).texts("Values"))


def _forwards(action: Properties) -> tuple[str, ...]:
    """Return the target groups that an action forwards to, including weighted ones."""
    if action.text("Type") != "forward":
        return ()
    weighted = action.child("ForwardConfig").children("TargetGroups")
    # A target group with weight 0 gets no requests: botocore elbv2, TargetGroupTuple.
    groups = [group for group in weighted if "Weight" not in group or group.number("Weight") > 0]
    return tuple(
        name for name in (each.identity("TargetGroupArn") for each in (action, *groups)) if name
    )
