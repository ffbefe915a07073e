"""Decides what answers the request of a Route 53 health check: the tasks, or a load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.reachability.registered_targets import has_targets, open_targets
from payment_templates.evidence.reachability.web_acl_statements import ROUTE53_AGENT
from payment_templates.evidence.reachability.web_acls import checker_conditions, checker_problems
from payment_templates.evidence.topology.network.security_groups import WORLD, End, lists_in
from payment_templates.evidence.topology.traffic.rule_conditions import CheckRequest, selects_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.listeners import Listener, ListenerRule
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer
    from payment_templates.evidence.topology.traffic.records import HealthCheck

_TCP = "TCP"


def checked_balancers(topology: Topology, check: HealthCheck) -> list[LoadBalancer]:
    """Return the load balancers that a health check asks."""
    return [it for it in topology.load_balancers if check.target in names_of(it)]


def names_of(balancer: LoadBalancer) -> tuple[str, str]:
    """Return the DNS names of a load balancer, as references."""
    name = f"${{{balancer.logical_id}.DNSName}}"
    return name, f"dualstack.{name}"


def asked_listeners(topology: Topology, check: HealthCheck) -> list[Listener]:
    """Return the listeners of the port that a health check asks."""
    asked = {balancer.logical_id for balancer in checked_balancers(topology, check)}
    return [it for it in topology.listeners if it.port == check.port and it.balancer in asked]


def answer_problems(topology: Topology, check: HealthCheck) -> Iterator[str]:
    """Yield why the answer to a health check does not depend on the tasks.

    Route 53 takes 2xx and 3xx for healthy:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    It presents no certificate, token or session: HealthCheckConfig has no field for one (botocore).
    """
    if check.kind == _TCP:
        return
    for balancer in checked_balancers(topology, check):
        yield from checker_problems(topology.stack, balancer, check.path)
    for listener in asked_listeners(topology, check):
        if listener.verifies_clients:
            yield f"{check.logical_id} has no client certificate, which {listener.logical_id} needs"
        for rule in listener.rules:
            if selects_check(rule.conditions, _request(check)):
                yield from _rule_problems(topology, check, rule)
                break


def answer_conditions(topology: Topology, check: HealthCheck) -> Iterator[str]:
    """Yield what the template does not show of the way of a health check's request to the tasks."""
    for balancer in checked_balancers(topology, check) if check.port else ():
        entrance = End(groups=balancer.security_groups)
        if lists_in(topology.rules, source=WORLD, target=entrance, port=check.port or 0) != ():
            yield f"{entrance} admits Route 53's health checkers on {check.port}"
    if check.kind == _TCP:
        return
    for balancer in checked_balancers(topology, check):
        yield from checker_conditions(topology.stack, balancer, check.path)
    for listener in asked_listeners(topology, check):
        for rule in listener.rules:
            selected = selects_check(rule.conditions, _request(check))
            if selected:
                yield from _open_groups(topology, rule)
                break
            if selected is None and next(_rule_problems(topology, check, rule), ""):
                yield f"{rule.logical_id} does not answer {check.logical_id}"


def _request(check: HealthCheck) -> CheckRequest:
    return CheckRequest(path=check.path or "/", user_agent=ROUTE53_AGENT)


def _rule_problems(topology: Topology, check: HealthCheck, rule: ListenerRule) -> Iterator[str]:
    name, path = check.logical_id, check.path or "/"
    for kind, unauthenticated in rule.demands:
        if kind == "jwt-validation":
            yield f"{name} has no token, which {rule.logical_id} needs"
        elif unauthenticated == "deny":
            yield f"{name} has no session, which {rule.logical_id} needs"
        elif unauthenticated == "authenticate":
            yield f"{rule.logical_id} redirects {name} to a login: Route 53 takes 3xx for healthy"
    if rule.action == "fixed-response":
        status = rule.status or "no status"
        yield f"{rule.logical_id} answers {path} with {status}, so {name} does not ask the tasks"
    elif rule.action == "redirect":
        yield f"{rule.logical_id} redirects {path}: Route 53 takes 3xx for healthy"
    elif rule.target_groups and all(
        has_targets(topology, group) is False for group in rule.target_groups
    ):
        groups = " and ".join(rule.target_groups)
        yield f"{rule.logical_id} forwards {path} to {groups}, without targets: {name} always fails"


def _open_groups(topology: Topology, rule: ListenerRule) -> Iterator[str]:
    for group in rule.target_groups:
        if not has_targets(topology, group):
            yield open_targets(topology, group)
