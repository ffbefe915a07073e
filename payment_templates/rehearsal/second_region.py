"""The same stack in another region, through StackSets."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from payment_templates.rehearsal.deployment import (
    CAPABILITIES,
    POLL_SECONDS,
    Deployed,
    DeploymentError,
    as_parameters,
    deployed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.rehearsal import EmbeddedAws

STACK_SET = "payment-processing"
ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"


def roll_out(
    aws: EmbeddedAws,
    region: str,
    template: str,
    parameters: Mapping[str, str],
    tell: Callable[[str], None],
) -> Deployed:
    """Make the set, and its instance in one region.

    Raises DeploymentError with the reason that the operation gives.
    """
    _add_roles(aws)
    client = _client(aws)
    client.create_stack_set(
        StackSetName=STACK_SET,
        TemplateBody=template,
        Parameters=as_parameters(parameters),
        Capabilities=list(CAPABILITIES),
        PermissionModel="SELF_MANAGED",
    )
    operation = client.create_stack_instances(
        StackSetName=STACK_SET, Accounts=[aws.account], Regions=[region]
    )["OperationId"]
    _wait(client, operation, tell)
    stack = client.describe_stack_instance(
        StackSetName=STACK_SET, StackInstanceAccount=aws.account, StackInstanceRegion=region
    )["StackInstance"]["StackId"]
    return deployed(aws, region, stack)


def roll_back(aws: EmbeddedAws, region: str, tell: Callable[[str], None]) -> None:
    """Delete the instance, the set, and the roles that made them.

    Raises DeploymentError with the reason that the operation gives.
    """
    client = _client(aws)
    operation = client.delete_stack_instances(
        StackSetName=STACK_SET, Accounts=[aws.account], Regions=[region], RetainStacks=False
    )["OperationId"]
    _wait(client, operation, tell)
    client.delete_stack_set(StackSetName=STACK_SET)
    iam = aws.client("iam", "us-east-1")
    for role in (ADMINISTRATION_ROLE, EXECUTION_ROLE):
        iam.delete_role(RoleName=role)


def _client(aws: EmbeddedAws) -> Any:  # noqa: ANN401 - boto3 makes it at run time.
    return aws.client("cloudformation", "us-east-1")


def _add_roles(aws: EmbeddedAws) -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    iam = aws.client("iam", "us-east-1")
    for role, principal in (
        (ADMINISTRATION_ROLE, {"Service": "cloudformation.amazonaws.com"}),
        (EXECUTION_ROLE, {"AWS": aws.account}),
    ):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        trust = {"Version": "2012-10-17", "Statement": [statement]}
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))


def _wait(client: Any, operation: str, tell: Callable[[str], None]) -> None:  # noqa: ANN401 - as above.
    while (status := _status(client, operation)) in {"QUEUED", "RUNNING", "STOPPING"}:
        tell(status.lower())
        time.sleep(POLL_SECONDS)
    if status != "SUCCEEDED":
        results = client.list_stack_set_operation_results(
            StackSetName=STACK_SET, OperationId=operation
        )["Summaries"]
        reasons = (f"{one['Region']}: {one.get('StatusReason', one['Status'])}" for one in results)
        raise DeploymentError(f"{status}: {'; '.join(reasons)}")


def _status(client: Any, operation: str) -> str:  # noqa: ANN401 - as above.
    answer = client.describe_stack_set_operation(StackSetName=STACK_SET, OperationId=operation)
    status: str = answer["StackSetOperation"]["Status"]
    return status
