"""Finds what keeps requests from the application: listener rules that catch them, web ACLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.address_blocks import ANYONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.traffic.load_balancer import LoadBalancer, TargetGroup

_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
_ACL = "AWS::WAFv2::WebACL"
_ASSOCIATION = "AWS::WAFv2::WebACLAssociation"
# The methods of payments: a rule that catches one of them keeps requests from the application.
_METHODS = {"GET", "POST"}
# Each kind of condition, with the values that every ordinary request has.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
_EVERYWHERE = {
    "PathPatternConfig": {"*", "/*"},
    "HostHeaderConfig": {"*"},
    "HttpRequestMethodConfig": _METHODS,
    "SourceIpConfig": {ANYONE},
}


def catching_rules(topology: Topology, group: TargetGroup) -> Iterator[str]:
    """Yield the listener rules that answer every GET or POST, so that none reaches the group."""
    stack = topology.stack
    for listener in topology.listeners:
        if group.logical_id not in listener.target_groups:
            continue
        for rule in stack.of_type(_RULE):
            fields = rule.properties
            if fields.target("ListenerArn") != listener.logical_id:
                continue
            kinds = {action.text("Type") for action in fields.children("Actions")}
            # A redirect may lead to HTTPS on another listener.
            if "forward" not in kinds and "redirect" not in kinds and _catches_all(fields):
                yield f"{rule.logical_id} answers requests before {group.logical_id} gets them"


def firewall_problems(stack: Stack, front: LoadBalancer) -> Iterator[str]:
    """Yield the web ACLs that block every request to a load balancer."""
    for acl in _blocking(stack, front):
        if acl and not acl.properties.children("Rules"):
            yield f"{acl.logical_id} blocks every request to {front.logical_id}"


def firewall_conditions(stack: Stack, front: LoadBalancer) -> Iterator[str]:
    """Yield what the template does not show of the web ACLs of a load balancer."""
    for acl in _blocking(stack, front):
        if acl is None:
            yield f"the web ACL of {front.logical_id}, not in the template, allows the requests"
        elif acl.properties.children("Rules"):
            yield f"the rules of {acl.logical_id}, which blocks by default, allow the requests"


def _blocking(stack: Stack, front: LoadBalancer) -> Iterator[StackResource | None]:
    """Yield the web ACLs that block by default, with their rules; None for one elsewhere."""
    for association in stack.of_type(_ASSOCIATION):
        fields = association.properties
        target = stack.find(fields.get("ResourceArn"), "AWS::ElasticLoadBalancingV2::LoadBalancer")
        if not target or target.logical_id != front.logical_id:
            continue
        # The rules of a web ACL that allows by default decide nothing here.
        acl = stack.find_part(fields.get("WebACLArn"), _ACL, "DefaultAction")
        if acl is None:
            yield None
        elif "Block" in acl.properties.child("DefaultAction"):
            yield stack.find_part(fields.get("WebACLArn"), _ACL, "Rules")


def _catches_all(rule: Properties) -> bool:
    """Return whether each condition holds for every GET or every POST."""
    return all(
        _values(condition) & everything
        for condition in rule.children("Conditions")
        for everything in [_everything(condition)]
    )


def _everything(condition: Properties) -> set[str]:
    found = [values for name, values in _EVERYWHERE.items() if name in condition]
    by_field = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}
    return found[0] if found else _EVERYWHERE.get(by_field.get(condition.text("Field"), ""), set())


def _values(condition: Properties) -> set[str]:
    given = {value for name in _EVERYWHERE for value in condition.child(name).texts("Values")}
    return given | {*condition.texts("Values")}
