"""Checks that a failed first creation rolls back and does not block the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.deployment.deletion_protection import (
    PARAMETER,
    protected_at_first,
    protected_resources,
)
from payment_templates.evidence.deployment.key_deletion import (
    refused_key_deletions,
    unseen_key_deletions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# Types that can be deleted only if they are empty, or have EmptyOnDelete: botocore, DeleteBucket of
# s3, DeleteRepository of ecr and ecr-public.
_REFUSE_WHEN_FILLED = (
    *("AWS::S3::Bucket", "AWS::S3Express::DirectoryBucket"),
    *("AWS::ECR::Repository", "AWS::ECR::PublicRepository"),
)
# Resources that contain others, or that are deleted by custom code.
_OPAQUE = (
    *("AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource", "Custom::"),
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
)


@claim("A first creation that fails is rolled back", "Issue: protection")
def failed_creation_rolls_back(topology: Topology) -> Finding:
    """Check for resources that a rollback cannot delete, also with DeletionProtection=false.

    A database or load balancer with deletion protection blocks the rollback: the stack ends in
    ROLLBACK_FAILED and its names stay in use (DeleteHandler of AWS::RDS::DBCluster,
    https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds). Retained
    resources also remain, unless their policy is RetainExceptOnCreate:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    A key and its alias can be deleted only if the key policy allows it.
    """
    stack = topology.stack
    if problems := [*_problems(stack)]:
        return broken(problems[0], *problems)
    lines = [
        f"{resource.logical_id}: its rollback leaves an empty snapshot"
        for resource in stack.resources.values()
        if resource.deletion_policy == "Snapshot"
    ]
    lines += [
        f"{cluster.logical_id}: its rollback leaves empty automated backups"
        for cluster in stack.of_type("AWS::RDS::DBCluster")
        if not cluster.properties.flag("DeleteAutomatedBackups")
    ]
    if open_ := [*_assumptions(stack)]:
        return conditional(f"if {', and '.join(open_)}", *lines)
    if lines:
        return conditional("but empty snapshots or backups remain, and cost until deleted", *lines)
    return kept("nothing is protected, nothing is retained", *lines)


def _problems(stack: Stack) -> Iterator[str]:
    """Yield a sentence for each group of resources that a rollback cannot delete."""
    retained = [r.logical_id for r in stack.resources.values() if r.deletion_policy == "Retain"]
    if retained:
        yield f"{', '.join(retained)} remains: it needs RetainExceptOnCreate instead of Retain"
    if always := protected_at_first(stack):
        yield f"{', '.join(always)} cannot be rolled back: it is protected from the start"
    yield from refused_key_deletions(stack)


def _assumptions(stack: Stack) -> Iterator[str]:
    """Yield the assumptions of a rollback that the template does not confirm."""
    filled = [
        resource.logical_id
        for resource in stack.of_type(*_REFUSE_WHEN_FILLED)
        if not resource.properties.flag("EmptyOnDelete")
    ]
    if filled:
        yield f"{', '.join(filled)} is still empty"
    opaque = [name for name, each in stack.resources.items() if each.type.startswith(_OPAQUE)]
    if opaque:
        yield f"{', '.join(opaque)}, whose content is not in the template, can be rolled back"
    yield from unseen_key_deletions(stack)
    if protected := protected_resources(stack):
        yield (
            f"the stack is created with {PARAMETER}=false and then updated to true, as `deploy` "
            f"and `rollout` do: {', '.join(protected)} could not be rolled back"
        )
