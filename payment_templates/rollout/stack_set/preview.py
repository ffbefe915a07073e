"""What an update of a set would change, region by region.

StackSets have no change set, so each stack in reach gets one of its own, which is read and thrown
away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.identity import mark_of
from payment_templates.rollout.stack import change_set
from payment_templates.rollout.stack.request import StackRequest
from payment_templates.rollout.stack.states import Way, find_stack, way_on
from payment_templates.rollout.stack_set.instances import read_overrides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.pace import Pace
    from payment_templates.rollout.stack.changes import Change
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.instances import Instance


def preview(
    session: Session,
    primary: str,
    definition: Definition,
    *,
    instances: Sequence[Instance],
    overrides: Mapping[str, Mapping[str, str]],
    pace: Pace,
) -> Mapping[str, tuple[Change, ...]]:
    """Give the changes by region, for the instances whose stacks can be asked."""
    administrator = clients.cloudformation(session, primary)
    found: dict[str, tuple[Change, ...]] = {}
    for instance in instances:
        client = clients.cloudformation(session, instance.region)
        stack = find_stack(client, instance.stack_id) if instance.stack_id else None
        if stack is None or way_on(stack) is not Way.UPDATE:
            continue
        own = read_overrides(administrator, definition.name, instance)
        kept = {**own, **overrides.get(instance.region, {})}
        values = definition.values.overridden(kept)
        request = StackRequest(
            stack_name=stack.name,
            body=definition.body,
            parameters=tuple(values.request(definition.template, stack.parameters)),
            tags=stack.tags,
        )
        owner = mark_of(session, primary)
        change_set.discard_own(client, stack.name, pace, owner=owner)
        proposal = change_set.propose(client, request, "UPDATE", pace, owner=owner)
        if proposal is not None:
            change_set.discard(client, proposal)
        found[instance.region] = proposal.changes if proposal else ()
    return found
