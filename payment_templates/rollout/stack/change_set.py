"""Creates, reads and executes change sets; executing is idempotent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.changes import Change, read_changes
from payment_templates.rollout.errors import (
    SAME_COMMAND,
    RolloutError,
    code_of,
    is_refusal,
    message_of,
)
from payment_templates.rollout.ownership import NOTHING_CHANGED
from payment_templates.rollout.stack.change_set_deletion import (
    GONE,
    discard_unfinished,
    own_prefix,
)
from payment_templates.rollout.stack.rejection import explain_rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import ChangeSetTypeType
    from mypy_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef

    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack.request import StackRequest

_NOT_EXECUTABLE = GONE | {"InvalidChangeSetStatus", "InvalidChangeSetStatusException"}
# The status reasons of a change set without changes; CloudFormation has no error code for it.
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


# The ValidationErrors of CreateChangeSet for a stack that was created, is being changed or is gone
# since its state was read: compose-x/ecs_composex 785, convox/praxis 309, aws/aws-cdk 6674.
_OTHERS_CHANGE = re.compile(
    r"already exists and cannot be created again|is in \w+ state and can ?not be updated"
    r"|Stack \[.*\] does not exist"
)


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """A change set that is ready for execution."""

    # Also the client request token of its execution, and so in every event of it.
    name: str
    change_set_id: str
    stack_id: str
    changes: tuple[Change, ...]


def propose(
    client: CloudFormationClient,
    request: StackRequest,
    kind: ChangeSetTypeType,
    pace: Pace,
    *,
    owner: str,
    warn: Callable[[str], None],
    remove_stack: Callable[[], None] | None = None,
) -> ChangeSet | None:
    """Create a change set; None if nothing would change. Raises RolloutError if it fails.

    However it ends early, deletes the change set, says if it cannot, and then calls `remove_stack`,
    which removes the empty stack of the change set of a new one.
    """
    name = f"{own_prefix(owner)}{uuid4()}"
    # AWS may have executed a call whose response is lost, or that is interrupted.
    exists = True
    try:
        try:
            _create(client, request, kind, name)
        except RolloutError:
            exists = False
            raise
        except ClientError as error:
            exists = error.operation_name != "CreateChangeSet" or not is_refusal(error)
            raise
        return _read_when_ready(client, request.stack_name, name, pace)
    except BaseException:
        if exists:
            try:
                discard_unfinished(client, request.stack_name, name, pace, warn)
            finally:
                if remove_stack is not None:
                    remove_stack()
        raise


def execute(client: CloudFormationClient, change_set: ChangeSet) -> None:
    """Execute a change set; idempotent."""
    try:
        client.execute_change_set(
            ChangeSetName=change_set.change_set_id, ClientRequestToken=change_set.name
        )
    except client.exceptions.ClientError as error:
        # If the response was lost, the retry finds the change set running or gone.
        if _was_executed(client, change_set):
            return
        if code_of(error) not in _NOT_EXECUTABLE:
            raise
        # ExecuteChangeSet: it deletes all other change sets of the stack.
        raise RolloutError(
            f"someone else changed the stack, or deleted the change set {change_set.name}, after "
            f"it was shown; {NOTHING_CHANGED}",
            hint=SAME_COMMAND,
        ) from None


def _create(
    client: CloudFormationClient, request: StackRequest, kind: ChangeSetTypeType, name: str
) -> None:
    try:
        client.create_change_set(
            ChangeSetName=name, ChangeSetType=kind, ClientToken=name, **request.arguments()
        )
    except client.exceptions.ClientError as error:
        # The name is unique: the response to an earlier attempt was lost.
        known = code_of(error) == "AlreadyExistsException"
        if known and _exists(client, request.stack_name, name):
            return
        if known or _OTHERS_CHANGE.search(message_of(error)):
            raise _changed_meanwhile(request.stack_name, error) from None
        raise


def _changed_meanwhile(stack_name: str, error: ClientError) -> RolloutError:
    return RolloutError(
        f"someone else creates, changes or deletes {stack_name} at the same time; "
        f"{NOTHING_CHANGED} here ({code_of(error)}: {message_of(error)})",
        ExitCode.REFUSED,
        hint="run the same command again: it waits for the other operation, then shows what is "
        "left to change",
    )


def _exists(client: CloudFormationClient, stack_name: str, name: str) -> bool:
    try:
        client.describe_change_set(StackName=stack_name, ChangeSetName=name)
    except client.exceptions.ChangeSetNotFoundException:
        return False
    return True


def _read_when_ready(
    client: CloudFormationClient, stack_name: str, name: str, pace: Pace
) -> ChangeSet | None:
    while True:
        pages = list(_pages(client, stack_name, name))
        status, reason = pages[0]["Status"], pages[0].get("StatusReason", "")
        if status == "FAILED":
            unchanged = any(text in reason for text in _NO_CHANGES)
            if not unchanged:
                # It is deleted afterwards, and these details with it.
                raise explain_rejection(client, pages[0])
            client.delete_change_set(ChangeSetName=pages[0]["ChangeSetId"])
            return None
        if status == "CREATE_COMPLETE":
            shown = [change for page in pages for change in page["Changes"]]
            return ChangeSet(
                name=name,
                change_set_id=pages[0]["ChangeSetId"],
                stack_id=pages[0]["StackId"],
                changes=read_changes(shown),
            )
        pace.pause(news=False)


def _pages(
    client: CloudFormationClient, stack_name: str, name: str
) -> Iterator[DescribeChangeSetOutputTypeDef]:
    more: dict[str, Any] = {}
    while True:
        page = client.describe_change_set(StackName=stack_name, ChangeSetName=name, **more)
        yield page
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}


def _was_executed(client: CloudFormationClient, change_set: ChangeSet) -> bool:
    try:
        shown = client.describe_change_set(ChangeSetName=change_set.change_set_id)
    except client.exceptions.ClientError as error:
        if code_of(error) not in GONE:
            raise
    else:
        return shown["ExecutionStatus"].startswith("EXECUTE_")
    events = client.describe_stack_events(StackName=change_set.stack_id)["StackEvents"]
    return any(event.get("ClientRequestToken") == change_set.name for event in events)
