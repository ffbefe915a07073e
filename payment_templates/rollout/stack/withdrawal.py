"""Withdraws a change set that is not executed, with the empty stack that it has created."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.change_set_deletion import discard, left_behind
from payment_templates.rollout.stack.open_change_sets import remove_empty_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack.change_set import ChangeSet
    from payment_templates.rollout.stack_states import StackState

_ERRORS = (BotoCoreError, ClientError, RolloutError)


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """Removes what a run has created for a preview, and says what it cannot remove."""

    client: CloudFormationClient
    region: str
    stack_name: str
    # The stack before the change set; None if there was none.
    before: StackState | None
    warn: Callable[[str], None]

    @contextmanager
    def on_failure(self, change_set: ChangeSet) -> Generator[None]:
        """Withdraw the change set if the block ends early, for whatever reason."""
        try:
            yield
        except BaseException:
            # The error of the block is the one to report.
            with suppress(*_ERRORS):
                self.withdraw(change_set)
            raise

    def withdraw(self, change_set: ChangeSet) -> None:
        """Delete the change set and its empty stack; says what may be left, and raises why."""
        try:
            self._withdraw(change_set)
        except KeyboardInterrupt:
            # Without an end, the change set of a new stack leaves an empty stack behind.
            self._withdraw(change_set)
            raise

    def remove_stack(self) -> None:
        """Remove the empty stack of a change set that was not completed; says if it cannot."""
        try:
            self._remove_stack(self.stack_name)
        except (*_ERRORS, KeyboardInterrupt) as error:
            self.warn(left_behind(self._stack, error))
            if isinstance(error, KeyboardInterrupt):
                raise

    def warn_of(self, change_set: ChangeSet, error: BaseException) -> None:
        """Say that the change set may be left, or may be in execution."""
        what = f"{self._change_set(change_set)}, unless CloudFormation is executing it"
        self.warn(left_behind(what, error))

    def _withdraw(self, change_set: ChangeSet) -> None:
        left = [self._change_set(change_set), *([self._stack] if self._is_new else [])]
        try:
            discard(self.client, change_set.change_set_id)
            del left[0]
            self._remove_stack(change_set.stack_id)
        except _ERRORS as error:
            for what in left:
                self.warn(left_behind(what, error))
            raise

    def _remove_stack(self, name_or_id: str) -> None:
        # A stack in review that was there before is someone else's, or waits for the next run.
        if self._is_new:
            remove_empty_stack(self.client, name_or_id)

    @property
    def _is_new(self) -> bool:
        return self.before is None or self.before.status == "DELETE_COMPLETE"

    @property
    def _stack(self) -> str:
        return f"the empty stack {self.stack_name} in {self.region}"

    def _change_set(self, change_set: ChangeSet) -> str:
        return f"the change set {change_set.name} of {self.stack_name} in {self.region}"
