"""Payments do not travel over plain HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import parameters_of
from payment_templates.evidence.claim import broken, claim, conditional, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Json, Template
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.listeners import Listener, Redirect

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_SECURE = "HTTPS"
# They end in the oldest version they take, those of TLS 1.3 with its number in front:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_MODERN = re.compile(r"ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)\b")


@claim("Clients reach the application over HTTPS only", "PCI DSS 4.2.1")
def payments_use_https(topology: Topology) -> Finding:
    """Look for a listener that serves over plain HTTP, takes TLS before 1.2, or redirects wrongly.

    A redirect leads to HTTPS on a port where the same load balancer serves. Where the template has
    a listener with TLS under a condition only, the promise depends on the parameters that decide
    it. Between load balancer and tasks requests travel inside the VPC, over plain HTTP.
    """
    secure = [listener for listener in topology.listeners if listener.protocol == _SECURE]
    lines = [line for listener in topology.listeners for line in _described(listener)]
    if not secure and (needed := _deciding(topology.stack.template)):
        return conditional(f"only with {', '.join(needed)}", *lines)
    for listener in topology.listeners:
        if problem := _problem(listener, secure):
            return broken(problem, *lines, amount=listener.port)
    if not any(listener.target_groups for listener in secure):
        return broken("no listener serves over TLS", *lines)
    if open_ := [reason for listener in topology.listeners for reason in _undecided(listener)]:
        return conditional(f"if {', and '.join(open_)}", *lines)
    return kept(f"TLS on {', '.join(str(each.port) for each in secure)}", *lines)


def _deciding(template: Template) -> tuple[str, ...]:
    """Give the parameters that decide whether there is a listener with TLS."""
    conditions = [
        listener.condition
        for listener in template.of_type(_LISTENER)
        if listener.condition and cast("Json", listener.properties).get("Protocol") == _SECURE
    ]
    return tuple(sorted(parameters_of(template, conditions)))


def _described(listener: Listener) -> Iterator[str]:
    name = f"{listener.logical_id} on {listener.port}"
    if listener.protocol == _SECURE:
        yield f"{name}: TLS, {listener.policy or 'the policy that ELB chooses'}"
    elif listener.target_groups:
        yield f"{name}: serves over plain HTTP"
    for redirect in listener.redirects:
        where = f"{redirect.host or 'the same host'}:{redirect.port}"
        yield f"{name}: redirects to {redirect.protocol} on {where}"


def _problem(listener: Listener, secure: list[Listener]) -> str:
    """Say what lets payments travel in clear, or to nowhere."""
    name = f"{listener.logical_id} on {listener.port}"
    if listener.protocol != _SECURE and listener.target_groups:
        return f"{name} serves over plain HTTP"
    if listener.protocol == _SECURE and listener.policy and not _MODERN.match(listener.policy):
        return f"{name}: {listener.policy} is not known to refuse TLS before 1.2"
    for redirect in listener.redirects:
        if redirect.protocol != _SECURE:
            return f"{name} redirects to plain HTTP"
        if not redirect.host and not _is_served(listener, redirect, secure):
            return f"{name} redirects to port {redirect.port}, where nothing serves"
    return ""


def _undecided(listener: Listener) -> Iterator[str]:
    """Give what the template does not decide."""
    if listener.protocol == _SECURE and not listener.policy:
        yield "the policy that ELB chooses refuses TLS before 1.2"
    for redirect in listener.redirects:
        if redirect.host:
            yield f"{redirect.host} serves HTTPS on {redirect.port}"


def _is_served(listener: Listener, redirect: Redirect, secure: list[Listener]) -> bool:
    return any(
        (str(each.port), each.balancer) == (redirect.port, listener.balancer) and each.target_groups
        for each in secure
    )
