"""Checks that clients can reach the application only over HTTPS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import parameters_of
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.topology.traffic.listeners import rules_elsewhere
from payment_templates.facts.client_connections import POLICY_PREFIX, WEAK_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Json, Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.compute.service import Service
    from payment_templates.evidence.topology.traffic.listeners import Listener, Redirect

_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_SECURE = "HTTPS"
# What a listener ends TLS by: of Application and of Network Load Balancers.
_ENCRYPTED = {_SECURE, "TLS"}
# Policies that refuse TLS before 1.2. A policy name ends with the oldest version it accepts; those
# with TLS 1.3 begin with TLS13:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_MODERN = re.compile(rf"{POLICY_PREFIX}(TLS13-1-[23]|TLS-1-2|FS-1-2)\b")


@claim("Clients reach the application over HTTPS only", "PCI DSS 4.2.1")
def payments_use_https(topology: Topology) -> Finding:
    """Check that no listener serves plain HTTP, accepts TLS before 1.2, or redirects incorrectly.

    A redirect must go to HTTPS on a port where the same load balancer serves, and keep the path and
    the query, unless a rule selects what it redirects. If the HTTPS listener
    has a condition, the promise depends on the parameters that decide it. Between load balancer and
    tasks, requests travel over plain HTTP inside the VPC. Other ways to reach the application count
    too: tasks with public addresses, CloudFront, another load balancer.
    """
    secure = [listener for listener in topology.listeners if listener.protocol in _ENCRYPTED]
    passing = [listener for listener in topology.listeners if _passes(listener)]
    lines = [line for listener in topology.listeners for line in _described(listener)]
    if not topology.listeners and not topology.services:
        return absent("there is no listener and no ECS service")
    lines += [
        f"{group.logical_id}: the load balancer uses plain HTTP to the tasks, inside the VPC"
        for group in topology.target_groups
        if group.protocol == "HTTP"
    ]
    if bypass := next(_bypasses(topology), ""):
        return broken(bypass, *lines)
    if not secure and (needed := _deciding(topology.stack)):
        return conditional(f"only with {', '.join(needed)}", *lines)
    for listener in topology.listeners:
        if problem := _problem(topology, listener, secure):
            return broken(problem, *lines, amount=listener.port)
    if not any(listener.target_groups for listener in (*secure, *passing)):
        return broken("no listener serves over TLS", *lines)
    doubts = tuple(_doubts(topology))
    ports = ", ".join(str(each.port) for each in secure)
    return (
        conditional(f"if {', and '.join(doubts)}", *lines)
        if doubts
        else kept(f"TLS on {ports}", *lines)
    )


def _deciding(stack: Stack) -> tuple[str, ...]:
    """Return the parameters that decide whether there is an HTTPS listener."""
    conditions = [
        listener.condition
        for listener in stack.template.of_type(_LISTENER)
        if listener.condition
        and stack.text(cast("Json", listener.properties).get("Protocol")) == _SECURE
    ]
    return tuple(sorted(parameters_of(stack.template, conditions)))


def _described(listener: Listener) -> Iterator[str]:
    name = f"{listener.logical_id} on {listener.port}"
    if listener.protocol in _ENCRYPTED:
        yield f"{name}: TLS, {listener.policy or 'the policy that ELB chooses'}"
    elif _passes(listener):
        yield f"{name}: forwards what it receives"
    elif listener.target_groups:
        yield f"{name}: serves over plain HTTP"
    for redirect in listener.redirects:
        where = f"{redirect.host or 'the same host'}:{redirect.port}"
        yield f"{name}: redirects to {redirect.protocol} on {where}"


def _passes(listener: Listener) -> bool:
    """Return whether a listener forwards connections or packets without reading them.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """
    return bool(listener.target_groups) and listener.protocol not in {"HTTP", *_ENCRYPTED}


def _reaches_plain_http(topology: Topology, listener: Listener) -> bool:
    """Return whether a listener passes connections to a port of tasks that answers plain HTTP."""
    return any(
        group.check_protocol == "HTTP" and group.check_port is None and group.target_type == "ip"
        for group in topology.target_groups
        if group.logical_id in listener.target_groups
    )


def _problem(topology: Topology, listener: Listener, secure: list[Listener]) -> str:
    """Return why a listener is insecure or redirects to a port that serves nothing, or ""."""
    name = f"{listener.logical_id} on {listener.port}"
    plain = not _passes(listener) or _reaches_plain_http(topology, listener)
    if listener.protocol not in _ENCRYPTED and listener.target_groups and plain:
        return f"{name} serves over plain HTTP"
    if listener.protocol in _ENCRYPTED and _is_old(listener.policy):
        return f"{name}: {listener.policy} is not known to refuse TLS before 1.2"
    for redirect in listener.redirects:
        if redirect.protocol != _SECURE:
            return f"{name} redirects to plain HTTP"
        if not redirect.host and not _is_served(listener, redirect, secure):
            return f"{name} redirects to port {redirect.port}, where nothing serves"
        if not redirect.host and redirect.of_all and not redirect.keeps_path:
            return f"{name} redirects every request to one page: its path or query is lost"
    return ""


def _bypasses(topology: Topology) -> Iterator[str]:
    """Yield how clients can bypass the listeners and reach the application without TLS."""
    for resource, lets in _weak(topology.stack).items():
        if _leads_to_application(topology, resource):
            yield f"{resource.logical_id} lets clients use {lets}"
    for service, port, protocol in _public_ports(topology):
        if protocol == "HTTP":
            yield f"the tasks of {service.logical_id} serve over plain HTTP on {port}, to anyone"


def _doubts(topology: Topology) -> Iterator[str]:
    """Yield the assumptions that the template does not confirm."""
    for listener in topology.listeners:
        yield from _undecided(listener)
        if _passes(listener):
            way = f"{listener.logical_id} on {listener.port}"
            yield f"payments by {way} use TLS, which the targets end"
    for rule in rules_elsewhere(topology.stack):
        yield f"the listener of {rule}, not in the template, serves over TLS"
    for resource, lets in _weak(topology.stack).items():
        yield f"no payment goes to {resource.logical_id}, which lets clients use {lets}"
    for service, port, protocol in _public_ports(topology):
        if not protocol:
            yield (f"the tasks of {service.logical_id} use TLS on {port}, which is open to anyone")


def _undecided(listener: Listener) -> Iterator[str]:
    """Yield the assumptions about a listener that the template does not confirm."""
    if listener.protocol in _ENCRYPTED and not _MODERN.match(listener.policy):
        yield f"{listener.policy or 'the policy that ELB chooses'} refuses TLS before 1.2"
    for redirect in listener.redirects:
        if redirect.host:
            yield f"{redirect.host} serves HTTPS on {redirect.port}"


def _weak(stack: Stack) -> dict[StackResource, str]:
    """Return other resources that clients can connect to without TLS 1.2, and what they allow."""
    weak: dict[StackResource, str] = {}
    for setting in WEAK_SETTINGS:
        for resource in stack.of_type(setting.resource_type):
            found = resource.properties.below(setting.path)
            stated = {each.text(setting.property).lower() for each in found} or {""}
            if stated & {*setting.values}:
                weak.setdefault(resource, setting.lets)
    return weak


def _leads_to_application(topology: Topology, resource: StackResource) -> bool:
    """Return whether a resource forwards to a load balancer of the stack, or to tasks."""
    balancers = {balancer.logical_id for balancer in topology.load_balancers}
    return bool(balancers & topology.stack.dependencies.before(resource.logical_id)) or any(
        target.target("LoadBalancerName") == resource.logical_id
        for service in topology.stack.of_type("AWS::ECS::Service")
        for target in service.properties.children("LoadBalancers")
    )


def _public_ports(topology: Topology) -> Iterator[tuple[Service, int, str]]:
    """Yield the task ports that are open to public addresses, with the protocol if known."""
    protocols = {group.logical_id: group.protocol for group in topology.target_groups}
    for service in topology.services:
        spoken = {each.port: protocols.get(each.target_group, "") for each in service.mappings}
        for port in sorted({port for ports in service.ports.values() for port in ports}):
            if service.public and any(
                rule.inward
                and rule.group in service.security_groups
                and rule.has(port)
                and rule.is_public
                for rule in topology.rules
            ):
                yield service, port, spoken.get(port, "")


def _is_old(policy: str) -> bool:
    return policy.startswith(POLICY_PREFIX) and not _MODERN.match(policy)


def _is_served(listener: Listener, redirect: Redirect, secure: list[Listener]) -> bool:
    return any(
        (str(each.port), each.balancer) == (redirect.port, listener.balancer) and each.target_groups
        for each in secure
    )
