"""Lists the databases of a stack: clusters, and instances outside one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

CLUSTER, INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"


def databases(stack: Stack) -> tuple[StackResource, ...]:
    """Return each cluster, and each instance that is in none and so has settings of its own."""
    alone = (
        instance
        for instance in stack.of_type(INSTANCE)
        if "DBClusterIdentifier" not in instance.properties
    )
    return (*stack.of_type(CLUSTER), *alone)


def copies_another_region(stack: Stack) -> bool:
    """Return whether all clusters join the global database of another region, with its data."""
    clusters = stack.of_type(CLUSTER)
    joined = ("GlobalClusterIdentifier", "SourceRegion")
    return bool(clusters) and all(
        name in cluster.properties for cluster in clusters for name in joined
    )
