"""Deletes stacks, and follows the deletion to its end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.bucket_deletion import BUCKET
from payment_templates.rollout.errors import SAME_COMMAND, RolloutError, message_of
from payment_templates.rollout.ownership import NOTHING_DELETED
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.stack.follow import StackFollower, StackGoneError, follow
from payment_templates.rollout.stack.request import written_role
from payment_templates.rollout.stack_states import StackState, find_stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace


ADDRESS = "AWS::EC2::EIP"
_CREATING = "CREATE_IN_PROGRESS"
_DELETING = "DELETE_IN_PROGRESS"
_DELETION_ENDS = frozenset({"DELETE_COMPLETE", "DELETE_FAILED"})


def require_unchanged(session: Session, region: str, shown: StackState) -> None:
    """Raise RolloutError if someone else has started an operation on a stack since it was shown."""
    now = find_stack(clients.cloudformation(session, region), shown.stack_id)
    if now is not None and now.status not in {shown.status, _DELETING, "DELETE_COMPLETE"}:
        raise RolloutError(
            f"{shown.name} in {region} is {now.status} now, because of someone else; "
            f"{NOTHING_DELETED}",
            ExitCode.REFUSED,
            hint=SAME_COMMAND,
        )


def delete_stack(
    session: Session,
    region: str,
    stack_id: str,
    conversation: Conversation,
    pace: Pace,
    *,
    role_arn: str = "",
    stop_creation: bool = False,
    require: Callable[[], None] | None = None,
    empty_buckets: Callable[[], None] | None = None,
) -> StackFollower:
    """Wait for a running operation, then delete the stack and follow the deletion.

    By its ID, so that a later stack of the same name stays. Without `role_arn`, CloudFormation uses
    the stack's role (DeleteStack, RoleARN). With `stop_creation`, the end of a running creation is
    not awaited. `require` may refuse right before the deletion. `empty_buckets` is called if only
    buckets are left, which are then deleted. The returned follower has the cause of a failure;
    raises RolloutError if none is found.
    """
    deletion = _Deletion(
        session=session,
        region=region,
        stack_id=stack_id,
        conversation=conversation,
        pace=pace,
        role_arn=role_arn,
        require=require,
    )
    follower = deletion.run(stop_creation=stop_creation)
    client = clients.cloudformation(session, region)
    failed = _types_that_failed(client, stack_id) if follower.cause is not None else set[str]()
    passing = {ADDRESS, BUCKET} if empty_buckets else {ADDRESS}
    if not failed or failed - passing:
        return follower
    if ADDRESS in failed:
        # EC2 releases them seconds after their NAT gateways: terraform-provider-aws 49299.
        conversation.tell(
            "EC2 has not released the elastic IP addresses yet: retrying the deletion"
        )
        pace.pause(news=False)
    if empty_buckets and BUCKET in failed:
        empty_buckets()
    return deletion.run(stop_creation=False)


def _types_that_failed(client: CloudFormationClient, stack_id: str) -> set[str]:
    return {
        shown["ResourceType"]
        for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
        for shown in page["StackResourceSummaries"]
        if shown["ResourceStatus"] == "DELETE_FAILED"
    }


@dataclass(frozen=True, kw_only=True)
class _Deletion:
    session: Session
    region: str
    stack_id: str
    conversation: Conversation
    pace: Pace
    role_arn: str
    require: Callable[[], None] | None

    def run(self, *, stop_creation: bool) -> StackFollower:
        client = clients.cloudformation(self.session, self.region)
        reader = EventReader(client, self.stack_id)
        follower = StackFollower(
            self.session, self.region, reader, self.conversation, deletion=True
        )
        # If someone else has deleted it, nothing is left to do.
        with suppress(StackGoneError):
            state = find_stack(client, self.stack_id)
            creating = state is not None and state.status == _CREATING
            if stop_creation and creating and self._stop_creation(client, reader):
                self._follow(follower)
                return follower
            state = self._wait_until_settled(client, state)
            if state is not None and state.status != "DELETE_COMPLETE":
                # A deletion that is already running is shown from its start.
                if state.status != _DELETING:
                    if self.require:
                        self.require()
                    self._start(client, reader)
                self._follow(follower)
        return follower

    def _stop_creation(self, client: CloudFormationClient, reader: EventReader) -> bool:
        try:
            self._start(client, reader)
        except client.exceptions.ClientError as error:
            # github.com/aws/aws-toolkit-azure-devops/issues/317, of another status.
            if "cannot be deleted while in status" not in message_of(error):
                raise
            return False
        return True

    def _start(self, client: CloudFormationClient, reader: EventReader) -> None:
        reader.skip()
        request: dict[str, Any] = {"StackName": self.stack_id, **written_role(self.role_arn)}
        client.delete_stack(ClientRequestToken=f"payment-rollout-{uuid4()}", **request)

    def _wait_until_settled(
        self, client: CloudFormationClient, state: StackState | None
    ) -> StackState | None:
        if state is None or state.settled or state.status == _DELETING:
            return state
        self.conversation.tell(
            f"{state.name} in {self.region} is {state.status}: following the operation"
        )
        reader = EventReader(client, self.stack_id)
        earlier = StackFollower(self.session, self.region, reader, self.conversation)
        return follow(self.session, self.region, self.stack_id, earlier, self.pace)

    def _follow(self, follower: StackFollower) -> None:
        after = follow(self.session, self.region, self.stack_id, follower, self.pace)
        while after.status not in _DELETION_ENDS:
            # The state was read before the deletion started.
            self.pace.pause(news=False)
            after = follow(self.session, self.region, self.stack_id, follower, self.pace)
        if after.status != "DELETE_COMPLETE" and follower.cause is None:
            raise RolloutError(
                f"{after.name} in {self.region} ended as {after.status}: {after.reason}"
            )
