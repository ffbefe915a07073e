"""Refuses a target group that would serve an old and a new load balancer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.report.comparison.change import Effect, ResourceChange
from payment_templates.report.comparison.slot_matching import listed
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Stack

# github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/780 and 424;
# github.com/aws/aws-cdk/issues/33253.
_TWO_BALANCERS = (
    "it belongs to {balancer} until the end of the update: a target group cannot be "
    "associated with more than one load balancer. Give it another Name, which replaces it too"
)
# github.com/hashicorp/terraform-provider-aws/issues/1887; botocore, elbv2,
# TargetGroupAssociationLimitException.
_SHARED = (
    "{balancers} use it: a target group cannot be associated with more than one load balancer. "
    "Give each its own"
)
_MAY_FAIL = (
    "the update may fail: {group} belongs to {balancer} until {old} changes, and a target group "
    "cannot be associated with more than one load balancer. Add DependsOn: {old}"
)
_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
_LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
_RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
# What exists until the end of the update.
LEAVING = {Effect.REMOVED, Effect.REPLACED}


@dataclass(frozen=True, kw_only=True)
class _Link:
    """A target group that a load balancer uses."""

    group: str
    balancer: str
    # The listener or the rule that forwards to the target group.
    by: str
    # Whether both certainly exist.
    certain: bool


def refuse_target_groups(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Refuse a target group that would belong to two load balancers, also only for a while."""
    olds, news = [*_links(before)], [*_links(after)]
    for group in dict.fromkeys(link.group for link in news):
        change = found.get(group)
        if change and change.effect in {Effect.REPLACED, Effect.MAY_REPLACE, Effect.REFUSED}:
            continue
        old = [link for link in olds if link.group == group]
        new = [link for link in news if link.group == group]
        arriving = [it for it in new if _arrives(it, old, found)]
        leaving = [it.balancer for it in old if _is_among(LEAVING, found, it.by, it.balancer)]
        why = _shared(old, new)
        if leaving and arriving:
            name = f"the old {leaving[0]}" if _is_among(LEAVING, found, *leaving) else leaving[0]
            why = _TWO_BALANCERS.format(balancer=name)
        if why:
            kind = after.resources[group].type
            known = change or ResourceChange(logical_id=group, type=kind, effect=Effect.REFUSED)
            found[group] = replace(known, effect=Effect.REFUSED, why=why)
            continue
        for link in arriving:
            first = [it.by for it in old if it.by not in after.dependencies.before(link.by)]
            if first and link.by in found and found[link.by].effect is not Effect.REFUSED:
                text = _MAY_FAIL.format(group=group, balancer=old[0].balancer, old=first[0])
                found[link.by] = replace(found[link.by], why=text)


def _arrives(link: _Link, old: Sequence[_Link], found: Mapping[str, ResourceChange]) -> bool:
    """Return whether the load balancer starts to use a target group that had another one."""
    had = {it.balancer for it in old}
    new = _is_among({Effect.ADDED, Effect.REPLACED}, found, link.balancer)
    return bool(had) and (new or link.balancer not in had)


def _is_among(
    effects: Collection[Effect], found: Mapping[str, ResourceChange], *names: str
) -> bool:
    return any(name in found and found[name].effect in effects for name in names)


def _shared(old: Sequence[_Link], new: Sequence[_Link]) -> str:
    """Say which load balancers of the new template share a target group; "" if it has one."""
    names = sorted({link.balancer for link in new if link.certain})
    had = {link.balancer for link in old}
    return _SHARED.format(balancers=listed(names)) if names[1:] and not {*names} <= had else ""


def _links(stack: Stack) -> Iterator[_Link]:
    """Yield the load balancers of each target group, through listeners and their rules."""
    resources = stack.resources
    mentions = {
        it.logical_id: [*mentioned(it.properties.entries)] for it in stack.of_type(_LISTENER, _RULE)
    }
    for by, names in mentions.items():
        reached = {other for it in names for other in (it, *mentions.get(it, ()))}
        groups = {it for it in names if it in resources and resources[it].type == _TARGETS}
        for balancer in reached:
            if balancer in resources and resources[balancer].type == _BALANCER:
                certain = resources[by].created is True and resources[balancer].created is True
                for group in groups:
                    yield _Link(group=group, balancer=balancer, by=by, certain=certain)
