"""Lists the stacks that a deletion would delete, and refuses what it must not delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.existing_stacks import ExistingStack, read_stack
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.ownership import NOTHING_DELETED, default_name, require_own
from payment_templates.rollout.stack.deletion import require_unchanged
from payment_templates.rollout.stack.open_change_sets import (
    has_any,
    others_of,
    what_to_do_about,
)
from payment_templates.rollout.stack_set.instances import regions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.stack_overview import Overview, StackInRegion


def require_all_own(session: Session, overview: Overview, suffix: str) -> None:
    """Raise RolloutError if a stack belongs to someone else."""
    for stack in overview.stacks:
        client = clients.cloudformation(session, stack.region)
        if stack.state.status == "REVIEW_IN_PROGRESS":
            _require_own_review(session, stack, suffix)
        require_own(client, stack.state, suffix, so=NOTHING_DELETED)


def require_unchanged_review(session: Session, shown: StackInRegion, suffix: str) -> None:
    """Raise RolloutError if someone else uses a stack that was shown in review."""
    if shown.state.status == "REVIEW_IN_PROGRESS":
        require_unchanged(session, shown.region, shown.state)
        _require_own_review(session, shown, suffix)


def require_own_sets(overview: Overview, regions: Sequence[str]) -> None:
    """Raise RolloutError if a set in these regions is foreign, or one elsewhere is not named."""
    for home in overview.homes.foreign:
        if home.region in regions:
            raise wrong_use(
                f"{home} {home.foreign}; nothing was deleted",
                "pass the --stack-set-name of this suffix, or the --suffix of that set",
            )
    elsewhere = [one for one in overview.sets if one.home.region not in regions]
    if elsewhere:
        shown = "; ".join(
            f"{one.home} with stacks in {', '.join(regions_of(one.instances)) or 'no region'}"
            for one in elsewhere
        )
        # The whole set is deleted, so the operator must have named its home region.
        wanted = dict.fromkeys([*regions, *(one.home.region for one in elsewhere)])
        raise RolloutError(
            f"--region leaves out {shown}; nothing was deleted",
            ExitCode.REFUSED,
            hint="to delete it too, pass " + " ".join(f"--region {one}" for one in wanted),
        )


def list_stacks(session: Session, overview: Overview, account: str) -> Iterator[ExistingStack]:
    """Return every stack once, with its resources if the credentials have access."""
    in_set = {instance.stack_id for instance in overview.instances}
    for stack in overview.stacks:
        if stack.state.stack_id not in in_set:
            yield read_stack(session, stack.region, stack.state.stack_id, made_by="deploy")
    for instance in overview.instances:
        # An instance whose creation failed may have no stack.
        if instance.stack_id:
            yield read_stack(
                session,
                instance.region,
                instance.stack_id,
                made_by="rollout",
                in_reach=instance.account == account,
            )


def _require_own_review(session: Session, stack: StackInRegion, suffix: str) -> None:
    # It holds nothing but change sets, and has no template by which it could be identified.
    client = clients.cloudformation(session, stack.region)
    name, where = stack.state.name, f"{stack.state.name} in {stack.region}"
    others = others_of(client, name, owner=owner_id(session, stack.region))
    for other, change_set_id in others.items():
        raise RolloutError(
            f"{where} is in review for the change set {other} of someone else; {NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint=what_to_do_about(client, change_set_id),
        )
    if name != default_name(suffix) and not has_any(client, name):
        raise RolloutError(
            f"{where} is in review and has no change set that shows whose it is; {NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint=f"if it is yours, run aws cloudformation delete-stack --stack-name {name} "
            f"--region {stack.region}",
        )
