"""A first creation that fails leaves no stack that blocks the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.deployment.deletion_protection import (
    PARAMETER,
    protected_at_first,
    protected_resources,
)

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# DeleteBucket and DeleteRepository, in botocore's models.
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
    retained = [r.logical_id for r in stack.resources.values() if r.deletion_policy == "Retain"]
    if retained:
        return broken(f"{', '.join(retained)} stays: Retain, where RetainExceptOnCreate would do")
    if always := protected_at_first(stack):
        return broken(f"{', '.join(always)} cannot be rolled back: it is protected from the start")
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
    if filled := [r.logical_id for r in stack.of_type(*_REFUSE_WHEN_FILLED)]:
        return conditional(f"if {', '.join(filled)} is still empty", *lines)
    if lines:
        return conditional("but what is empty stays, and costs until it is deleted", *lines)
    return kept("nothing is protected, nothing is retained", *lines)
