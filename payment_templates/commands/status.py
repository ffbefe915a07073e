"""Runs the status command: shows the stacks of a suffix and running operations."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from botocore.exceptions import ClientError

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.inputs.command_inputs import StackNames, read_names, require_suffix
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


@dataclass(frozen=True, kw_only=True)
class _Found:
    overview: Overview
    # By stack ID, without the stacks of other accounts, which these credentials cannot read.
    instances: Mapping[str, StackState]

    @property
    def protected(self) -> Mapping[str, bool]:
        return {name: state.termination_protection for name, state in self.instances.items()}

    @property
    def states(self) -> tuple[StackState, ...]:
        return (*(stack.state for stack in self.overview.stacks), *self.instances.values())

    @property
    def stacks(self) -> Mapping[str, StackState]:
        # By stack ID: an imported stack is among the states twice.
        return {state.stack_id: state for state in self.states}

    @property
    def running(self) -> bool:
        operations = any(one.running_operation for one in self.overview.sets)
        return operations or not all(state.settled for state in self.states)


@dataclass(frozen=True, kw_only=True)
class StatusCommand:
    """The options of `status`."""

    suffix: str
    stack_name: str | None
    stack_set_name: str | None
    regions: tuple[str, ...]
    call_as: str
    watch: bool
    as_json: bool

    def run(self, tools: Tools) -> Result:
        """Show the stacks and the stack set of a suffix."""
        names = self._read_names()
        act_as(tools.session, self.call_as)
        named = require_regions(tools.session, self.regions)
        # Each is asked once: nothing waits for it again.
        silent = {*find_silent_regions(tools.session, named, names.stack)}
        regions = tuple(region for region in named if region not in silent)
        for region in sorted(silent):
            tools.output.tell(f"{region} does not answer: what is there is not shown")
        read = partial(self._read, tools, names, regions, silent)
        if self.watch:
            self._watch(tools, regions, read)
        found = read()
        overview = overview_document(found.overview, found.protected)
        tools.output.keep(overview)
        self._show(tools, regions, found)
        unseen = self._show_unseen_sets(tools, regions, found.overview)
        alerts = _show_alerts(tools, found)
        tasks = tuple(_show_tasks(tools, found))
        states = (*found.states, *(one.state for one in unseen))
        pairs = tuple(read_pairs(tools, states, silent))
        for pair in pairs:
            show_pair(tools, pair)
        causes = tuple(_causes(tools, found.overview))
        for cause in causes:
            tools.output.show_cause(cause)
        document = {
            **overview,
            "stacks_of_unseen_sets": [stack_document(stack) for stack in unseen],
            "silent_regions": sorted(silent),
            "tasks": [asdict(one) for one in tasks],
            "global_databases": [pair_document(pair) for pair in pairs],
            "alerts": [alert_document(one) for one in alerts],
            "causes": [cause_document(one) for one in causes],
        }
        return Result(document=document)

    def _read_names(self) -> StackNames:
        require_suffix(self.suffix)
        if self.watch and self.as_json:
            raise wrong_use(
                "--watch cannot be used with --json", "run status --json again and again instead"
            )
        return read_names(self.stack_name, self.stack_set_name, self.suffix)

    def _read(
        self, tools: Tools, names: StackNames, regions: Sequence[str], silent: set[str]
    ) -> _Found:
        # Adds to the silent regions.
        overview = read_overview(
            tools.session,
            regions,
            suffix=self.suffix,
            stack_name=names.stack,
            stack_set_name=names.stack_set,
            call_as=self.call_as,
            silent=silent,
            show=lambda stacks: tools.output.keep(
                {"stacks": [stack_document(stack) for stack in stacks]}
            ),
        )
        tools.output.keep(overview_document(overview, {}))
        silent.update(overview.homes.silent)
        silent.update(_silent_instances(tools, overview, names.stack))
        return _Found(overview=overview, instances=_own_instances(tools, overview, silent))

    def _watch(self, tools: Tools, regions: Sequence[str], read: Callable[[], _Found]) -> None:
        # Shows the table whenever it differs; the alerts and the causes follow at the end.
        pace = tools.pace()
        shown: list[tuple[str, ...]] = []
        while (found := read()).running:
            rows = [*rows_of(found.overview, found.protected)]
            news = rows != shown
            if news:
                tools.output.redraw()
                self._show(tools, regions, found)
                tools.output.tell("waiting until nothing is running; stop with Ctrl-C")
            shown = rows
            pace.pause(news=news)
        if shown:
            tools.output.redraw()

    def _show(self, tools: Tools, regions: Sequence[str], found: _Found) -> None:
        show_overview(tools, found.overview, self.suffix, regions, found.protected)

    def _show_unseen_sets(
        self, tools: Tools, regions: Sequence[str], overview: Overview
    ) -> Sequence[StackInRegion]:
        found: list[StackInRegion] = []
        for region in regions:
            try:
                found += stacks_of_unseen_sets(tools.session, overview, self.suffix, region)
            except ClientError as error:
                if is_expired(error):
                    raise
                tools.output.tell(f"not searched: stacks of other sets in {region}: {error}")
        for stack in found:
            tools.output.tell(
                f"{stack.region}: {stack.state.name} ({stack.state.status}) belongs to a stack set "
                "that is not visible here: run status in the account that manages it, or with the "
                "--call-as of its caller"
            )
        return found


def _silent_instances(tools: Tools, overview: Overview, stack_name: str) -> Sequence[str]:
    # Their regions are among those that were searched, unless AWS denies the list of regions.
    asked = {*overview.homes.searched, *overview.homes.silent}
    others = {one.region for one in overview.instances} - asked
    return silent_among(tools.session, sorted(others), stack_name)


def _own_instances(
    tools: Tools, overview: Overview, silent: Collection[str]
) -> Mapping[str, StackState]:
    account = account_of(tools.session, overview.sets[0].home.region) if overview.sets else ""
    states = {
        instance.stack_id: find_stack(
            clients.cloudformation(tools.session, instance.region), instance.stack_id
        )
        for instance in overview.instances
        if instance.account == account and instance.stack_id and instance.region not in silent
    }
    return {name: state for name, state in states.items() if state}


def _show_alerts(tools: Tools, found: _Found) -> Sequence[Subscription]:
    alerts: list[Subscription] = []
    for stack_id, state in found.stacks.items():
        region = stack_id.split(":")[3]
        try:
            alert = find_subscription(tools.session, region, state)
        except ClientError as error:
            if is_expired(error):
                raise
            tools.output.tell(f"{region}: the subscription of the alerts is unknown: {error}")
        else:
            alerts += [alert] if alert else []
    for one in alerts:
        tools.output.tell(
            f"{one.region}: {one.what}" + (f"; {one.remediation}" if one.remediation else "")
        )
    return alerts


def _show_tasks(tools: Tools, found: _Found) -> Iterator[TaskCount]:
    for stack_id, state in found.stacks.items():
        if state.settled:
            count = count_tasks(tools.session, stack_id.split(":")[3], state)
            if count is not None:
                tools.output.tell(count.what)
                yield count


def _causes(tools: Tools, overview: Overview) -> Iterator[Cause]:
    # The last failure, for operators who did not see the deployment fail.
    for stack in overview.stacks:
        cause = find_last_failure(tools.session, stack.region, stack.state)
        if cause is not None:
            yield cause
