"""A first creation that fails leaves no stack that blocks the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.protection import PARAMETER, protected_at_first, protected_resources

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# DeleteBucket and DeleteRepository, in botocore's models.
_REFUSE_WHEN_FILLED = ("AWS::S3::Bucket", "AWS::ECR::Repository")


@claim("A first creation that fails is rolled back", "Issue: protection")
def failed_creation_rolls_back(topology: Topology) -> Finding:
    """Look for what a rollback cannot delete.

    A protected database or load balancer is refused in a rollback too: the stack ends in
    ROLLBACK_FAILED and keeps its names (DeleteHandler of AWS::RDS::DBCluster,
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds). What is
    retained stays as well, unless its policy is RetainExceptOnCreate.
    """
    stack = topology.stack
    retained = [r.logical_id for r in stack.resources.values() if r.deletion_policy == "Retain"]
    if retained:
        return broken(f"{', '.join(retained)} stays behind: Retain, not RetainExceptOnCreate")
    if always := protected_at_first(stack):
        return broken(f"{', '.join(always)} cannot be rolled back: it is protected")
    protected = protected_resources(stack)
    lines = [
        f"{r.logical_id}: its rollback takes a snapshot, which is empty"
        for r in stack.resources.values()
        if r.deletion_policy == "Snapshot"
    ]
    lines += [
        f"{cluster.logical_id}: its rollback leaves automated backups, which are empty"
        for cluster in stack.of_type("AWS::RDS::DBCluster")
        if cluster.properties.text("DeleteAutomatedBackups").lower() == "false"
    ]
    if protected:
        return conditional(
            f"if it is created with {PARAMETER}=false first, as `deploy` and `rollout` do: "
            f"{', '.join(protected)}",
            *lines,
        )
    if filled := [r.logical_id for r in stack.of_type(*_REFUSE_WHEN_FILLED)]:
        return conditional(f"if {', '.join(filled)} is still empty", *lines)
    if lines:
        return conditional("but what is empty stays, and costs until it is deleted", *lines)
    return kept("nothing is protected, nothing is retained", *lines)
