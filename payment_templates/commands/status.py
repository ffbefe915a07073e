"""Runs the status command: shows the stacks of a suffix and running operations."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.command_inputs import name_from, require_suffix
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.output.json_entries import cause_document
from payment_templates.commands.output.stack_set_notices import (
    nothing_found,
    search_notices,
    set_notices,
    stack_sets_document,
)
from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.last_failure import find_last_failure
from payment_templates.rollout.stack_overview import Overview, read_overview
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_states import StackState, find_stack
from payment_templates.rollout.subscriptions import Subscription, find_subscription

# More stacks than this are counted, not listed.
_LISTED_STACKS = 20
# None: the stack is in another account.
_ON_OFF: Mapping[bool | None, str] = {True: "on", False: "off", None: "unknown"}


def show_status(
    common: CommonOptions,
    *,
    suffix: str,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
    call_as: str,
) -> None:
    """Show the stacks and the stack set of a suffix."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        act_as(tools.session, call_as)
        chosen = require_regions(tools.session, regions)
        overview = read_overview(
            tools.session,
            chosen,
            suffix=suffix,
            stack_name=name_from(stack_name, suffix),
            stack_set_name=name_from(stack_set_name, suffix),
            call_as=call_as,
        )
        instances = _own_instances(tools, overview)
        protected = {name: state.termination_protection for name, state in instances.items()}
        _show(tools, overview, suffix, chosen, protected)
        alerts = tuple(_subscriptions(tools, overview, instances))
        for one in alerts:
            tools.output.tell(
                f"{one.region}: {one.what}" + (f"; {one.remediation}" if one.remediation else "")
            )
        causes = tuple(_causes(tools, overview))
        for cause in causes:
            tools.output.show_cause(cause)
        document = {
            **_document(overview, protected),
            "alerts": [_alert_document(one) for one in alerts],
            "causes": [cause_document(one) for one in causes],
        }
        return Result(document=document)

    run(common, work)


def _own_instances(tools: Tools, overview: Overview) -> Mapping[str, StackState]:
    # By stack ID, without the stacks of other accounts, which these credentials cannot read.
    account = account_of(tools.session, overview.sets[0].home.region) if overview.sets else ""
    states = {
        instance.stack_id: find_stack(
            clients.cloudformation(tools.session, instance.region), instance.stack_id
        )
        for instance in overview.instances
        if instance.account == account and instance.stack_id
    }
    return {name: state for name, state in states.items() if state}


def _subscriptions(
    tools: Tools, overview: Overview, instances: Mapping[str, StackState]
) -> Iterator[Subscription]:
    stacks = {one.state.stack_id: one.state for one in overview.stacks} | dict(instances)
    for stack_id, state in stacks.items():
        region = stack_id.split(":")[3]
        try:
            found = find_subscription(tools.session, region, state)
        except ClientError as error:
            if is_expired(error):
                raise
            tools.output.tell(f"{region}: the subscription of the alerts is unknown: {error}")
            continue
        if found is not None:
            yield found


def _alert_document(one: Subscription) -> dict[str, Any]:
    return {
        "region": one.region,
        "topic": one.topic,
        "address": one.address,
        "subscription": one.status.value,
        "other_subscribers": one.others,
        "remediation": one.remediation or None,
    }


def _show(
    tools: Tools,
    overview: Overview,
    suffix: str,
    regions: Sequence[str],
    protected: Mapping[str, bool],
) -> None:
    if overview.empty:
        tools.output.tell(nothing_found(overview, suffix, regions))
    if rows := [*_rows(overview, protected)]:
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


def _rows(overview: Overview, protected: Mapping[str, bool]) -> Iterator[tuple[str, ...]]:
    in_set = {instance.stack_id: instance for instance in overview.instances}
    for stack in overview.stacks:
        if stack.state.stack_id not in in_set:
            url = stack.state.outputs.get("ApplicationUrl", "")
            note = stack.problem or url
            guard = _ON_OFF[stack.state.termination_protection]
            yield (stack.region, "deploy", stack.state.name, stack.state.status, guard, note)
    # Those that are not up to date come first.
    several = len({one.account for one in overview.instances}) > 1
    for instance in sorted(overview.instances, key=lambda one: one.status == "CURRENT"):
        # The whole name: the stacks of a set differ only in its last part.
        name = instance.stack_id.partition(":stack/")[2].partition("/")[0]
        guard = _ON_OFF[protected.get(instance.stack_id)]
        where = str(instance) if several else instance.region
        yield (where, "rollout", name, instance.status, guard, instance.reason)


def _causes(tools: Tools, overview: Overview) -> Iterator[Cause]:
    # The last failure, for operators who did not see the deployment fail.
    for stack in overview.stacks:
        cause = find_last_failure(tools.session, stack.region, stack.state)
        if cause is not None:
            yield cause


def _document(overview: Overview, protected: Mapping[str, bool]) -> dict[str, Any]:
    return {
        "stacks": [
            {
                "region": stack.region,
                "stack": stack.state.name,
                "stack_id": stack.state.stack_id,
                "status": stack.state.status,
                "termination_protection": stack.state.termination_protection,
                "problem": stack.problem or None,
                "outputs": stack.state.outputs,
            }
            for stack in overview.stacks
        ],
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
