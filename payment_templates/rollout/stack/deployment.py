"""What a deploy is asked for, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.stack.changes import Change
    from payment_templates.rollout.stack.states import StackState
    from payment_templates.rollout.template import Template
    from payment_templates.rollout.template_upload import Body
    from payment_templates.rollout.values import Values


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What shall stand, where, and what was agreed to beforehand."""

    region: str
    stack_name: str
    template: Template
    body: Body
    values: Values
    # Beside those that the stack has.
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    allowed_replacements: tuple[str, ...] = ()
    # The two remedies of a stuck state: only when asked for, or agreed to at the prompt.
    may_recreate: bool = False
    may_continue_rollback: bool = False
    # A later step of what was agreed to: shown, but not asked for again.
    agreed: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it ended."""

    state: StackState | None
    # Nothing had to be done, whatever became of the operation before.
    up_to_date: bool = False
    changes: tuple[Change, ...] = ()
    cause: Cause | None = None

    @property
    def succeeded(self) -> bool:
        """Return whether the stack is what it shall be."""
        return self.up_to_date or (self.state is not None and self.state.succeeded)
