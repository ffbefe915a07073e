"""Finds inline policies that an update deletes or overwrites with those of another resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from payment_templates.cloudformation.values import name_of
from payment_templates.facts.inline_policies import INLINE_POLICIES, PRINCIPALS
from payment_templates.report.comparison.change import Effect
from payment_templates.report.comparison.differences import entries, is_list, is_same
from payment_templates.report.comparison.occupied_places import coexist

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from payment_templates.cloudformation import Stack, StackResource, Value
    from payment_templates.report.comparison.change import ResourceChange

_SAME = "{old} has the policy {name} of {principal} too, and there can be only one: "
# github.com/aws-solutions/instance-scheduler-on-aws/issues/624: since January 2026, another stack's
# policy of the same name is an error; before, the last one to write it overwrote it.
_DELETED = (
    f"{_SAME}the update deletes it at its end, with that of {{old}}, unless it fails before. Keep "
    "the logical ID, or give it another PolicyName"
)
_CYCLE = f"{_SAME}{{old}} changes later, and deletes it. Give it another PolicyName"
_ORDER = (
    f"{_SAME}if {{old}} changes later, it deletes it. Add DependsOn: {{old}}, or give it another "
    "PolicyName"
)
_OVERWRITTEN = (
    f"{_SAME}the update fails, or what CloudFormation writes last overwrites the other. Give one "
    "of them another PolicyName"
)
# The policies with which CloudFormation removes a resource from the stack without deleting it.
KEEPING = {"Retain", "RetainExceptOnCreate"}


class _Place(NamedTuple):
    """Where one inline policy is."""

    # The logical ID of the principal, or its name.
    principal: str
    policy: str


# The documents of the inline policies that a resource writes.
_Policies: TypeAlias = "Mapping[_Place, Value]"


@dataclass(frozen=True, kw_only=True)
class _Update:
    """An update, and the inline policies before and after it by resource."""

    found: Mapping[str, ResourceChange]
    after: Stack
    # The resources that CloudFormation removes and leaves in the account.
    kept: frozenset[str]
    old: Mapping[str, _Policies]
    new: Mapping[str, _Policies]


def undo_inline_policies(found: dict[str, ResourceChange], before: Stack, after: Stack) -> None:
    """Mark the resources whose inline policies another one deletes or overwrites."""
    new = _policies_of(after)
    if found.keys().isdisjoint(new):
        return
    kept = (it.logical_id for it in before.resources.values() if it.deletion_policy in KEEPING)
    update = _Update(
        found=found, after=after, kept=frozenset(kept), old=_policies_of(before), new=new
    )
    for name, policies in new.items():
        change = found.get(name)
        if change is None or change.effect is Effect.REFUSED:
            continue
        gained = [it for it in policies if it not in update.old.get(name, {})]
        verdicts = [it for place in gained for it in _verdicts(name, place, update)]
        if verdicts:
            effect, why = max(verdicts, key=lambda it: it[0].rank)
            found[name] = replace(change, effect=effect, why=why)


def _verdicts(name: str, place: _Place, update: _Update) -> Iterator[tuple[Effect, str]]:
    """Yield what other resources do to an inline policy that a resource starts to write."""
    if _is_among({Effect.ADDED, Effect.REPLACED, Effect.MAY_REPLACE}, place.principal, update):
        return
    for other in dict.fromkeys((*update.old, *update.new)):
        has, had = (place in it.get(other, {}) for it in (update.new, update.old))
        if other == name or not (has or had):
            continue
        words = {"old": other, "name": place.policy, "principal": place.principal}
        if has and not _is_among({Effect.REPLACED}, other, update):
            documents = [update.new[it][place] for it in (name, other)]
            if coexist(name, other, update.after) and not is_same(*documents):
                yield Effect.UNDONE, _OVERWRITTEN.format(**words)
        elif other not in update.after.resources or _is_among({Effect.REPLACED}, other, update):
            if other not in update.kept:
                yield Effect.UNDONE, _DELETED.format(**words)
        elif name in update.after.dependencies.before(other):
            yield Effect.UNDONE, _CYCLE.format(**words)
        elif other not in update.after.dependencies.before(name):
            yield update.found[name].effect, _ORDER.format(**words)


def _is_among(effects: Collection[Effect], name: str, update: _Update) -> bool:
    return name in update.found and update.found[name].effect in effects


def _policies_of(stack: Stack) -> dict[str, _Policies]:
    """Return the inline policies of each resource that writes some."""
    resources = stack.of_type(*INLINE_POLICIES, *PRINCIPALS)
    return {it.logical_id: dict(_policies(it, stack)) for it in resources}


def _policies(resource: StackResource, stack: Stack) -> Iterator[tuple[_Place, Value]]:
    properties = resource.properties.entries
    if resource.type in PRINCIPALS:
        for policy in entries(properties.get("Policies")):
            if isinstance(policy, Mapping) and (name := name_of(policy.get("PolicyName"))):
                place = _Place(principal=resource.logical_id, policy=name)
                yield place, policy.get("PolicyDocument")
        return
    for listed, kind in INLINE_POLICIES[resource.type].items():
        value = properties.get(listed)
        for principal in entries(value) if is_list(value) else [value]:
            name = name_of(properties.get("PolicyName"))
            if name and (who := _principal(principal, kind, stack)):
                yield _Place(principal=who, policy=name), properties.get("PolicyDocument")


def _principal(value: Value, kind: str, stack: Stack) -> str:
    """Return the logical ID of a principal, or its name if it is of another stack."""
    if value is None:
        return ""
    return stack.logical_id(value, kind) or name_of(value) or ""
