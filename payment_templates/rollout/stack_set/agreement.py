"""Shows what a rollout will change and asks for confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.stack.consequences import require_allowance
from payment_templates.rollout.stack_set.instances import Instance, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.stack.changes import Change


def require_allowance_of(
    changes: Mapping[str, Sequence[Change]],
    allowed_replacements: Iterable[str],
    conversation: Conversation,
) -> None:
    """Show changes; refuse a loss that is not allowed by name. Raises RolloutError."""
    for where, found in changes.items():
        conversation.show_changes(where, found)
    for found in changes.values():
        require_allowance(found, allowed_replacements)


def require_trust(
    unseen: Sequence[Instance], conversation: Conversation, *, accepted: bool
) -> None:
    """Ask in person before stacks change that could not be looked at; raises RolloutError."""
    if not unseen:
        return
    what = f"{len(unseen)} stacks would change without a preview, out of reach: {named(unseen)}"
    if accepted:
        conversation.tell(f"{what}; --unseen accepts it")
    elif not conversation.agree(f"{what}. Shall they? (option --unseen)", in_person=True):
        raise RolloutError(
            f"{what}; nothing was changed; if that is meant, give --unseen", ExitCode.REFUSED
        )
