"""Asks for confirmation before a deletion, and refuses to delete protected resources."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from payment_templates.commands.command_runner import Tools
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.deletion.retained import COPIES, Retained, lost_members
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.existing_stacks import ExistingStack
from payment_templates.rollout.protection import find_protections


def stack_document(stack: ExistingStack, retained: Sequence[Retained] = ()) -> dict[str, Any]:
    """Describe a stack to delete, and the resources that its template's policies retain."""
    return {
        "account": stack.account,
        "region": stack.region,
        "stack": stack.name,
        "stack_id": stack.stack_id,
        "stateful": None
        if stack.members is None
        else [
            {"logical_id": member.logical_id, "type": member.resource_type}
            for member in stack.stateful
        ],
        "retained": [{"kind": one.kind, "name": one.name} for one in retained],
    }


def require_unprotected(tools: Tools, stacks: Sequence[ExistingStack]) -> None:
    """Raise RolloutError when a protection would stop the deletion halfway."""
    found = [one for stack in stacks for one in find_protections(tools.session, stack)]
    if not found:
        return
    for protection in found:
        tools.output.tell(f"{protection.region}: {protection.what}")
    remediation = " && ".join(dict.fromkeys(protection.remediation for protection in found))
    raise RolloutError(
        f"{found[0].what} in {found[0].region}; nothing was deleted",
        ExitCode.REFUSED,
        {"stacks": [stack_document(stack) for stack in stacks]},
        hint=f"run {remediation}, then destroy again",
    )


def require_confirmation(
    tools: Tools,
    stacks: Mapping[ExistingStack, Sequence[Retained]],
    suffix: str,
    given: str | None,
    *,
    as_json: bool,
) -> None:
    """Show what is deleted and ask for the suffix; raises RolloutError for another one."""
    tools.output.show_table(
        ("account", "region", "stack", "data to be deleted", "data to be retained"),
        [
            (stack.account, stack.region, stack.name, _losses(stack, retained), _named(retained))
            for stack, retained in stacks.items()
        ],
    )
    if given is None:
        if as_json or not sys.stdin.isatty():
            raise wrong_use(
                f"the deletion of everything of {suffix} is not confirmed",
                f"pass --confirm {suffix}",
            )
        given = click.prompt(
            f"This deletes everything of {suffix}. Type the suffix to confirm", err=True
        )
    require_same_suffix(given, suffix)


def require_same_suffix(given: str, suffix: str) -> None:
    """Raise RolloutError for a confirmation with another suffix."""
    if given != suffix:
        raise wrong_use(
            f"{given!r} does not match the suffix {suffix!r}; nothing was deleted",
            f"confirm with {suffix}, or name the other suffix with --suffix",
        )


def _losses(stack: ExistingStack, retained: Sequence[Retained]) -> str:
    if stack.members is None:
        return "unknown: another account"
    return ", ".join(
        f"{member.logical_id} ({member.resource_type.removeprefix('AWS::')})"
        for member in lost_members(stack, retained)
    )


def _named(retained: Sequence[Retained]) -> str:
    return ", ".join(
        f"{one.kind} of {one.logical_id}"
        if one.kind in COPIES
        else f"{one.logical_id} ({one.kind})"
        for one in retained
    )
