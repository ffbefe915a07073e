"""Lists the stacks that a deletion would delete, and refuses those of someone else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.existing_stacks import ExistingStack, read_stack
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.ownership import (
    NOTHING_DELETED,
    default_name,
    require_own,
    require_suffix,
)
from payment_templates.rollout.stack.recovery import require_unchanged
from payment_templates.rollout.stack.review import has_any, others_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.stack_overview import Overview, StackInRegion


def require_all_own(session: Session, overview: Overview, suffix: str) -> None:
    """Raise RolloutError if a stack or the stack set belongs to someone else."""
    for stack in overview.stacks:
        client = clients.cloudformation(session, stack.region)
        if stack.state.status == "REVIEW_IN_PROGRESS":
            _require_own_review(session, stack, suffix)
        require_own(client, stack.state, suffix, so=NOTHING_DELETED)
    if overview.stack_set is not None:
        require_suffix(overview.stack_set.parameters, suffix, overview.stack_set.name)


def require_unchanged_review(session: Session, shown: StackInRegion, suffix: str) -> None:
    """Raise RolloutError if someone else uses a stack that was shown in review."""
    if shown.state.status == "REVIEW_IN_PROGRESS":
        require_unchanged(session, shown.region, shown.state)
        _require_own_review(session, shown, suffix)


def list_stacks(session: Session, overview: Overview, account: str) -> Iterator[ExistingStack]:
    """Return every stack once, with its resources if the credentials have access."""
    in_set = {instance.stack_id for instance in overview.instances or ()}
    for stack in overview.stacks:
        if stack.state.stack_id not in in_set:
            yield read_stack(session, stack.region, stack.state.stack_id, made_by="deploy")
    for instance in overview.instances or ():
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
    if others:
        raise RolloutError(
            f"{where} is in review for the change set {others[0]} of someone else; "
            f"{NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint="wait until it is executed, or ask its owner to delete it",
        )
    if name != default_name(suffix) and not has_any(client, name):
        raise RolloutError(
            f"{where} is in review and has no change set that shows whose it is; {NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint=f"if it is yours, run aws cloudformation delete-stack --stack-name {name} "
            f"--region {stack.region}",
        )
