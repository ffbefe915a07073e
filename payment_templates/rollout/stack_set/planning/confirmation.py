"""Shows what a rollout will change and asks for confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout.consequences import require_allowance
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_set.instances import Instance, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from payment_templates.rollout.cause.validation import Problem
    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation


def require_allowed_changes(
    changes: Mapping[str, Sequence[Change]],
    allowed_replacements: Iterable[str],
    conversation: Conversation,
) -> None:
    """Show the changes; raises RolloutError for data loss that is not allowed by name."""
    for where, found in changes.items():
        conversation.show_changes(where, found)
    for found in changes.values():
        require_allowance(found, allowed_replacements)


def show_warnings(warnings: Mapping[str, Sequence[Problem]], conversation: Conversation) -> None:
    """Show each warning of CloudFormation once, with its regions."""
    regions: dict[Problem, list[str]] = {}
    for region, found in warnings.items():
        for warning in found:
            regions.setdefault(warning, []).append(region)
    for warning, where in regions.items():
        conversation.tell(f"{', '.join(where)}: CloudFormation warns: {warning}")


def show_unseen(unseen: Sequence[Instance], conversation: Conversation) -> None:
    """Show which stacks would change without a preview."""
    if unseen:
        conversation.tell(_described(unseen))


def confirm_unseen(
    unseen: Sequence[Instance], conversation: Conversation, *, accepted: bool
) -> None:
    """Ask for confirmation of changes without a preview; raises RolloutError if refused."""
    if not unseen:
        return
    what = _described(unseen)
    if accepted:
        conversation.tell(f"{what}; --unseen accepts it")
    elif not conversation.agree(f"{what}. Continue? (option --unseen)", in_person=True):
        raise RolloutError(
            f"{what}; nothing was changed", ExitCode.REFUSED, hint="to allow this, use --unseen"
        )


def _described(unseen: Sequence[Instance]) -> str:
    stacks = quantity(len(unseen), "stack")
    return f"{stacks} would change without a preview (no access): {named(unseen)}"
