"""Shows the stacks and the stack sets of a suffix."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from payment_templates.commands.command_runner import Tools
from payment_templates.commands.output.stack_set_notices import (
    nothing_found,
    search_notices,
    set_notices,
    stack_sets_document,
)
from payment_templates.rollout.stack_overview import Overview, StackInRegion
from payment_templates.rollout.subscriptions import Subscription

# More stacks than this are counted, not listed.
_LISTED_STACKS = 20
# None: the stack is in another account.
_ON_OFF: Mapping[bool | None, str] = {True: "on", False: "off", None: "unknown"}


def show_overview(
    tools: Tools,
    overview: Overview,
    suffix: str,
    regions: Sequence[str],
    protected: Mapping[str, bool],
) -> None:
    """Show the table of the stacks, and what it does not say."""
    if overview.empty:
        tools.output.tell(nothing_found(overview, suffix, regions))
    if rows := [*rows_of(overview, protected)]:
        tools.output.show_table(
            ("region", "created by", "stack", "status", "termination protection", "note"),
            rows[:_LISTED_STACKS],
        )
    if more := Counter(row[3] for row in rows[_LISTED_STACKS:]):
        counts = ", ".join(f"{count} {status}" for status, count in more.items())
        tools.output.tell(f"and more stacks: {counts}")
    for line in (*set_notices(overview, regions), *search_notices(overview)):
        tools.output.tell(line)
    for one in overview.sets:
        if one.running_operation:
            tools.output.tell(f"operation {one.running_operation} of {one.home} is running")


def rows_of(overview: Overview, protected: Mapping[str, bool]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table; those that are not up to date come first."""
    in_set = {instance.stack_id: instance for instance in overview.instances}
    for stack in overview.stacks:
        if stack.state.stack_id not in in_set:
            url = stack.state.outputs.get("ApplicationUrl", "")
            note = stack.problem or url
            guard = _ON_OFF[stack.state.termination_protection]
            yield (stack.region, "deploy", stack.state.name, stack.state.status, guard, note)
    several = len({one.account for one in overview.instances}) > 1
    for instance in sorted(overview.instances, key=lambda one: one.status == "CURRENT"):
        # The whole name: the stacks of a set differ only in its last part.
        name = instance.stack_id.partition(":stack/")[2].partition("/")[0]
        guard = _ON_OFF[protected.get(instance.stack_id)]
        where = str(instance) if several else instance.region
        yield (where, "rollout", name, instance.status, guard, instance.reason)


def overview_document(overview: Overview, protected: Mapping[str, bool]) -> dict[str, Any]:
    """Describe the stacks, the sets and their instances."""
    return {
        "stacks": [stack_document(stack) for stack in overview.stacks],
        "stack_set": bool(overview.sets),
        "stack_sets": stack_sets_document(overview),
        "not_searched": [*overview.homes.not_searched],
        "instances": [
            {
                "account": instance.account,
                "region": instance.region,
                "status": instance.status,
                "stack_id": instance.stack_id or None,
                "reason": instance.reason or None,
                "drift": instance.drift or None,
                "termination_protection": protected.get(instance.stack_id),
            }
            for instance in overview.instances
        ],
        "running_operation": next(
            (one.running_operation for one in overview.sets if one.running_operation), None
        ),
    }


def stack_document(stack: StackInRegion) -> dict[str, Any]:
    """Describe a stack."""
    return {
        "region": stack.region,
        "stack": stack.state.name,
        "stack_id": stack.state.stack_id,
        "status": stack.state.status,
        "termination_protection": stack.state.termination_protection,
        "problem": stack.problem or None,
        "outputs": stack.state.outputs,
    }


def alert_document(one: Subscription) -> dict[str, Any]:
    """Describe the subscription of the alerts."""
    return {
        "region": one.region,
        "topic": one.topic,
        "address": one.address,
        "subscription": one.status.value,
        "other_subscribers": one.others,
        "remediation": one.remediation or None,
    }
