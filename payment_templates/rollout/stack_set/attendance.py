"""How commands other than rollout stay with the operations of a set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.follow import Ended, OperationFollower
from payment_templates.rollout.stack_set.operations import running_operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3 import Session

    from payment_templates.rollout.conversation import Conversation
    from payment_templates.rollout.pace import Pace


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """A set whose operations are followed to their end, one by one."""

    session: Session
    primary: str
    name: str
    account: str
    conversation: Conversation
    make_pace: Callable[[], Pace]

    def follow(self, operation_id: str) -> Ended:
        """Stay with an operation."""
        follower = OperationFollower(
            self.session, self.primary, self.name, self.account, self.conversation
        )
        return follower.follow(operation_id, self.make_pace())

    def settle(self) -> None:
        """Wait until nothing is under way on the set."""
        client = clients.cloudformation(self.session, self.primary)
        while operation_id := running_operation(client, self.name):
            self.conversation.tell(f"operation {operation_id} is under way: following it")
            self.follow(operation_id)
