"""Refuses a target group that would serve an old and a new load balancer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import Effect, ResourceChange
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack

# github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/780 and 424;
# github.com/aws/aws-cdk/issues/33253.
_TWO_BALANCERS = (
    "it belongs to the old {balancer} until the end of the update: a target group cannot be "
    "associated with more than one load balancer. Give it another Name, which replaces it too"
)
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
# What exists until the end of the update.
LEAVING = {Effect.REMOVED, Effect.REPLACED}


def refuse_target_groups(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Refuse a target group that stays while its load balancer is replaced."""
    users = _balancers(after)
    for group, balancers in _balancers(before).items():
        change = found.get(group)
        if group not in after.resources or (
            change and change.effect in {Effect.REPLACED, Effect.MAY_REPLACE, Effect.REFUSED}
        ):
            continue
        leaving = [it for it in balancers if it in found and found[it].effect in LEAVING]
        arriving = {
            it
            for it in users.get(group, ())
            if it in found and found[it].effect in {Effect.ADDED, Effect.REPLACED}
        }
        if leaving and arriving:
            resource = after.resources[group]
            known = change or ResourceChange(
                logical_id=group, type=resource.type, effect=Effect.REFUSED
            )
            why = _TWO_BALANCERS.format(balancer=leaving[0])
            found[group] = replace(known, effect=Effect.REFUSED, why=why)


def _balancers(stack: Stack) -> dict[str, list[str]]:
    """Return the load balancers of each target group, through listeners and their rules."""
    types = {name: resource.type for name, resource in stack.resources.items()}
    mentions = {
        name: [*mentioned(resource.properties.entries)]
        for name, resource in stack.resources.items()
        if resource.type in {_LISTENER, _RULE}
    }
    found: dict[str, list[str]] = {}
    for names in mentions.values():
        reached = [other for it in names for other in (it, *mentions.get(it, ()))]
        for group in (it for it in names if types.get(it) == _TARGETS):
            found.setdefault(group, []).extend(it for it in reached if types.get(it) == _BALANCER)
    return found
