"""What destroy says at its end: what is left, what stays on purpose, what was not looked at."""

from collections.abc import Sequence
from dataclasses import asdict

from payment_templates.commands.confirmation import standing_document
from payment_templates.commands.documents import cause_document
from payment_templates.commands.edge import Result, Tools
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.errors import ExitCode
from payment_templates.rollout.kept import find_kept
from payment_templates.rollout.leftovers import Leftover, find_leftovers
from payment_templates.rollout.standing import Standing


def look_after(
    tools: Tools,
    *,
    suffix: str,
    account: str,
    regions: Sequence[str],
    stacks: Sequence[Standing],
    failures: Sequence[tuple[Cause, ...]],
) -> Result:
    """Look for what is left wherever something stood, and tell how destroy ended."""
    everywhere = sorted({*regions, *(stack.region for stack in stacks)})
    left = tuple(find_leftovers(tools.session, everywhere, suffix))
    kept = tuple(find_kept(tools.session, everywhere, account))
    _show(tools, everywhere, left, kept)
    others = sorted({stack.account for stack in stacks} - {account})
    if others:
        tools.talk.tell(f"not looked at for what is left: the accounts {', '.join(others)}")
    error = _error(suffix, left, failures)
    return Result(
        exit_code=ExitCode.FAILED if error else ExitCode.DONE,
        document={
            "stacks": [standing_document(stack) for stack in stacks],
            "left_behind": [asdict(one) for one in left],
            "kept": [asdict(one) for one in kept],
            "accounts_not_looked_at": others,
            "causes": [cause_document(cause) for causes in failures for cause in causes],
        },
        error=error,
    )


def _show(
    tools: Tools, regions: Sequence[str], left: Sequence[Leftover], kept: Sequence[Leftover]
) -> None:
    if left:
        tools.talk.show_table(
            ("region", "left behind", "name"), [(one.region, one.kind, one.name) for one in left]
        )
    else:
        tools.talk.tell(f"nothing is left in {', '.join(regions)}")
    for one in kept:
        tools.talk.tell(f"kept for other suffixes: the {one.kind} {one.name} in {one.region}")


def _error(suffix: str, left: Sequence[Leftover], failures: Sequence[tuple[Cause, ...]]) -> str:
    if failures:
        return f"not everything of {suffix} could be deleted"
    if left:
        unknown = sum(not one.known for one in left)
        counts = f"{len(left) - unknown} things of {suffix} are left"
        return counts + (f", {unknown} places could not be looked at" if unknown else "")
    return ""
