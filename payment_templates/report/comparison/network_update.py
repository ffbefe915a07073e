"""Reads the subnets, zones and VPCs of resources before and after an update."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Unknown, equal
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import entries, is_list, is_same
from payment_templates.report.comparison.slot_matching import at
from payment_templates.report.comparison.values import mentioned, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.report.comparison.change import ResourceChange

_SELECT = "Fn::Select "
_SUBNET = "AWS::EC2::Subnet"
_GROUP = "AWS::EC2::SecurityGroup"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Why AWS refuses a change, or may refuse it."""

    why: str
    refused: bool = True


@dataclass(frozen=True, kw_only=True)
class NetworkUpdate:
    """An update, as far as it moves resources between subnets, zones and VPCs."""

    found: Mapping[str, ResourceChange]
    before: Stack
    after: Stack

    @cached_property
    def renewed(self) -> frozenset[str]:
        """The resources that the update creates, also in place of old ones."""
        return self._with(Effect.ADDED, Effect.REPLACED)

    @cached_property
    def perhaps_renewed(self) -> frozenset[str]:
        """The resources that may be replaced."""
        return self._with(Effect.MAY_REPLACE)

    def _with(self, *effects: Effect) -> frozenset[str]:
        return frozenset(it.logical_id for it in self.found.values() if it.effect in effects)

    def dropped(self, old: StackResource, new: StackResource, path: str) -> list[Value]:
        """Return the values of a list, such as subnets, that a resource no longer has."""
        kept = values_at(new, path)
        return [
            it
            for it in values_at(old, path)
            if not any(is_same(it, other) for other in kept) or self._is_renewed(it)
        ]

    def gained(self, old: StackResource, new: StackResource, path: str) -> list[Value]:
        """Return the values of a list, such as subnets, that a resource gets."""
        had = values_at(old, path)
        return [
            it
            for it in values_at(new, path)
            if not any(is_same(it, other) for other in had) or self._is_renewed(it)
        ]

    def _is_renewed(self, value: Value) -> bool:
        return not self.renewed.isdisjoint(mentioned(value))

    def is_other_vpc(self, old: Value, new: Value) -> bool | None:
        """Return whether a VPC of the new stack is not one of the old stack; None if unsure."""
        names = {*mentioned(new)}
        if names & self.renewed:
            return True
        if names & self.perhaps_renewed or old is None or new is None:
            return None
        if isinstance(old, Reference) and isinstance(new, Reference):
            return old != new
        same = equal(old, new)
        return None if same is None else not same


def values_at(resource: StackResource, path: str) -> Sequence[Value]:
    """Return the entries of the list at a path, or the one value there."""
    found = at(resource.properties.entries, path)
    return entries(found) if is_list(found) else [it for it in (found,) if it is not None]


def vpcs_of(values: Iterable[Value], stack: Stack) -> Iterator[Value]:
    """Yield the VPC of each subnet and security group that is a resource of the stack."""
    for value in values:
        for name in mentioned(value):
            resource = stack.of(name, _SUBNET, _GROUP)
            if resource and (vpc := resource.properties.entries.get("VpcId")) is not None:
                yield vpc


def zone_of(subnet: Value, stack: Stack) -> Value:
    """Return the Availability Zone of a subnet; None if the template does not set it."""
    for name in mentioned(subnet):
        if resource := stack.of(name, _SUBNET):
            return zone(resource.properties.entries.get("AvailabilityZone"), stack)
    return None


def zone(value: Value, stack: Stack) -> Value:
    """Return the zone that a value names, also through an attribute of a subnet; None if blank."""
    if not isinstance(value, Reference):
        return value or None
    subnet = stack.of(value.logical_id, _SUBNET)
    found = subnet and subnet.properties.entries.get(value.attribute)
    return None if isinstance(found, Reference) else found or None


def are_same_zone(left: Value, right: Value) -> bool | None:
    """Return whether two zones are the same; None if one of them is not known."""
    if left is None or right is None:
        return None
    # A list such as Fn::GetAZs has each zone once.
    (place, zones), (other, others) = _selected(left), _selected(right)
    if zones and zones == others and place != other:
        return False
    return True if is_same(left, right) else equal(left, right)


def _selected(value: Value) -> tuple[str, str]:
    """Return the position and the list of an unknown that Fn::Select takes from it, or "".

    The name of the unknown has both, each after its length: "Fn::Select 1:04:${Zones}".
    """
    source = value.source if isinstance(value, Unknown) else ""
    length, _, operands = source.removeprefix(_SELECT).partition(":")
    if not source.startswith(_SELECT) or not length.isdecimal():
        return "", ""
    return operands[: int(length)], operands[int(length) :]


def named(values: Iterable[Value]) -> list[str]:
    """Return the logical IDs in values, and the values of those that have none."""
    return [next(mentioned(value), worded(value)) for value in values]
