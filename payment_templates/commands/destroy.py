"""Runs the destroy command: deletes everything of a suffix and checks that nothing is left."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.confirmation import (
    require_confirmation,
    require_same_suffix,
    require_unprotected,
)
from payment_templates.commands.inputs.command_inputs import (
    StackNames,
    read_names,
    require_not_of_a_set,
    require_suffix,
)
from payment_templates.commands.inputs.roles_and_tags import read_role
from payment_templates.commands.output.deletion_report import deletion_notices, report_leftovers
from payment_templates.commands.output.stack_set_notices import search_notices, set_notices
from payment_templates.commands.roles.deletion import RolesDeletion, delete_roles, plan_deletion
from payment_templates.rollout import clients
from payment_templates.rollout.bucket_deletion import empty_undeleted_buckets
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.deletion.global_databases import (
    home_of,
    member_stacks,
    require_deletable,
)
from payment_templates.rollout.deletion.plan import (
    list_stacks,
    require_all_own,
    require_own_sets,
    require_unchanged_review,
)
from payment_templates.rollout.deletion.retained import (
    Retained,
    plan_retention,
    retained_before,
)
from payment_templates.rollout.deletion.shown_data import require_shown_data
from payment_templates.rollout.existing_stacks import ExistingStack
from payment_templates.rollout.global_database.member_stack import MemberStack
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.deletion import delete_stack
from payment_templates.rollout.stack_overview import (
    Overview,
    SetOverview,
    StackInRegion,
    read_overview,
)
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_set.deletion import SetDeletion
from payment_templates.rollout.stack_set.instances import Instance
from payment_templates.rollout.stack_set.operations.runner import OperationRunner
from payment_templates.rollout.stack_set.operations.running import stop_creation
from payment_templates.rollout.stack_states import find_stack


@dataclass(frozen=True, kw_only=True)
class DestroyCommand:
    """The options of `destroy`."""

    suffix: str
    confirm: str | None
    stack_name: str | None
    stack_set_name: str | None
    regions: tuple[str, ...]
    call_as: str
    role_arn: str | None
    roles_too: bool
    as_json: bool

    def run(self, tools: Tools) -> Result:
        """Delete the instances, the set and the stacks of a suffix."""
        names, role_arn = self._read_options()
        act_as(tools.session, self.call_as)
        regions = require_regions(tools.session, self.regions)
        overview = self._read_own(tools, names, regions)
        account = account_of(tools.session, regions[0])
        own_sets = [f"{names.stack_set} in {one.home.region}" for one in overview.sets]
        roles = (
            plan_deletion(tools, regions, own_sets=own_sets) if self.roles_too else RolesDeletion()
        )
        stacks = (*list_stacks(tools.session, overview, account), *roles.stacks)
        deletion = _Deletion(
            tools=tools,
            account=account,
            suffix=self.suffix,
            role_arn=role_arn,
            members=member_stacks(tools.session, stacks),
            planned={stack: plan_retention(tools.session, stack) for stack in stacks},
        )
        earlier = tuple(
            retained_before(
                tools.session, regions, stack_name=names.stack, stack_set_name=names.stack_set
            )
        )
        if stacks or not overview.empty:
            deletion.confirm(overview, self.confirm, as_json=self.as_json)
        failures = tuple(deletion.run(overview))
        roles_kept = None if failures else delete_roles(tools, regions, roles)
        return report_leftovers(
            tools,
            suffix=self.suffix,
            homes=overview.homes,
            account=account,
            regions=regions,
            stacks=deletion.planned,
            earlier=earlier,
            failures=failures,
            roles=roles,
            roles_kept=roles_kept,
        )

    def _read_options(self) -> tuple[StackNames, str]:
        require_suffix(self.suffix)
        if self.confirm is not None:
            require_same_suffix(self.confirm, self.suffix)
        names = read_names(self.stack_name, self.stack_set_name, self.suffix)
        require_not_of_a_set(names.stack)
        return names, read_role("--role-arn", self.role_arn)

    def _read_own(self, tools: Tools, names: StackNames, regions: Sequence[str]) -> Overview:
        overview = read_overview(
            tools.session,
            regions,
            suffix=self.suffix,
            stack_name=names.stack,
            stack_set_name=names.stack_set,
            call_as=self.call_as,
        )
        require_all_own(tools.session, overview, self.suffix)
        require_own_sets(overview, regions)
        for line in (*set_notices(overview, regions), *search_notices(overview)):
            tools.output.tell(line)
        return overview


@dataclass(frozen=True, kw_only=True)
class _Deletion:
    tools: Tools
    account: str
    suffix: str
    role_arn: str
    # Every stack as it was shown before the confirmation, with what it retains.
    planned: Mapping[ExistingStack, Sequence[Retained]]
    # The stacks with a member of a global database.
    members: Sequence[MemberStack]

    def confirm(self, overview: Overview, given: str | None, *, as_json: bool) -> None:
        # Raises RolloutError if the deletion is not possible, or not confirmed.
        require_deletable(self.tools.session, self.members)
        require_unprotected(self.tools, [*self.planned])
        for line in deletion_notices(overview, self.role_arn):
            self.tools.output.tell(line)
        require_confirmation(self.tools, self.planned, self.suffix, given, as_json=as_json)

    def run(self, overview: Overview) -> Iterator[tuple[Cause, ...]]:
        # Yields the causes for each set or stack that was not deleted; they may be empty.
        in_set = {instance.stack_id for instance in overview.instances}
        leaving = {one.state.stack_id for one in self.members if one.region != one.home_region}
        first = [one for one in overview.stacks if one.state.stack_id in leaving - in_set]
        stayed = [causes for stack in first for causes in self._delete_stack(stack)]
        yield from stayed
        if stayed:
            # The region that created the global database cannot leave it before them.
            return
        for one in overview.sets:
            if one.running_operation:
                client = clients.cloudformation(self.tools.session, one.home.region)
                stop_creation(client, one.home.stack_set.stack_set_id, one.running_operation)
            yield from self._delete_set(one)
        # Only the stacks that were shown: one of the same name may be created meanwhile.
        for stack in reversed([one for one in overview.stacks if one not in first]):
            yield from self._delete_stack(stack)

    def _delete_set(self, shown: SetOverview) -> Iterator[tuple[Cause, ...]]:
        session, output = self.tools.session, self.tools.output
        primary, name = shown.home.region, shown.home.stack_set.name
        runner = OperationRunner(
            session=session,
            primary=primary,
            name=name,
            account=self.account,
            conversation=output,
            make_pace=self.tools.pace,
        )
        client = clients.cloudformation(session, primary)
        deletion = SetDeletion(
            client=client,
            stack_set=shown.home.stack_set,
            primary=primary,
            instances=shown.instances,
            last=home_of(self.members),
            running_operation=shown.running_operation,
            follow=runner.follow,
            wait_until_idle=runner.wait_until_idle,
            require_shown_data=lambda instances: self._require_shown_data(
                {one.stack_id for one in instances}
            ),
            empty_buckets=self._empty_buckets,
        )
        try:
            failed = deletion.run()
        except client.exceptions.StackSetNotFoundException:
            # Another run has deleted it; the search for leftovers shows whether anything is left.
            failed = None
        if failed is None:
            output.tell(f"stack set {name} in {primary} is deleted")
        else:
            yield failed.causes

    def _delete_stack(self, shown: StackInRegion) -> Iterator[tuple[Cause, ...]]:
        name, region = shown.state.name, shown.region
        require_unchanged_review(self.tools.session, shown, self.suffix)
        follower = delete_stack(
            self.tools.session,
            region,
            shown.state.stack_id,
            self.tools.output,
            self.tools.pace(),
            role_arn=self.role_arn,
            # Only a creation that was shown before the confirmation; what it creates goes too.
            stop_creation=shown.creating,
            require=lambda: self._require_shown_stack(shown),
            empty_buckets=lambda: self._empty_stack(region, shown.state.stack_id),
        )
        if follower.cause is None:
            self.tools.output.tell(f"{name} in {region} is deleted")
        else:
            yield (follower.cause,)

    def _empty_buckets(self, instances: Sequence[Instance]) -> None:
        # Nothing in another account.
        for one in instances:
            if one.account == self.account:
                self._empty_stack(one.region, one.stack_id)

    def _empty_stack(self, region: str, stack_id: str) -> None:
        empty_undeleted_buckets(
            self.tools.session,
            region,
            stack_id,
            account=self.account,
            tell=self.tools.output.tell,
        )

    def _require_shown_stack(self, shown: StackInRegion) -> None:
        if shown.creating:
            client = clients.cloudformation(self.tools.session, shown.region)
            state = find_stack(client, shown.state.stack_id)
            # The shown creation ends as CREATE or ROLLBACK; an update may have added data.
            if state is None or not state.status.startswith("UPDATE"):
                return
        self._require_shown_data({shown.state.stack_id})

    def _require_shown_data(self, stack_ids: Collection[str]) -> None:
        for stack, retained in self.planned.items():
            if stack.stack_id in stack_ids:
                require_shown_data(self.tools.session, stack, retained)
