"""How the commands begin the operations of a set and stay with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.stack_set import operations
from payment_templates.rollout.stack_set.follow import Ended, OperationFollower

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """A set whose operations are followed to their end, one by one."""

    session: Session
    primary: str
    name: str
    account: str
    conversation: Conversation
    make_pace: Callable[[], Pace]

    def carry_out(self, call: Callable[[str], str]) -> Ended:
        """Begin an operation when nothing else is running, and stay with it.

        `call` is given the ID to ask for, and gives the one that AWS answers.
        """
        client = clients.cloudformation(self.session, self.primary)
        return self.follow(operations.begin(client, self.name, call, self.settle, self.make_pace()))

    def follow(self, operation_id: str) -> Ended:
        """Stay with an operation."""
        follower = OperationFollower(
            self.session, self.primary, self.name, self.account, self.conversation
        )
        return follower.follow(operation_id, self.make_pace())

    def settle(self) -> None:
        """Wait until nothing is running on the set."""
        client = clients.cloudformation(self.session, self.primary)
        while operation_id := operations.running_operation(client, self.name):
            self.conversation.tell(f"operation {operation_id} is running: following it")
            self.follow(operation_id)
