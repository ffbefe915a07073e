"""Says what destroy stops, and reports its end: leftovers, retained, and what was not checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.confirmation import stack_document
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.commands.output.json_entries import cause_document
from payment_templates.commands.roles.deletion import RolesDeletion
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.deletion.leftovers import Leftover, find_leftovers
from payment_templates.rollout.deletion.retained import Retained, find_retained
from payment_templates.rollout.deletion.shared_resources import find_shared_resources
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.existing_stacks import ExistingStack
from payment_templates.rollout.stack_overview import Overview
from payment_templates.rollout.stack_set.homes import Homes


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What exists after a deletion."""

    left: tuple[Leftover, ...]
    retained: tuple[Leftover, ...]
    # With other suffixes, and not deleted.
    shared: tuple[Leftover, ...]


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
    planned = [*(one for each in stacks.values() for one in each), *earlier]
    found = _search(
        tools,
        suffix=suffix,
        regions=everywhere,
        account=account,
        homes=homes,
        planned=planned,
    )
    # Where a set was found, a second one elsewhere is unlikely.
    gaps = () if homes.own else homes.regions_not_searched
    if found.left or found.retained or not gaps:
        _show_found(tools, account, everywhere, found)
    others = sorted({stack.account for stack in stacks} - {account})
    _tell_the_rest(tools, found.shared, others)
    error = _error(suffix, found.left, failures, gaps)
    if roles_kept is not None:
        error = "; ".join(filter(None, [error, str(roles_kept)]))
    if homes.of_other_caller:
        callers = dict.fromkeys(home.call_as for home in homes.of_other_caller)
        error = with_hint(error, f"run destroy again with --call-as {' and '.join(callers)}")
    return Result(
        exit_code=ExitCode.FAILED if error else ExitCode.DONE,
        document={
            "stacks": [stack_document(stack, each) for stack, each in stacks.items()],
            "leftovers": [asdict(one) for one in found.left],
            "retained": [asdict(one) for one in found.retained],
            "shared": [asdict(one) for one in found.shared],
            "accounts_not_checked": others,
            "not_searched": [*homes.not_searched, *roles.not_searched],
            "causes": [cause_document(cause) for causes in failures for cause in causes],
        },
        error=error,
    )


def _search(
    tools: Tools,
    *,
    suffix: str,
    regions: Sequence[str],
    account: str,
    homes: Homes,
    planned: Sequence[Retained],
) -> _Found:
    found = tuple(find_leftovers(tools.session, regions, suffix))
    retained = find_retained(tools.session, planned, found)
    shared = tuple(find_shared_resources(tools.session, regions, account))
    sets = (
        Leftover(
            region=home.region,
            kind="stack set",
            name=f"{home.stack_set.name} (--call-as {home.call_as})",
        )
        for home in homes.of_other_caller
    )
    return _Found(
        left=(
            *(one for one in found if one not in retained),
            *(one for one in shared if not one.known),
            *sets,
        ),
        retained=tuple(retained),
        shared=tuple(one for one in shared if one.known),
    )


def _show_found(tools: Tools, account: str, regions: Sequence[str], found: _Found) -> None:
    if found.left:
        tools.output.show_table(
            ("region", "left behind", "name"),
            [(one.region, one.kind, one.name) for one in found.left],
        )
    elif not found.retained:
        tools.output.tell(f"nothing is left in {', '.join(regions)} of account {account}")
    if found.retained:
        tools.output.show_table(
            ("region", "retained by the template's policies", "name"),
            [(one.region, one.kind, one.name) for one in found.retained],
        )


def _tell_the_rest(tools: Tools, shared: Sequence[Leftover], others: Sequence[str]) -> None:
    for one in shared:
        tools.output.tell(
            f"shared with other suffixes, not deleted: the {one.kind} {one.name} in {one.region}"
        )
    if others:
        tools.output.tell(f"not checked for leftovers: the accounts {', '.join(others)}")


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
