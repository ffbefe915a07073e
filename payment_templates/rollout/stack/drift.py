"""Where a stack is no longer what its template says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payment_templates.rollout.errors import RolloutError, message_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import (
        StackInstanceResourceDriftsSummaryTypeDef,
        StackResourceDriftTypeDef,
    )

    from payment_templates.rollout.pace import Pace

# Somebody else may be looking at the same stack: this often their look is waited for.
_ROUNDS = 20


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One property, or one resource that is gone."""

    account: str
    region: str
    logical_id: str
    resource_type: str
    path: str
    expected: str
    actual: str


def detect_drift(client: CloudFormationClient, stack_id: str, pace: Pace) -> tuple[Drift, ...]:
    """Compare a stack with its template; what cannot be compared counts as drifted."""
    detection = _begin(client, stack_id, pace)
    while True:
        shown = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if shown["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            break
        pace.pause(news=False)
    found = tuple(_found(client, stack_id))
    if shown["DetectionStatus"] == "DETECTION_COMPLETE":
        return found
    # DescribeStackDriftDetectionStatus, DETECTION_FAILED: of the other resources there are results.
    reason = shown.get("DetectionStatusReason", "CloudFormation gives no reason")
    return (*found, _not_compared(stack_id, reason))


def read_drift(
    shown: StackResourceDriftTypeDef | StackInstanceResourceDriftsSummaryTypeDef,
) -> Iterator[Drift]:
    """Read what CloudFormation says of one resource."""
    common = {
        **_place(shown["StackId"]),
        "logical_id": shown["LogicalResourceId"],
        "resource_type": shown["ResourceType"],
    }
    if shown["StackResourceDriftStatus"] == "DELETED":
        yield Drift(**common, path="", expected="there", actual="gone")
    for difference in shown.get("PropertyDifferences", ()):
        yield Drift(
            **common,
            path=difference["PropertyPath"],
            expected=difference["ExpectedValue"],
            actual=difference["ActualValue"],
        )


def _not_compared(stack_id: str, reason: str) -> Drift:
    return Drift(
        **_place(stack_id),
        logical_id=stack_id.split("/")[1],
        resource_type="AWS::CloudFormation::Stack",
        path="",
        expected="compared",
        actual=reason,
    )


def _place(stack_id: str) -> dict[str, str]:
    _, _, _, region, account, _ = stack_id.split(":", 5)
    return {"account": account, "region": region}


def _begin(client: CloudFormationClient, stack_id: str, pace: Pace) -> str:
    for _ in range(_ROUNDS):
        try:
            return client.detect_stack_drift(StackName=stack_id)["StackDriftDetectionId"]
        except client.exceptions.ClientError as error:
            # By somebody else, or by an attempt whose answer was lost.
            if "already in progress" not in message_of(error):
                raise
        pace.pause(news=False)
    raise RolloutError(f"somebody else keeps comparing {stack_id}; try again later")


def _found(client: CloudFormationClient, stack_id: str) -> Iterator[Drift]:
    # This call has no paginator in botocore.
    more: dict[str, Any] = {}
    while True:
        page = client.describe_stack_resource_drifts(
            StackName=stack_id, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"], **more
        )
        for shown in page["StackResourceDrifts"]:
            yield from read_drift(shown)
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}
