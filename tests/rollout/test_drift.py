"""Drift that CloudFormation can tell of only in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from payment_templates.rollout.pace import Pace
from payment_templates.rollout.stack.drift import detect_drift

if TYPE_CHECKING:
    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

_STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/payment/1"


def test_resource_that_cannot_be_compared_hides_no_other_drift(cloudformation: Stubber) -> None:
    client = cast("CloudFormationClient", cloudformation.client)
    cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "it"})
    cloudformation.add_response("describe_stack_drift_detection_status", _status())
    cloudformation.add_response(
        "describe_stack_resource_drifts", {"StackResourceDrifts": [_drift()]}
    )

    found = detect_drift(client, _STACK, Pace(shortest=0, longest=0))

    assert [(drift.logical_id, drift.path, drift.actual) for drift in found] == [
        ("Alarm", "/Threshold", "5"),
        ("payment", "", "Failed to detect drift on resource [Service]"),
    ]


def _status() -> dict[str, Any]:
    return {
        "StackId": _STACK,
        "StackDriftDetectionId": "it",
        "DetectionStatus": "DETECTION_FAILED",
        "DetectionStatusReason": "Failed to detect drift on resource [Service]",
        "Timestamp": "2026-01-01T00:00:00Z",
    }


def _drift() -> dict[str, Any]:
    difference = {
        "PropertyPath": "/Threshold",
        "ExpectedValue": "0",
        "ActualValue": "5",
        "DifferenceType": "NOT_EQUAL",
    }
    return {
        "StackId": _STACK,
        "LogicalResourceId": "Alarm",
        "ResourceType": "AWS::CloudWatch::Alarm",
        "StackResourceDriftStatus": "MODIFIED",
        "PropertyDifferences": [difference],
        "Timestamp": "2026-01-01T00:00:00Z",
    }
