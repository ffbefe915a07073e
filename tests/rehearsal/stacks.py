"""Creates, updates and deletes stacks for tests, and waits for the result."""

# ruff: noqa: ANN401 - templates and AWS's answers are JSON of any shape.

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payment_templates.cloudformation import MOST_BYTES_INLINE
from payment_templates.rehearsal import EmbeddedAws

EAST = "us-east-1"
WEST = "us-west-2"
WAIT_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of a stack operation."""

    status: str
    # The reason of each failed resource, by logical ID.
    failures: Mapping[str, str]


def create(
    aws: EmbeddedAws,
    template: Mapping[str, Any],
    *,
    region: str = EAST,
    name: str = "payment",
    **parameters: str,
) -> Outcome:
    client = aws.client("cloudformation", region)
    client.create_stack(StackName=name, **_request(aws, region, template, parameters))
    return outcome(aws, region=region, name=name)


def update(
    aws: EmbeddedAws, template: Mapping[str, Any], *, region: str = EAST, **parameters: str
) -> Outcome:
    client = aws.client("cloudformation", region)
    client.update_stack(StackName="payment", **_request(aws, region, template, parameters))
    return outcome(aws, region=region)


def delete(aws: EmbeddedAws, *, region: str = EAST) -> Outcome:
    client = aws.client("cloudformation", region)
    stack_id = client.describe_stacks(StackName="payment")["Stacks"][0]["StackId"]
    client.delete_stack(StackName="payment")
    return outcome(aws, region=region, name=stack_id)


def outcome(aws: EmbeddedAws, *, region: str, name: str = "payment") -> Outcome:
    client = aws.client("cloudformation", region)
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        status = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if not status.endswith("_IN_PROGRESS"):
            return Outcome(status=status, failures=_failures(client, name))
        time.sleep(0.02)
    raise TimeoutError(f"{name} is still in progress after {WAIT_SECONDS} seconds")


def resource(resource_type: str, **properties: Any) -> dict[str, Any]:
    """Return a template with one resource, whose logical ID is It."""
    return {"Resources": {"It": {"Type": resource_type, "Properties": properties}}}


def request(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the common arguments of create and update calls."""
    return {
        "TemplateBody": json.dumps(template, separators=(",", ":")),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    }


def _request(
    aws: EmbeddedAws, region: str, template: Mapping[str, Any], parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Return the same arguments, with a template in S3 if it is too large for a request."""
    arguments = request(template, parameters)
    if len(arguments["TemplateBody"]) <= MOST_BYTES_INLINE:
        return arguments
    s3, bucket = aws.client("s3", EAST), f"templates-{aws.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=region, Body=arguments.pop("TemplateBody").encode())
    return {**arguments, "TemplateURL": f"https://s3.{EAST}.amazonaws.com/{bucket}/{region}"}


def _failures(client: Any, name: str) -> dict[str, str]:
    pages = client.get_paginator("describe_stack_events").paginate(StackName=name)
    return {
        event["LogicalResourceId"]: event["ResourceStatusReason"]
        for page in pages
        for event in page["StackEvents"]
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    }
