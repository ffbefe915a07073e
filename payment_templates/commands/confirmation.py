"""The question before everything of a suffix is deleted, and what it is asked about."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from payment_templates.commands.edge import Tools
from payment_templates.rollout.errors import ExitCode, RolloutError, wrong_use
from payment_templates.rollout.protection import find_protections
from payment_templates.rollout.standing import Standing


def standing_document(stack: Standing) -> dict[str, Any]:
    """Describe a stack that is to be deleted."""
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
    }


def require_unprotected(tools: Tools, stacks: Sequence[Standing]) -> None:
    """Refuse to begin what AWS would refuse halfway; raises RolloutError."""
    found = [one for stack in stacks for one in find_protections(tools.session, stack)]
    if not found:
        return
    for protection in found:
        tools.talk.tell(f"{protection.region}: {protection.what}; {protection.mend}")
    raise RolloutError(
        f"{found[0].what} in {found[0].region}; nothing was deleted; if it shall be, give "
        + " && ".join(protection.mend for protection in found),
        ExitCode.REFUSED,
        {"stacks": [standing_document(stack) for stack in stacks]},
    )


def require_confirmation(
    tools: Tools, stacks: Sequence[Standing], suffix: str, given: str | None, *, as_json: bool
) -> None:
    """Show what would go, and have the suffix typed; raises RolloutError when it is another."""
    tools.talk.show_table(
        ("account", "region", "stack", "what is lost with it"),
        [(stack.account, stack.region, stack.name, _losses(stack)) for stack in stacks],
    )
    if given is None:
        if as_json or not sys.stdin.isatty():
            raise wrong_use(f"everything of {suffix} would be deleted; give --confirm {suffix}")
        given = click.prompt(f"Everything of {suffix} is deleted. Type the suffix", err=True)
    if given != suffix:
        raise wrong_use(f"{given!r} is not the suffix {suffix!r}; nothing was deleted")


def _losses(stack: Standing) -> str:
    if stack.members is None:
        return "not in reach"
    return ", ".join(
        f"{member.logical_id} ({member.resource_type.removeprefix('AWS::')})"
        for member in stack.stateful
    )
