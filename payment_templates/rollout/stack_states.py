"""Reads the state of a stack and decides the next step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from payment_templates.rollout.errors import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


class NextStep(Enum):
    """The next step for a stack."""

    CREATE = auto()
    UPDATE = auto()
    WAIT = auto()
    RECREATE = auto()
    CONTINUE_ROLLBACK = auto()
    # No command of this program helps.
    REFUSE = auto()


class Kind(Enum):
    """What a stack status means for the next command."""

    RUNNING = auto()
    SUCCEEDED = auto()
    # The last operation failed and was undone: the stack is as it was before.
    UNDONE = auto()
    # The last operation failed halfway.
    STUCK = auto()
    # A name without resources, waiting for its first change set.
    EMPTY = auto()


# User Guide, "Stack status codes": every StackStatus of the API.
KINDS = {
    "CREATE_IN_PROGRESS": Kind.RUNNING,
    "CREATE_FAILED": Kind.STUCK,
    "CREATE_COMPLETE": Kind.SUCCEEDED,
    "ROLLBACK_IN_PROGRESS": Kind.RUNNING,
    "ROLLBACK_FAILED": Kind.STUCK,
    "ROLLBACK_COMPLETE": Kind.STUCK,
    "DELETE_IN_PROGRESS": Kind.RUNNING,
    "DELETE_FAILED": Kind.STUCK,
    "DELETE_COMPLETE": Kind.SUCCEEDED,
    "UPDATE_IN_PROGRESS": Kind.RUNNING,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Kind.RUNNING,
    "UPDATE_COMPLETE": Kind.SUCCEEDED,
    "UPDATE_FAILED": Kind.STUCK,
    "UPDATE_ROLLBACK_IN_PROGRESS": Kind.RUNNING,
    "UPDATE_ROLLBACK_FAILED": Kind.STUCK,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Kind.RUNNING,
    "UPDATE_ROLLBACK_COMPLETE": Kind.UNDONE,
    "REVIEW_IN_PROGRESS": Kind.EMPTY,
    "IMPORT_IN_PROGRESS": Kind.RUNNING,
    "IMPORT_COMPLETE": Kind.SUCCEEDED,
    "IMPORT_ROLLBACK_IN_PROGRESS": Kind.RUNNING,
    "IMPORT_ROLLBACK_FAILED": Kind.STUCK,
    "IMPORT_ROLLBACK_COMPLETE": Kind.UNDONE,
}


@dataclass(frozen=True, kw_only=True)
class StackState:
    """The current state of a stack."""

    name: str
    stack_id: str
    status: str
    reason: str
    parameters: dict[str, str]
    tags: dict[str, str]
    outputs: dict[str, str]
    # The name of the change set that created or updated it; empty without one.
    change_set: str = ""
    # With this, CloudFormation refuses to delete the stack.
    termination_protection: bool = False
    # The service role of its operations; empty where CloudFormation uses the caller's permissions.
    role_arn: str = ""

    @property
    def settled(self) -> bool:
        """Return whether no operation is running."""
        return kind_of(self.status) is not Kind.RUNNING

    @property
    def succeeded(self) -> bool:
        """Return whether the last operation succeeded."""
        return kind_of(self.status) is Kind.SUCCEEDED

    @property
    def own_tags(self) -> dict[str, str]:
        """Return the tags without those that AWS adds."""
        return {key: value for key, value in self.tags.items() if not key.startswith("aws:")}


# The meaning of each stuck state: User Guide, "Stack status codes" and "Troubleshooting".
STUCK = {
    "ROLLBACK_COMPLETE": "its creation failed and was rolled back; it can only be deleted",
    "ROLLBACK_FAILED": "its creation failed, and so did the rollback; it can only be deleted",
    "CREATE_FAILED": "its creation failed and was not rolled back; it can only be deleted",
    "DELETE_FAILED": "its deletion failed; it can only be deleted again",
    "UPDATE_ROLLBACK_FAILED": "its update failed, and so did the rollback, which can be continued",
    "UPDATE_FAILED": "its update failed and was not rolled back; it can be rolled back",
    "IMPORT_ROLLBACK_FAILED": "its import failed, and so did the rollback of the import; repair "
    "it in the CloudFormation console",
}
_ONLY_DELETABLE = frozenset(
    {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
)


def kind_of(status: str) -> Kind:
    """Return the kind of a status, also of one that is newer than this program."""
    known = KINDS.get(status)
    if known is None:
        return Kind.RUNNING if status.endswith("_IN_PROGRESS") else Kind.STUCK
    return known


def problem_of(status: str) -> str:
    """Describe a stuck state; "" for any other status."""
    if kind_of(status) is not Kind.STUCK:
        return ""
    return STUCK.get(
        status, "this program does not know this status; see the CloudFormation console"
    )


def next_step(state: StackState | None) -> NextStep:
    """Return the next step for a stack."""
    if state is None or state.status in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}:
        return NextStep.CREATE
    if not state.settled:
        return NextStep.WAIT
    if state.status in {"UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"}:
        return NextStep.CONTINUE_ROLLBACK
    if kind_of(state.status) is not Kind.STUCK:
        return NextStep.UPDATE
    return NextStep.RECREATE if state.status in _ONLY_DELETABLE else NextStep.REFUSE


def find_stack(client: CloudFormationClient, name_or_id: str) -> StackState | None:
    """Read a stack; None if it does not exist."""
    try:
        shown = client.describe_stacks(StackName=name_or_id)["Stacks"][0]
    except client.exceptions.ClientError as error:
        if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
            return None
        raise
    return read_state(shown)


def read_state(shown: StackTypeDef) -> StackState:
    """Read the response of DescribeStacks."""
    return StackState(
        name=shown["StackName"],
        stack_id=shown.get("StackId", ""),
        status=shown["StackStatus"],
        reason=shown.get("StackStatusReason", ""),
        parameters={
            entry.get("ParameterKey", ""): entry.get("ParameterValue", "")
            for entry in shown.get("Parameters", ())
        },
        tags={entry["Key"]: entry["Value"] for entry in shown.get("Tags", ())},
        outputs={
            entry.get("OutputKey", ""): entry.get("OutputValue", "")
            for entry in shown.get("Outputs", ())
        },
        # arn:aws:cloudformation:region:account:changeSet/name/identity
        change_set="".join(shown.get("ChangeSetId", "").split("/")[1:2]),
        termination_protection=shown.get("EnableTerminationProtection", False),
        role_arn=shown.get("RoleARN", ""),
    )
