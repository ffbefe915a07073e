"""A first creation that fails leaves no stack that blocks the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.deployment.deletion_protection import (
    PARAMETER,
    protected_at_first,
    protected_resources,
)
from payment_templates.evidence.permissions.keys import ALIAS, KEY, find_key
from payment_templates.evidence.security.encryption import is_let_to_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# DeleteBucket and DeleteRepository, in botocore's models; EmptyOnDelete deletes the images too.
_REFUSE_WHEN_FILLED = ("AWS::S3::Bucket", "AWS::ECR::Repository")


@claim("A first creation that fails is rolled back", "Issue: protection")
def failed_creation_rolls_back(topology: Topology) -> Finding:
    """Look for what a rollback cannot delete, with the parameter DeletionProtection false too.

    A protected database or load balancer refuses a rollback as well: the stack ends in
    ROLLBACK_FAILED and its names stay taken (DeleteHandler of AWS::RDS::DBCluster,
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds). What is
    retained stays as well, unless its policy is RetainExceptOnCreate:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    stack = topology.stack
    if problems := [*_problems(stack)]:
        return broken(problems[0], *problems)
    lines = [
        f"{resource.logical_id}: its rollback leaves a snapshot, which is empty"
        for resource in stack.resources.values()
        if resource.deletion_policy == "Snapshot"
    ]
    lines += [
        f"{cluster.logical_id}: its rollback leaves automated backups, which are empty"
        for cluster in stack.of_type("AWS::RDS::DBCluster")
        if not cluster.properties.flag("DeleteAutomatedBackups")
    ]
    if protected := protected_resources(stack):
        return conditional(
            f"if the stack is created with {PARAMETER}=false and then updated to true, as `deploy` "
            f"and `rollout` do: {', '.join(protected)} could not be rolled back",
            *lines,
        )
    if open_ := [*_assumptions(stack)]:
        return conditional(f"if {', and '.join(open_)}", *lines)
    if lines:
        return conditional("but what is empty stays, and costs until it is deleted", *lines)
    return kept("nothing is protected, nothing is retained", *lines)


def _problems(stack: Stack) -> Iterator[str]:
    """Yield what a rollback cannot delete."""
    retained = [r.logical_id for r in stack.resources.values() if r.deletion_policy == "Retain"]
    if retained:
        yield f"{', '.join(retained)} stays: Retain, where RetainExceptOnCreate is needed"
    if always := protected_at_first(stack):
        yield f"{', '.join(always)} cannot be rolled back: it is protected from the start"
    yield from _keys_that_stay(stack)


def _keys_that_stay(stack: Stack) -> Iterator[str]:
    """Yield the keys and aliases whose key policy lets no one of the account delete them."""
    for key in stack.of_type(KEY):
        if not is_let_to_account(key, "kms:ScheduleKeyDeletion"):
            yield f"{key.logical_id} cannot be rolled back: no one may kms:ScheduleKeyDeletion"
    for alias in stack.of_type(ALIAS):
        named = find_key(stack, alias.properties.get("TargetKeyId"))
        if named and not is_let_to_account(named, "kms:DeleteAlias"):
            yield f"{alias.logical_id} cannot be rolled back: no one may kms:DeleteAlias"


def _assumptions(stack: Stack) -> Iterator[str]:
    filled = [
        resource.logical_id
        for resource in stack.of_type(*_REFUSE_WHEN_FILLED)
        if not resource.properties.flag("EmptyOnDelete")
    ]
    if filled:
        yield f"{', '.join(filled)} is still empty"
    if nested := [one.logical_id for one in stack.of_type("AWS::CloudFormation::Stack")]:
        yield f"the stack {', '.join(nested)} can be rolled back"
