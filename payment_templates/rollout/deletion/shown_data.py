"""Refuses to delete data that was not shown before the confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.deletion.retained import (
    COPIES,
    Retained,
    lost_members,
    plan_retention,
)
from payment_templates.rollout.errors import SHOWS_CURRENT, RolloutError
from payment_templates.rollout.existing_stacks import ExistingStack, Member, read_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from boto3 import Session


def require_shown_data(
    session: Session, shown: ExistingStack, retained: Sequence[Retained] = ()
) -> None:
    """Raise RolloutError if a stack would lose data that was not shown with it.

    `retained` is what was shown as retained.
    """
    if shown.members is None:
        # Shown as unknown: it is in another account.
        return
    now = read_stack(session, shown.region, shown.stack_id, made_by=shown.made_by)
    where = f"{shown.name} in {shown.region}"
    if now.members is None:
        raise _refusal(f"the resources of {where} cannot be read any more")
    known = {_identity(one) for one in lost_members(shown, retained)}
    retains = plan_retention(session, now)
    lost = lost_members(now, retains)
    if new := [one for one in lost if _identity(one) not in known]:
        names = ", ".join(
            f"{one.logical_id} ({one.resource_type.removeprefix('AWS::')})" for one in new
        )
        raise _refusal(f"{where} holds data now that was not shown: {names}")
    kept = {(one.kind, one.logical_id) for one in retains}
    present = {one.logical_id for one in now.members}
    if gone := [
        one
        for one in retained
        if one.kind in COPIES
        and one.logical_id in present
        and (one.kind, one.logical_id) not in kept
    ]:
        names = ", ".join(f"{one.kind} of {one.logical_id}" for one in gone)
        raise _refusal(f"{where} would no longer retain: {names}")


def _identity(member: Member) -> tuple[str, str]:
    return member.logical_id, member.resource_type


def _refusal(problem: str) -> RolloutError:
    return RolloutError(
        f"{problem}; nothing more was deleted", ExitCode.REFUSED, hint=SHOWS_CURRENT
    )
