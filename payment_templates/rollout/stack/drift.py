"""Detects drift of one stack from its template."""

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

    from payment_templates.rollout.polling import Pace

# StackResourceDriftStatus: other values mean a type without drift detection.
_CHECKED = frozenset({"IN_SYNC", "MODIFIED", "DELETED", "UNKNOWN"})
# How often to wait for a drift detection that another user started.
_ROUNDS = 20


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A changed property, or a deleted resource."""

    account: str
    region: str
    logical_id: str
    resource_type: str
    path: str
    expected: str
    actual: str
    physical_id: str = ""
    # Only in AWS, not in the template: DifferenceType ADD.
    is_added: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The drift found, and the resource types that CloudFormation does not compare."""

    drifts: tuple[Drift, ...]
    not_compared: frozenset[str] = frozenset()
    # The number of stacks that were compared, and those of a set that were not.
    stacks: int = 1
    stacks_not_compared: tuple[str, ...] = ()


def detect_drift(client: CloudFormationClient, stack_id: str, pace: Pace) -> Comparison:
    """Compare a stack with its template; a failed comparison counts as drift.

    Types without drift detection are listed instead.
    """
    detection = _start(client, stack_id, pace)
    while True:
        shown = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if shown["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            break
        pace.pause(news=False)
    checked: set[str] = set()
    found = tuple(_found(client, stack_id, checked))
    unchecked = frozenset(_unchecked_types(client, stack_id, checked))
    if shown["DetectionStatus"] == "DETECTION_COMPLETE":
        return Comparison(drifts=found, not_compared=unchecked)
    # DescribeStackDriftDetectionStatus, DETECTION_FAILED: the other resources have results.
    reason = shown.get("DetectionStatusReason", "CloudFormation gives no reason")
    failed = _not_compared(stack_id, reason)
    return Comparison(drifts=(*found, failed), not_compared=unchecked)


def read_drift(
    shown: StackResourceDriftTypeDef | StackInstanceResourceDriftsSummaryTypeDef,
) -> Iterator[Drift]:
    """Read the drift of one resource."""
    common: dict[str, Any] = {
        **_account_and_region(shown["StackId"]),
        "logical_id": shown["LogicalResourceId"],
        "resource_type": shown["ResourceType"],
        "physical_id": shown.get("PhysicalResourceId", ""),
    }
    if shown["StackResourceDriftStatus"] == "DELETED":
        yield Drift(**common, path="", expected="there", actual="gone")
    if shown["StackResourceDriftStatus"] == "UNKNOWN":
        # "CloudFormation could not run drift detection for the resource."
        reason = str(shown.get("DriftStatusReason", "CloudFormation gives no reason"))
        yield Drift(**common, path="", expected="compared", actual=reason)
    for difference in shown.get("PropertyDifferences", ()):
        yield Drift(
            **common,
            path=difference["PropertyPath"],
            expected=difference["ExpectedValue"],
            actual=difference["ActualValue"],
            is_added=difference["DifferenceType"] == "ADD",
        )


def _not_compared(stack_id: str, reason: str) -> Drift:
    return Drift(
        **_account_and_region(stack_id),
        logical_id=stack_id.split("/")[1],
        resource_type="AWS::CloudFormation::Stack",
        path="",
        expected="compared",
        actual=reason,
    )


def _account_and_region(stack_id: str) -> dict[str, Any]:
    _, _, _, region, account, _ = stack_id.split(":", 5)
    return {"account": account, "region": region}


def _start(client: CloudFormationClient, stack_id: str, pace: Pace) -> str:
    for _ in range(_ROUNDS):
        try:
            return client.detect_stack_drift(StackName=stack_id)["StackDriftDetectionId"]
        except client.exceptions.ClientError as error:
            # Started by another user, or by an attempt whose response was lost.
            if "already in progress" not in message_of(error):
                raise
        pace.pause(news=False)
    raise RolloutError(
        f"another drift detection is running on {stack_id}", hint="run the command again later"
    )


def _found(client: CloudFormationClient, stack_id: str, checked: set[str]) -> Iterator[Drift]:
    # This call has no paginator in botocore.
    more: dict[str, Any] = {}
    while True:
        page = client.describe_stack_resource_drifts(StackName=stack_id, **more)
        for shown in page["StackResourceDrifts"]:
            if shown["StackResourceDriftStatus"] in _CHECKED:
                checked.add(shown["LogicalResourceId"])
            yield from read_drift(shown)
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}


def _unchecked_types(
    client: CloudFormationClient, stack_id: str, checked: set[str]
) -> Iterator[str]:
    # DescribeStackResourceDrifts omits resources that are not checked.
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    for page in pages:
        for shown in page["StackResourceSummaries"]:
            if shown["LogicalResourceId"] not in checked:
                yield shown["ResourceType"]
