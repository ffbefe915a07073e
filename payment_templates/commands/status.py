"""Runs the status command: shows the stacks of a suffix and running operations."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict

from botocore.exceptions import ClientError

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.command_inputs import read_names, require_suffix
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.output.json_entries import cause_document
from payment_templates.commands.output.pair_report import pair_document, read_pairs, show_pair
from payment_templates.commands.output.status_report import (
    alert_document,
    overview_document,
    rows_of,
    show_overview,
    stack_document,
)
from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.errors import is_expired, wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.running_tasks import TaskCount, count_tasks
from payment_templates.rollout.silent_regions import find_silent_regions, silent_among
from payment_templates.rollout.stack.last_failure import find_last_failure
from payment_templates.rollout.stack_overview import (
    Overview,
    StackInRegion,
    read_overview,
    stacks_of_unseen_sets,
)
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_states import StackState, find_stack
from payment_templates.rollout.subscriptions import Subscription, find_subscription


def show_status(
    common: CommonOptions,
    *,
    suffix: str,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
    call_as: str,
    watch: bool,
) -> None:
    """Show the stacks and the stack set of a suffix."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        if watch and common.as_json:
            raise wrong_use(
                "--watch cannot be used with --json", "run status --json again and again instead"
            )
        names = read_names(stack_name, stack_set_name, suffix)
        act_as(tools.session, call_as)
        named = require_regions(tools.session, regions)
        silent = {*find_silent_regions(tools.session, named, names.stack)}
        chosen = tuple(region for region in named if region not in silent)
        for region in sorted(silent):
            tools.output.tell(f"{region} does not answer: what is there is not shown")

        def read() -> tuple[Overview, Mapping[str, StackState]]:
            overview = read_overview(
                tools.session,
                chosen,
                suffix=suffix,
                stack_name=names.stack,
                stack_set_name=names.stack_set,
                call_as=call_as,
                silent=silent,
                show=lambda stacks: tools.output.keep(
                    {"stacks": [stack_document(stack) for stack in stacks]}
                ),
            )
            tools.output.keep(overview_document(overview, {}))
            # Each is asked once: nothing waits for it again.
            silent.update(overview.homes.silent)
            silent.update(_silent_instances(tools, overview, names.stack))
            return overview, _own_instances(tools, overview, silent)

        if watch:
            _watch(tools, suffix, chosen, read)
        overview, instances = read()
        protected = {name: state.termination_protection for name, state in instances.items()}
        tools.output.keep(overview_document(overview, protected))
        show_overview(tools, overview, suffix, chosen, protected)
        unseen = tuple(_of_unseen_sets(tools, overview, suffix, chosen))
        for stack in unseen:
            tools.output.tell(
                f"{stack.region}: {stack.state.name} ({stack.state.status}) belongs to a stack set "
                "that is not visible here: run status in the account that manages it, or with the "
                "--call-as of its caller"
            )
        alerts = tuple(_subscriptions(tools, overview, instances))
        for one in alerts:
            tools.output.tell(
                f"{one.region}: {one.what}" + (f"; {one.remediation}" if one.remediation else "")
            )
        tasks = tuple(_tasks(tools, overview, instances))
        pairs = tuple(read_pairs(tools, _states(overview, instances, unseen), silent))
        for pair in pairs:
            show_pair(tools, pair)
        causes = tuple(_causes(tools, overview))
        for cause in causes:
            tools.output.show_cause(cause)
        document = {
            **overview_document(overview, protected),
            "stacks_of_unseen_sets": [stack_document(stack) for stack in unseen],
            "silent_regions": sorted(silent),
            "tasks": [asdict(one) for one in tasks],
            "global_databases": [pair_document(pair) for pair in pairs],
            "alerts": [alert_document(one) for one in alerts],
            "causes": [cause_document(one) for one in causes],
        }
        return Result(document=document)

    run(common, work)


def _watch(
    tools: Tools,
    suffix: str,
    regions: Sequence[str],
    read: Callable[[], tuple[Overview, Mapping[str, StackState]]],
) -> None:
    # Shows the table whenever it differs; the alerts and the causes follow at the end.
    pace = tools.pace()
    shown: list[tuple[str, ...]] = []
    while True:
        overview, instances = read()
        if not _is_running(overview, instances):
            if shown:
                tools.output.redraw()
            return
        protected = {name: state.termination_protection for name, state in instances.items()}
        rows = [*rows_of(overview, protected)]
        news = rows != shown
        if news:
            tools.output.redraw()
            show_overview(tools, overview, suffix, regions, protected)
            tools.output.tell("waiting until nothing is running; stop with Ctrl-C")
        shown = rows
        pace.pause(news=news)


def _is_running(overview: Overview, instances: Mapping[str, StackState]) -> bool:
    states = [*(stack.state for stack in overview.stacks), *instances.values()]
    return any(one.running_operation for one in overview.sets) or not all(
        state.settled for state in states
    )


def _states(
    overview: Overview, instances: Mapping[str, StackState], unseen: Sequence[StackInRegion]
) -> Iterator[StackState]:
    yield from (one.state for one in overview.stacks)
    yield from instances.values()
    yield from (one.state for one in unseen)


def _silent_instances(tools: Tools, overview: Overview, stack_name: str) -> Sequence[str]:
    # Their regions are among those that were searched, unless AWS denies the list of regions.
    asked = {*overview.homes.searched, *overview.homes.silent}
    others = {one.region for one in overview.instances} - asked
    return silent_among(tools.session, sorted(others), stack_name)


def _own_instances(
    tools: Tools, overview: Overview, silent: Collection[str]
) -> Mapping[str, StackState]:
    # By stack ID, without the stacks of other accounts, which these credentials cannot read.
    account = account_of(tools.session, overview.sets[0].home.region) if overview.sets else ""
    states = {
        instance.stack_id: find_stack(
            clients.cloudformation(tools.session, instance.region), instance.stack_id
        )
        for instance in overview.instances
        if instance.account == account and instance.stack_id and instance.region not in silent
    }
    return {name: state for name, state in states.items() if state}


def _of_unseen_sets(
    tools: Tools, overview: Overview, suffix: str, regions: Sequence[str]
) -> Iterator[StackInRegion]:
    for region in regions:
        try:
            yield from stacks_of_unseen_sets(tools.session, overview, suffix, region)
        except ClientError as error:
            if is_expired(error):
                raise
            tools.output.tell(f"not searched: stacks of other sets in {region}: {error}")


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


def _tasks(
    tools: Tools, overview: Overview, instances: Mapping[str, StackState]
) -> Iterator[TaskCount]:
    stacks = {one.state.stack_id: one.state for one in overview.stacks} | dict(instances)
    for stack_id, state in stacks.items():
        if state.settled:
            found = count_tasks(tools.session, stack_id.split(":")[3], state)
            if found is not None:
                tools.output.tell(found.what)
                yield found


def _causes(tools: Tools, overview: Overview) -> Iterator[Cause]:
    # The last failure, for operators who did not see the deployment fail.
    for stack in overview.stacks:
        cause = find_last_failure(tools.session, stack.region, stack.state)
        if cause is not None:
            yield cause
