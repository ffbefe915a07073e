"""Refuses the changes in place that AWS refuses because of a subnet, a VPC or a gateway."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Unknown
from payment_templates.facts.network_changes import (
    ENDPOINT,
    GATEWAY_BALANCER,
    GATEWAY_PROPERTIES,
    IN_ONE_VPC,
    NETWORK_BALANCER,
    SUBNET_GROUPS,
    TOO_FEW_ZONES_OF_BALANCER,
)
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import entries, is_list
from payment_templates.report.comparison.mount_targets import MOUNT_TARGET, mount_targets
from payment_templates.report.comparison.network_update import (
    NetworkUpdate,
    Verdict,
    are_same_zone,
    named,
    values_at,
    vpcs_of,
    zone_of,
)
from payment_templates.report.comparison.public_addresses import public_addresses
from payment_templates.report.comparison.slot_matching import at, listed
from payment_templates.report.comparison.subnet_groups import subnets_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.report.comparison.change import ResourceChange

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_OF_BALANCER = ("Subnets", "SubnetMappings.SubnetId")
_ENDPOINT = "AWS::EC2::VPCEndpoint"
_ATTACHMENT = "AWS::EC2::VPCGatewayAttachment"
_IN_PLACE = {Effect.IN_PLACE, Effect.INTERRUPTION}
# Another security group replaces an instance only without a VPC; in one, both ways fail.
_INSTANCE = "AWS::EC2::Instance"
_VPC = "{error}, but {names} would be in another one. It has to be replaced too"
_SAME_ZONE = (
    "{error}: {new} is in the zone of {old}. Remove {old} in an earlier update, or use another zone"
)
_MAY_FAIL = "the update may fail: {error}, and {new} may be in the zone of {old}"
_ADDRESSES = (
    "EC2 detaches a gateway only from a VPC without public addresses (DependencyViolation), and "
    "{names} {verb} one. Keep the gateway"
)
_NO_ADDRESSES = (
    "the update may fail: EC2 detaches a gateway only from a VPC without public addresses "
    "(DependencyViolation), and attaches no second one"
)


def refuse_network_changes(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Refuse each change of a network that AWS refuses, and say which ones may fail."""
    update = NetworkUpdate(found=dict(found), before=before, after=after)
    for change in [*found.values()]:
        old, new = (stack.resources.get(change.logical_id) for stack in (before, after))
        if new is None or change.effect is Effect.REFUSED:
            continue
        verdicts: list[Verdict] = []
        instance = new.type == _INSTANCE and change.effect is Effect.MAY_REPLACE
        if old and (instance or change.effect in _IN_PLACE):
            verdicts += _of_change(old, new, update)
        if new.type == MOUNT_TARGET and change.effect in {Effect.ADDED, Effect.REPLACED}:
            verdicts += mount_targets(new, update)
        for verdict in sorted(verdicts, key=lambda it: not it.refused)[:1]:
            effect = Effect.REFUSED if verdict.refused else change.effect
            found[change.logical_id] = replace(change, effect=effect, why=verdict.why)


def _of_change(old: StackResource, new: StackResource, update: NetworkUpdate) -> Iterator[Verdict]:
    """Yield why AWS refuses a change in place."""
    if new.type in IN_ONE_VPC:
        yield from _another_vpc(old, new, update)
    if new.type in SUBNET_GROUPS:
        yield from _too_few_zones(old, new, SUBNET_GROUPS[new.type].too_few_zones, update)
        yield from subnets_in_use(old, new, update)
    if new.type == _BALANCER:
        yield from _of_balancer(old, new, update)
    if new.type == _ENDPOINT:
        for verdict in _same_zone(old, new, "SubnetIds", ENDPOINT, update):
            yield replace(verdict, refused=False)
    if new.type == _ATTACHMENT:
        yield from _gateway(old, new, update)


def _of_balancer(
    old: StackResource, new: StackResource, update: NetworkUpdate
) -> Iterator[Verdict]:
    kind = new.properties.entries.get("Type", "application")
    if kind == "application":
        yield from _too_few_zones(old, new, TOO_FEW_ZONES_OF_BALANCER, update)
    for path in _OF_BALANCER if kind == "network" else ():
        yield from _same_zone(old, new, path, NETWORK_BALANCER, update)
    if kind == "gateway" and any(update.dropped(old, new, path) for path in _OF_BALANCER):
        yield Verdict(why=GATEWAY_BALANCER)


def _too_few_zones(
    old: StackResource, new: StackResource, error: str, update: NetworkUpdate
) -> Iterator[Verdict]:
    # Not where it had one before: in an Outpost or a Local Zone, one is enough.
    if error and _has_one_zone(new, update.after) and not _has_one_zone(old, update.before):
        yield Verdict(why=error)


def _has_one_zone(resource: StackResource, stack: Stack) -> bool:
    """Return whether the subnets of a resource are certainly in one zone."""
    properties = resource.properties.entries
    lists = [at(properties, path) for path in ("SubnetIds", *_OF_BALANCER)]
    subnets = [it for value in lists if is_list(value) for it in entries(value)]
    if not subnets or any(isinstance(it, Unknown) for it in subnets):
        return False
    zones = [zone_of(it, stack) for it in subnets]
    return all(are_same_zone(zones[0], it) is True for it in zones[1:])


def _another_vpc(
    old: StackResource, new: StackResource, update: NetworkUpdate
) -> Iterator[Verdict]:
    paths, error = IN_ONE_VPC[new.type]
    moved: list[str] = []
    for path in paths:
        had = [*vpcs_of(values_at(old, path), update.before)]
        for value in values_at(new, path):
            for vpc in vpcs_of([value], update.after):
                if had and all(update.is_other_vpc(it, vpc) for it in had):
                    moved += named([value])
    if moved:
        yield Verdict(why=_VPC.format(error=error, names=listed([*dict.fromkeys(moved)])))


def _same_zone(
    old: StackResource, new: StackResource, path: str, error: str, update: NetworkUpdate
) -> Iterator[Verdict]:
    """Yield why a subnet cannot take the place of another one in its zone."""
    for gained in update.gained(old, new, path):
        for dropped in update.dropped(old, new, path):
            is_same_zone = are_same_zone(
                zone_of(dropped, update.before), zone_of(gained, update.after)
            )
            if is_same_zone is not False:
                (name,), (other,) = named([gained]), named([dropped])
                words = {
                    "error": error,
                    "new": f"the new {name}" if name == other else name,
                    "old": f"the old {other}" if name == other else other,
                }
                text = _SAME_ZONE if is_same_zone else _MAY_FAIL
                yield Verdict(why=text.format(**words), refused=bool(is_same_zone))


def _gateway(old: StackResource, new: StackResource, update: NetworkUpdate) -> Iterator[Verdict]:
    """Yield why another gateway cannot take the place of an attached one."""
    if not any(update.dropped(old, new, it) for it in GATEWAY_PROPERTIES):
        return
    vpc = old.properties.entries.get("VpcId")
    names = [*public_addresses(vpc, update.before)]
    if names and update.dropped(old, new, "InternetGatewayId"):
        verb = "has" if len(names) == 1 else "have"
        yield Verdict(why=_ADDRESSES.format(names=listed(names), verb=verb))
    else:
        yield Verdict(why=_NO_ADDRESSES, refused=False)
