"""The command that takes everything of a suffix away, and looks for what is left."""

import sys
from dataclasses import asdict

import click

from payment_templates.commands.documents import cause_document
from payment_templates.commands.edge import Result, Tools, run
from payment_templates.commands.inputs import name_from, require_suffix
from payment_templates.commands.roles import delete_roles
from payment_templates.commands.surroundings import Surroundings
from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.errors import ExitCode, wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.leftovers import find_leftovers
from payment_templates.rollout.overview import look_over
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.states import find_stack
from payment_templates.rollout.stack.unstick import delete_stack
from payment_templates.rollout.stack_set.attendance import Attendance
from payment_templates.rollout.stack_set.deletion import delete_stack_set


def destroy_stacks(
    surroundings: Surroundings,
    *,
    suffix: str,
    confirm: str | None,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
    roles_too: bool,
) -> None:
    """Delete the instances, the set and the stacks of a suffix."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        chosen = require_regions(tools.session, regions)
        names = name_from(stack_name, suffix), name_from(stack_set_name, suffix)
        overview = look_over(tools.session, chosen, stack_name=names[0], stack_set_name=names[1])
        if not overview.empty:
            _require_confirmation(suffix, confirm, as_json=surroundings.as_json)
        causes: list[Cause] = []
        if overview.instances is not None:
            causes.extend(_delete_set(tools, chosen[0], names[1]))
        for region in reversed(chosen):
            causes.extend(_delete_stack(tools, region, names[0]))
        if roles_too and not causes:
            delete_roles(tools, chosen)
        everywhere = {*chosen, *(one.region for one in overview.instances or ())}
        return _result(tools, suffix, sorted(everywhere), causes)

    run(surroundings, work)


def _require_confirmation(suffix: str, given: str | None, *, as_json: bool) -> None:
    if given is None:
        if as_json or not sys.stdin.isatty():
            raise wrong_use(f"everything of {suffix} would be deleted; give --confirm {suffix}")
        given = click.prompt(f"Everything of {suffix} is deleted. Type the suffix", err=True)
    if given != suffix:
        raise wrong_use(f"{given!r} is not the suffix {suffix!r}; nothing was deleted")


def _delete_set(tools: Tools, primary: str, name: str) -> tuple[Cause, ...]:
    attendance = Attendance(
        session=tools.session,
        primary=primary,
        name=name,
        account=account_of(tools.session, primary),
        conversation=tools.talk,
        make_pace=tools.pace,
    )
    client = clients.cloudformation(tools.session, primary)
    failed = delete_stack_set(client, name, primary, attendance.follow, attendance.settle)
    if failed is None:
        tools.talk.tell(f"stack set {name} is gone")
        return ()
    return failed.causes


def _delete_stack(tools: Tools, region: str, name: str) -> tuple[Cause, ...]:
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, name)
    if state is None or state.status == "DELETE_COMPLETE":
        return ()
    follower = delete_stack(tools.session, region, state.stack_id, tools.talk, tools.pace())
    if follower.cause is None:
        tools.talk.tell(f"{name} in {region} is gone")
        return ()
    return (follower.cause,)


def _result(tools: Tools, suffix: str, regions: list[str], causes: list[Cause]) -> Result:
    left = [one for region in regions for one in find_leftovers(tools.session, region, suffix)]
    document = {
        "left_behind": [asdict(one) for one in left],
        "causes": [cause_document(cause) for cause in causes],
    }
    if left:
        tools.talk.show_table(
            ("region", "left behind", "name"), [(one.region, one.kind, one.name) for one in left]
        )
    else:
        tools.talk.tell(f"nothing is left in {', '.join(regions)}")
    if causes:
        return Result(
            exit_code=ExitCode.FAILED,
            document=document,
            error=f"not everything of {suffix} could be deleted",
        )
    return Result(document=document)
