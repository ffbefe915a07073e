"""Finds what is in the subnets of a subnet group, such as database instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import equal
from payment_templates.facts.data_loss import IN_CLUSTER
from payment_templates.facts.network_changes import SUBNET_GROUPS
from payment_templates.report.comparison.network_update import are_same_zone, zone, zone_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value


def users_of(
    group: StackResource, subnet: Value, stack: Stack
) -> Iterator[tuple[str, bool | None]]:
    """Yield what may be in a subnet of a group, and whether it certainly is (None: unsure)."""
    for user in _users(group, stack):
        is_in = are_same_zone(_only_zone(user, stack), zone_of(subnet, stack))
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


def _only_zone(user: StackResource, stack: Stack) -> Value:
    """Return the zone of an instance; None if it may be in several or is not known."""
    properties = user.properties.entries
    several = equal(properties.get("MultiAZ", "false"), "false") is not True
    return None if several else zone(properties.get("AvailabilityZone"), stack)
