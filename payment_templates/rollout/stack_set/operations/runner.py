"""Runs stack set operations: starts one, follows it and waits for running ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.operations import running
from payment_templates.rollout.stack_set.operations.follow import OperationFollower, OperationResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace


@dataclass(frozen=True, kw_only=True)
class OperationRunner:
    """Runs the operations of one set, one at a time."""

    session: Session
    primary: str
    name: str
    account: str
    conversation: Conversation
    make_pace: Callable[[], Pace]

    def run(self, call: Callable[[str], str]) -> OperationResult:
        """Start an operation when nothing else is running, and follow it to its end.

        `call` starts the operation with a given ID and returns the ID in AWS's response.
        """
        client = clients.cloudformation(self.session, self.primary)
        return self.follow(
            running.start(client, self.name, call, self.wait_until_idle, self.make_pace())
        )

    def follow(self, operation_id: str) -> OperationResult:
        """Follow an operation to its end."""
        follower = OperationFollower(
            self.session, self.primary, self.name, self.account, self.conversation
        )
        return follower.follow(operation_id, self.make_pace())

    def wait_until_idle(self) -> None:
        """Follow running operations until the set has none."""
        client = clients.cloudformation(self.session, self.primary)
        while operation_id := running.running_operation(client, self.name):
            self.conversation.tell(f"operation {operation_id} is running: following it")
            self.follow(operation_id)
