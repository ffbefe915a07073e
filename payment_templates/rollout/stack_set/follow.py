"""An operation on a set, followed to its end, with the child stacks that are in reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.cause.hints import hint_for
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.progress.events import EventReader
from payment_templates.rollout.stack.follow import StackFollower
from payment_templates.rollout.stack_set.poll import (
    CHILD_PAGES,
    InstanceResult,
    Look,
    Place,
    look_at,
)

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace

# More results than this are counted, not told one by one.
_TOLD_RESULTS = 20


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How an operation ended."""

    operation_id: str
    look: Look
    causes: tuple[Cause, ...]

    @property
    def succeeded(self) -> bool:
        """Return whether it did everything."""
        return self.look.status == "SUCCEEDED"


class OperationFollower:
    """Tells how far an operation is, and what happens in the child stacks of the own account."""

    def __init__(
        self, session: Session, region: str, name: str, account: str, conversation: Conversation
    ) -> None:
        self._session = session
        self._client = clients.cloudformation(session, region)
        self._name = name
        self._account = account
        self._conversation = conversation
        self._told: dict[Place, str] = {}
        self._children: dict[str, StackFollower] = {}
        self._out_of_reach: set[str] = set()

    def follow(self, operation_id: str, pace: Pace) -> Ended:
        """Stay with an operation until it has ended."""
        while True:
            look = look_at(self._client, self._name, operation_id)
            changed = self._changed(look)
            # What happened in a stack first, then what came of it.
            news = self._watch_children(look, {place for place, _ in changed}) or bool(changed)
            self._tell(changed)
            self._told = {place: result.status for place, result in look.results.items()}
            if look.ended:
                return Ended(operation_id=operation_id, look=look, causes=self._causes(look))
            pace.pause(news=news)

    def _changed(self, look: Look) -> list[tuple[Place, InstanceResult]]:
        return [
            (place, result)
            for place, result in look.results.items()
            if self._told.get(place, "PENDING") != result.status
        ]

    def _tell(self, changed: list[tuple[Place, InstanceResult]]) -> None:
        for _, result in changed[:_TOLD_RESULTS]:
            self._conversation.tell(f"{result.region} {result.account}: {result.status}")
        if len(changed) > _TOLD_RESULTS:
            self._conversation.tell(f"and {len(changed) - _TOLD_RESULTS} more instances")

    def _watch_children(self, look: Look, changed: set[Place]) -> bool:
        # Those that have just ended once more: their last events tell why.
        regions = [
            result.region
            for place, result in look.results.items()
            if result.account == self._account and (result.status == "RUNNING" or place in changed)
        ]
        news = False
        for region in regions[: look.watched_children]:
            news = self._watch_child(region, look) or news
        return news

    def _watch_child(self, region: str, look: Look) -> bool:
        if region in self._out_of_reach:
            return False
        try:
            child = self._child(region, look)
            return child is not None and child.look()
        except ClientError as error:
            if is_expired(error):
                raise
            # The operation goes on without its events being seen; its result is seen.
            self._out_of_reach.add(region)
            self._conversation.tell(f"{region}: the stack's events cannot be read: {error}")
            return False

    def _child(self, region: str, look: Look) -> StackFollower | None:
        if region in self._children:
            return self._children[region]
        try:
            shown = self._client.describe_stack_instance(
                StackSetName=self._name,
                StackInstanceAccount=self._account,
                StackInstanceRegion=region,
            )["StackInstance"]
        except self._client.exceptions.StackInstanceNotFoundException:
            return None
        if not shown.get("StackId"):
            return None
        reader = EventReader(
            clients.cloudformation(self._session, region),
            shown.get("StackId", ""),
            since=look.created_at,
            most_pages=CHILD_PAGES,
        )
        self._children[region] = StackFollower(self._session, region, reader, self._conversation)
        return self._children[region]

    def _causes(self, look: Look) -> tuple[Cause, ...]:
        failed = [result for result in look.results.values() if result.status == "FAILED"]
        causes = [self._cause(result) for result in failed]
        for cause, of_child in causes[:_TOLD_RESULTS]:
            # What a child stack told was shown as it happened.
            if not of_child:
                self._conversation.show_cause(cause)
        if len(causes) > _TOLD_RESULTS:
            self._conversation.tell(f"and {len(causes) - _TOLD_RESULTS} more instances failed")
        return tuple(cause for cause, _ in causes)

    def _cause(self, result: InstanceResult) -> tuple[Cause, bool]:
        child = self._children.get(result.region) if result.account == self._account else None
        if child is not None and child.cause is not None:
            return child.cause, True
        cause = Cause(
            region=result.region,
            logical_id=f"{self._name} in {result.account}",
            resource_type="AWS::CloudFormation::StackSet",
            reason=result.reason,
            hint=hint_for("AWS::CloudFormation::StackSet", result.reason),
        )
        return cause, False
