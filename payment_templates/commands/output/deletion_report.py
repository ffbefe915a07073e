"""Says what destroy stops, and reports its end: leftovers, retained, and what was not checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.confirmation import stack_document
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.commands.output.json_entries import cause_document
from payment_templates.commands.roles.deletion import RolesDeletion
from payment_templates.quantity import quantity
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.deletion.leftovers import Leftover, find_leftovers
from payment_templates.rollout.deletion.retained import Retained, find_retained
from payment_templates.rollout.deletion.shared_resources import find_shared_resources
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.existing_stacks import ExistingStack
from payment_templates.rollout.stack_overview import Overview
from payment_templates.rollout.stack_set.homes import Homes


def deletion_notices(overview: Overview, given_role: str) -> Iterator[str]:
    """Yield with which role stacks are deleted, and which running operations are stopped."""
    in_set = {instance.stack_id for instance in overview.instances}
    for stack in overview.stacks:
        if stack.state.stack_id in in_set:
            continue
        if role := given_role or stack.state.role_arn:
            # DeleteStack, RoleARN: without one, CloudFormation uses the stack's.
            yield f"{stack.region}: CloudFormation deletes {stack.state.name} with {role}"
        if stack.creating:
            yield (
                f"{stack.region}: {stack.state.name} is being created: destroy stops the creation, "
                "and also deletes what is created until then"
            )
    for one in overview.sets:
        if one.running_operation:
            yield (
                f"operation {one.running_operation} of {one.home} is running: destroy stops it if "
                "it creates stacks, and waits for the stacks that it has started"
            )


def report_leftovers(
    tools: Tools,
    *,
    suffix: str,
    homes: Homes,
    account: str,
    regions: Sequence[str],
    stacks: Mapping[ExistingStack, Sequence[Retained]],
    # Retained from stacks that were deleted before, for example by an interrupted run.
    earlier: Sequence[Retained],
    failures: Sequence[tuple[Cause, ...]],
    roles: RolesDeletion,
    # Why the stack of the roles was not deleted, although it was to be.
    roles_kept: RolloutError | None,
) -> Result:
    """Search every region of the deletion for leftovers, and return the result of destroy."""
    everywhere = sorted({*regions, *(stack.region for stack in stacks)})
    found = tuple(find_leftovers(tools.session, everywhere, suffix))
    planned = [*(one for each in stacks.values() for one in each), *earlier]
    retained = find_retained(tools.session, planned, found)
    shared = tuple(find_shared_resources(tools.session, everywhere, account))
    kept = tuple(one for one in shared if one.known)
    left = (
        *(one for one in found if one not in retained),
        *(one for one in shared if not one.known),
        *(
            Leftover(
                region=home.region,
                kind="stack set",
                name=f"{home.stack_set.name} (--call-as {home.call_as})",
            )
            for home in homes.of_other_caller
        ),
    )
    # Where a set was found, a second one elsewhere is unlikely.
    gaps = () if homes.own else homes.regions_not_searched
    error = _error(suffix, left, failures, gaps)
    if roles_kept is not None:
        error = "; ".join(filter(None, [error, str(roles_kept)]))
    if left or retained or not gaps:
        _show(tools, account, everywhere, left, retained)
    for one in kept:
        tools.output.tell(
            f"shared with other suffixes, not deleted: the {one.kind} {one.name} in {one.region}"
        )
    others = sorted({stack.account for stack in stacks} - {account})
    if homes.of_other_caller:
        callers = dict.fromkeys(home.call_as for home in homes.of_other_caller)
        error = with_hint(error, f"run destroy again with --call-as {' and '.join(callers)}")
    if others:
        tools.output.tell(f"not checked for leftovers: the accounts {', '.join(others)}")
    return Result(
        exit_code=ExitCode.FAILED if error else ExitCode.DONE,
        document={
            "stacks": [stack_document(stack, each) for stack, each in stacks.items()],
            "leftovers": [asdict(one) for one in left],
            "retained": [asdict(one) for one in retained],
            "shared": [asdict(one) for one in kept],
            "accounts_not_checked": others,
            "not_searched": [*homes.not_searched, *roles.not_searched],
            "causes": [cause_document(cause) for causes in failures for cause in causes],
        },
        error=error,
    )


def _show(
    tools: Tools,
    account: str,
    regions: Sequence[str],
    left: Sequence[Leftover],
    retained: Sequence[Leftover],
) -> None:
    if left:
        tools.output.show_table(
            ("region", "left behind", "name"), [(one.region, one.kind, one.name) for one in left]
        )
    elif not retained:
        tools.output.tell(f"nothing is left in {', '.join(regions)} of account {account}")
    if retained:
        tools.output.show_table(
            ("region", "retained by the template's policies", "name"),
            [(one.region, one.kind, one.name) for one in retained],
        )


def _error(
    suffix: str,
    left: Sequence[Leftover],
    failures: Sequence[tuple[Cause, ...]],
    gaps: Sequence[str],
) -> str:
    if failures:
        return f"not everything of {suffix} could be deleted"
    if left:
        unknown = sum(not one.known for one in left)
        found = quantity(
            len(left) - unknown, f"resource of {suffix} is", f"resources of {suffix} are"
        )
        failed = f", {quantity(unknown, 'check failed', 'checks failed')}" if unknown else ""
        return f"{found} left{failed}"
    if gaps:
        return f"not everything could be searched for {suffix}: {'; '.join(gaps)}"
    return ""
