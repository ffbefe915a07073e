"""Reports a stack that is stuck, and what recovers it: deploy, or the next rollout of its set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.bucket_deletion import find_maker
from payment_templates.rollout.preflight.finding import Finding, fine, refused, warned
from payment_templates.rollout.stack.stuck.left_buckets import (
    describe_maker,
    find_left_buckets,
    remediation_of,
)
from payment_templates.rollout.stack_set.stuck_stacks import is_created, recovery_of
from payment_templates.rollout.stack_states import NextStep, next_step, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.stack_states import StackState

# Of a stack that deploy created.
_RECOVERIES = {
    NextStep.RECREATE: "use deploy --recreate",
    NextStep.CONTINUE_ROLLBACK: "use deploy --continue-rollback",
}
_ROLLED_BACK = "ROLLBACK_COMPLETE"


def check_stuck(region: str, state: StackState | None, *, of_set: bool) -> Iterator[Finding]:
    """Report a stack that is stuck; deploy recovers only a stack that is not of a set."""
    if state is None or not problem_of(state.status):
        return
    what = f"{state.name} is {state.status}"
    if not of_set or not is_created(state):
        recovery = recovery_of(state) if of_set else _RECOVERIES.get(next_step(state))
        yield refused(
            region, f"{what}: {problem_of(state.status)}", recovery or "repair the stack first"
        )
    elif state.status == _ROLLED_BACK:
        yield fine(region, f"{what}: its creation failed, and StackSets create it again")
    else:
        reason = f" ({state.reason})" if state.reason else ""
        yield warned(
            region,
            f"{what}{reason}: StackSets delete it and create it again",
            "first remove what made its rollback fail: it makes the deletion fail, too",
        )


def check_left_buckets(
    session: Session, region: str, state: StackState | None
) -> Iterator[Finding]:
    """Report buckets that the rollback of a set's stack could not delete.

    They stop the next creation: StackSets delete the stack, but not a bucket that it retains
    (RetainExceptOnCreate) or that holds objects.
    """
    if state is None or not problem_of(state.status):
        return
    client = clients.s3(session, region)
    cloudformation = clients.cloudformation(session, region)
    for bucket in find_left_buckets(cloudformation, region, state.stack_id):
        maker = find_maker(client, bucket.name, bucket.account)
        if maker is not None:
            made = "" if maker == bucket.stack_id else f"; it was made {describe_maker(maker)}"
            yield refused(
                region,
                f"the bucket {bucket.name} exists, which {state.name} could not delete: StackSets "
                f"cannot create it again{made}",
                remediation_of(bucket, maker),
            )


def has_resources(state: StackState | None) -> bool:
    """Return whether a stack may have some of its names and its share of the quotas already."""
    return (
        state is not None
        and state.status != _ROLLED_BACK
        and next_step(state) is not NextStep.CREATE
    )
