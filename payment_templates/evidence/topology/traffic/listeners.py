"""Reads listeners and their rules: where requests to a load balancer port are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.traffic.rule_conditions import (
    Condition,
    always_selects,
    read_conditions,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
# The actions that end a rule; the others come before one of them: botocore elbv2, Action.
_FINAL = ("forward", "redirect", "fixed-response")
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
class ListenerRule:
    """A rule of a listener, or its default actions: which requests, and what answers them."""

    # The logical ID of the rule; of the listener for its default actions.
    logical_id: str
    conditions: tuple[Condition, ...]
    # forward, redirect or fixed-response; empty if there is none.
    action: str
    # The target groups with a share of the requests.
    target_groups: tuple[str, ...]
    # The status code of a fixed response.
    status: str
    # The actions before it, each with what it does with a request without a session or a token.
    demands: tuple[tuple[str, str], ...]
    redirect: Redirect | None


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
    # In the order in which they are evaluated, the default actions last.
    rules: tuple[ListenerRule, ...]
    # Whether a client must present a certificate that the listener trusts.
    verifies_clients: bool


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
    chosen: list[ListenerRule] = []
    own = [
        rule
        for rule in stack.of_type(_RULE)
        if rule.properties.target("ListenerArn") == listener.logical_id
    ]
    for rule in sorted(own, key=lambda rule: rule.properties.number("Priority")):
        conditions = read_conditions(rule.properties)
        actions = rule.properties.children("Actions")
        chosen.append(_rule(rule.logical_id, conditions, actions, fields))
        # Rules are evaluated in the order of priority, the default action last.
        if always_selects(conditions):
            break
    else:
        chosen.append(_rule(listener.logical_id, (), fields.children("DefaultActions"), fields))
    return Listener(
        logical_id=listener.logical_id,
        balancer=fields.target("LoadBalancerArn"),
        port=int(fields.number("Port")),
        protocol=fields.text("Protocol"),
        target_groups=tuple(group for rule in chosen for group in rule.target_groups),
        policy=fields.text("SslPolicy"),
        redirects=tuple(rule.redirect for rule in chosen if rule.redirect),
        rules=tuple(chosen),
        # Off by default: botocore elbv2, MutualAuthenticationAttributes.
        verifies_clients=fields.child("MutualAuthentication").text("Mode") == "verify",
    )


def _rule(
    logical_id: str,
    conditions: tuple[Condition, ...],
    actions: tuple[Properties, ...],
    listener: Properties,
) -> ListenerRule:
    kinds = [action.text("Type") for action in actions]
    redirects = (
        _redirect(action.child("RedirectConfig"), listener, of_all=always_selects(conditions))
        for action in actions
        if action.text("Type") == "redirect"
    )
    answers = (action.child("FixedResponseConfig").text("StatusCode") for action in actions)
    return ListenerRule(
        logical_id=logical_id,
        conditions=conditions,
        action=next((kind for kind in _FINAL if kind in kinds), ""),
        target_groups=tuple(group for action in actions for group in _forwards(action)),
        status=next(filter(None, answers), ""),
        demands=tuple(
            (kind, _unauthenticated(action))
            for kind, action in zip(kinds, actions, strict=True)
            if kind not in _FINAL
        ),
        redirect=next(redirects, None),
    )


def _unauthenticated(action: Properties) -> str:
    """Return what an action does with a request without a session or a token.

    A login sends it to the identity provider by default: botocore elbv2,
    AuthenticateOidcActionConfig, OnUnauthenticatedRequest. Without a valid token it is rejected:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
    """
    if action.text("Type") == "jwt-validation":
        return "deny"
    configs = (action.child(f"Authenticate{name}Config") for name in ("Oidc", "Cognito"))
    given = (config.text("OnUnauthenticatedRequest") for config in configs)
    return next(filter(None, given), "authenticate")


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
