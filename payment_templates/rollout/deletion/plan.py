"""Lists the stacks that a deletion would delete, and refuses stacks with another suffix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.existing_stacks import ExistingStack, read_stack
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.stack_overview import Overview


def require_own(overview: Overview, suffix: str, names: tuple[str, str]) -> None:
    """Raise RolloutError if a stack or the stack set belongs to another suffix."""
    default = f"payment-{suffix}"
    for stack in overview.stacks:
        _require(stack.state.parameters, suffix, stack.state.name, default)
    if overview.stack_set is not None:
        _require(overview.stack_set.parameters, suffix, names[1], default)


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


def _require(parameters: Mapping[str, str], suffix: str, name: str, default: str) -> None:
    # A stack without a created resource shows no parameters: only its name identifies it.
    carried = parameters.get(SUFFIX, suffix if name == default else "none")
    if carried != suffix:
        raise wrong_use(
            f"{name} has the suffix {carried}, not {suffix}; nothing was deleted",
            f"name a stack of {suffix}, or pass --suffix {carried}",
        )
