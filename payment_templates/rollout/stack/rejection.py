"""Explains why CloudFormation rejects a change set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout.cause import Cause
from payment_templates.rollout.cause.hints import hint_for
from payment_templates.rollout.cause.validation import change_set_problems, points_to_events
from payment_templates.rollout.errors import RolloutError, code_of, is_expired

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import DescribeChangeSetOutputTypeDef


_STACK = "AWS::CloudFormation::Stack"


class ChangeSetRejectedError(RolloutError):
    """Ends a command: CloudFormation rejects a change set, with the cause of each problem."""

    def __init__(self, message: str, *, hint: str = "", causes: tuple[Cause, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.causes = causes


def explain_rejection(
    client: CloudFormationClient, change_set: DescribeChangeSetOutputTypeDef
) -> ChangeSetRejectedError:
    """Return the error for a failed change set; raises ClientError for expired credentials."""
    message = "CloudFormation refuses the change set"
    reason = change_set.get("StatusReason", "")
    try:
        problems = change_set_problems(client, change_set["ChangeSetId"])
    except ClientError as error:
        if is_expired(error):
            raise
        return ChangeSetRejectedError(f"{message}: {reason}", hint=_unreadable(reason, error))
    causes = tuple(
        Cause(
            region=client.meta.region_name,
            # A Hook may reject the whole stack instead of a resource.
            logical_id=problem.logical_id or change_set.get("StackName", ""),
            resource_type=problem.resource_type or _STACK,
            reason=problem.reason,
            details=(problem.place,) if problem.place else (),
            hint=hint_for(problem.resource_type, problem.reason),
        )
        for problem in problems
    )
    if not causes:
        return ChangeSetRejectedError(f"{message}: {reason}")
    first = causes[0]
    more = f" (and {len(causes) - 1} more, see above)" if len(causes) > 1 else ""
    return ChangeSetRejectedError(
        f"{message} because of {first.logical_id}: {first.reason}{more}",
        hint=first.hint,
        causes=causes,
    )


def _unreadable(reason: str, error: ClientError) -> str:
    if not points_to_events(reason):
        return ""
    return (
        f"DescribeEvents returns {code_of(error)}: allow cloudformation:DescribeEvents, then run "
        "the same command again to see the reasons"
    )
