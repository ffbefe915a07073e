"""Finds what is in the subnets of a subnet group, such as database instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import equal
from payment_templates.facts.data_loss import IN_CLUSTER
from payment_templates.facts.network_changes import SUBNET_GROUPS
from payment_templates.report.comparison.network_update import are_same_zone, zone, zone_of
from payment_templates.report.comparison.values import mentioned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value


def users_of(
    group: StackResource, subnet: Value, stack: Stack
) -> Iterator[tuple[str, bool | None]]:
    """Yield what may be in a subnet of a group, and whether it certainly is (None: unsure)."""
    for user in _users(group, stack):
        is_in = are_same_zone(zone(_zone(user), stack), zone_of(subnet, stack))
        if is_in is None and _is_in_another(user, group, subnet):
            continue
        if is_in is not False:
            yield user.logical_id, is_in


def has_users(group: StackResource, stack: Stack) -> bool:
    """Return whether a resource of the stack uses a group."""
    return next(_users(group, stack), None) is not None


def _users(group: StackResource, stack: Stack) -> Iterator[StackResource]:
    """Yield the resources in a group's subnets: instances instead of their cluster."""
    named = SUBNET_GROUPS[group.type].users
    direct = [
        it
        for it in stack.of_type(*named)
        if stack.logical_id(it.properties.entries.get(named[it.type]), group.type)
        == group.logical_id
    ]
    for user in direct:
        members = [*_members(user, stack)]
        yield from members or [user]


def _members(cluster: StackResource, stack: Stack) -> Iterator[StackResource]:
    for it in stack.of_type(*IN_CLUSTER):
        value = it.properties.entries.get(IN_CLUSTER[it.type])
        if stack.logical_id(value, cluster.type) == cluster.logical_id:
            yield it


def _is_in_another(user: StackResource, group: StackResource, subnet: Value) -> bool:
    """Return whether an instance is in the zone of another subnet of the group."""
    named = {*mentioned(_zone(user))}
    others = {*mentioned(group.properties.entries.get("SubnetIds"))} - {*mentioned(subnet)}
    return not named.isdisjoint(others)


def _zone(user: StackResource) -> Value:
    """Return what says in which zone an instance is; None if it may be in several."""
    properties = user.properties.entries
    several = equal(properties.get("MultiAZ", "false"), "false") is not True
    return None if several else properties.get("AvailabilityZone")
