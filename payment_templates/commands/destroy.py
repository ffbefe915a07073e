"""Runs the destroy command: deletes everything of a suffix and checks that nothing is left."""

from collections.abc import Iterator

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.confirmation import require_confirmation, require_unprotected
from payment_templates.commands.inputs.command_inputs import name_from, require_suffix
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.inputs.roles_and_tags import read_role
from payment_templates.commands.output.deletion_report import deletion_notices, report_leftovers
from payment_templates.commands.output.stack_set_notices import search_notices, set_notices
from payment_templates.commands.roles.deletion import RolesDeletion, delete_roles, plan_deletion
from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.deletion.plan import (
    list_stacks,
    require_all_own,
    require_own_sets,
    require_unchanged_review,
)
from payment_templates.rollout.deletion.retained import plan_retention, retained_before
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.recovery import delete_stack
from payment_templates.rollout.stack_overview import Overview, StackInRegion, read_overview
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_set.deletion import delete_stack_set
from payment_templates.rollout.stack_set.homes import Home
from payment_templates.rollout.stack_set.operations.runner import OperationRunner
from payment_templates.rollout.stack_set.operations.running import stop_creation


def destroy_stacks(
    common: CommonOptions,
    *,
    suffix: str,
    confirm: str | None,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
    call_as: str,
    role_arn: str | None,
    roles_too: bool,
) -> None:
    """Delete the instances, the set and the stacks of a suffix."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        given_role = read_role("--role-arn", role_arn)
        act_as(tools.session, call_as)
        chosen = require_regions(tools.session, regions)
        names = name_from(stack_name, suffix), name_from(stack_set_name, suffix)
        overview = read_overview(
            tools.session,
            chosen,
            suffix=suffix,
            stack_name=names[0],
            stack_set_name=names[1],
            call_as=call_as,
        )
        require_all_own(tools.session, overview, suffix)
        require_own_sets(overview, chosen)
        for line in (*set_notices(overview, chosen), *search_notices(overview)):
            tools.output.tell(line)
        account = account_of(tools.session, chosen[0])
        own_sets = [f"{names[1]} in {one.home.region}" for one in overview.sets]
        roles = plan_deletion(tools, chosen, own_sets=own_sets) if roles_too else RolesDeletion()
        stacks = (*list_stacks(tools.session, overview, account), *roles.stacks)
        planned = {stack: plan_retention(tools.session, stack) for stack in stacks}
        earlier = tuple(
            retained_before(tools.session, chosen, stack_name=names[0], stack_set_name=names[1])
        )
        if stacks or not overview.empty:
            require_unprotected(tools, stacks)
            for line in deletion_notices(overview, given_role):
                tools.output.tell(line)
            require_confirmation(tools, planned, suffix, confirm, as_json=common.as_json)
        failures = tuple(_delete(tools, overview, suffix, given_role))
        if not failures:
            delete_roles(tools, chosen, roles)
        return report_leftovers(
            tools,
            suffix=suffix,
            homes=overview.homes,
            account=account,
            regions=chosen,
            stacks=planned,
            earlier=earlier,
            failures=failures,
        )

    run(common, work)


def _delete(
    tools: Tools, overview: Overview, suffix: str, role_arn: str
) -> Iterator[tuple[Cause, ...]]:
    # Yields the causes for each set or stack that was not deleted; they may be empty.
    for one in overview.sets:
        if one.running_operation:
            client = clients.cloudformation(tools.session, one.home.region)
            stop_creation(client, one.home.stack_set.name, one.running_operation)
        yield from _delete_set(tools, one.home)
    # Only the stacks that were shown: one of the same name may be created meanwhile.
    for stack in reversed(overview.stacks):
        yield from _delete_stack(tools, stack, suffix, role_arn)


def _delete_set(tools: Tools, home: Home) -> Iterator[tuple[Cause, ...]]:
    primary, name = home.region, home.stack_set.name
    runner = OperationRunner(
        session=tools.session,
        primary=primary,
        name=name,
        account=account_of(tools.session, primary),
        conversation=tools.output,
        make_pace=tools.pace,
    )
    client = clients.cloudformation(tools.session, primary)
    try:
        failed = delete_stack_set(client, name, primary, runner.follow, runner.wait_until_idle)
    except client.exceptions.StackSetNotFoundException:
        # Another run has deleted it; the search for leftovers shows whether anything is left.
        failed = None
    if failed is None:
        tools.output.tell(f"stack set {name} in {primary} is deleted")
    else:
        yield failed.causes


def _delete_stack(
    tools: Tools, shown: StackInRegion, suffix: str, role_arn: str
) -> Iterator[tuple[Cause, ...]]:
    name, region = shown.state.name, shown.region
    require_unchanged_review(tools.session, shown, suffix)
    follower = delete_stack(
        tools.session,
        region,
        shown.state.stack_id,
        tools.output,
        tools.pace(),
        role_arn=role_arn,
        # Only a creation that was shown before the confirmation.
        stop_creation=shown.creating,
    )
    if follower.cause is None:
        tools.output.tell(f"{name} in {region} is deleted")
    else:
        yield (follower.cause,)
