"""Switches a stack's termination protection: CloudFormation then refuses to delete the stack.

Deletion protection of the database is not enough: CloudFormation deletes the service and the
database instances before it reaches the protected cluster (botocore rds, CreateDBInstance,
DeletionProtection). Termination protection prevents the deletion from starting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


def set_termination_protection(client: CloudFormationClient, stack_id: str, *, on: bool) -> None:
    """Switch termination protection on or off; idempotent."""
    client.update_termination_protection(StackName=stack_id, EnableTerminationProtection=on)


def command_for(stack: str, region: str, *, on: bool) -> str:
    """Return the AWS CLI command that does the same."""
    switch = "--enable-termination-protection" if on else "--no-enable-termination-protection"
    return (
        f"aws cloudformation update-termination-protection {switch} --stack-name {stack} "
        f"--region {region}"
    )
