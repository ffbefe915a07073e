"""Checks that deleting the stack leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.deletion_protection import RETAINED, is_protected
from payment_templates.evidence.deployment.key_deletion import (
    refused_key_deletions,
    unseen_key_deletions,
)
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


_INSIGHTS = {"enabled", "enhanced"}


@claim(
    "Deleting the stack leaves nothing behind and is not blocked",
    "Success metric 8",
    "Constraint 10",
)
def nothing_outlives_stack(topology: Topology) -> Finding:
    """Check for retained or protected resources, backups, and log groups that AWS services create.

    A KMS key is deleted after a waiting period of 7 to 30 days:
    https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    stack = topology.stack
    problems = [problem for r in stack.resources.values() for problem in _problems(r)]
    problems += refused_key_deletions(stack, RETAINED)
    if problems:
        return broken("; ".join(problems), *problems, amount=len(problems))
    owned = {
        group.properties.text("LogGroupName"): group.logical_id
        for group in stack.of_type("AWS::Logs::LogGroup")
    }
    lines: list[str] = []
    for name, maker in _log_groups_made_by_services(topology).items():
        if name not in owned:
            return broken(f"{maker} creates the log group {name}, which remains", *lines)
        if owned[name] not in _waits(stack.resources[maker]):
            return broken(f"{maker} may create {name} before {owned[name]} does", *lines)
        lines.append(f"{name}: {owned[name]}, created before {maker}")
    lines += [
        f"{key.logical_id}: {key.properties.number('PendingWindowInDays'):g} days pending deletion"
        for key in stack.of_type("AWS::KMS::Key")
    ]
    if not lines and not topology.databases:
        return absent("the template has neither a cluster nor a database")
    conditions = [
        *(*_full_buckets(stack), *_late_writers(stack), *_foreign_endpoints(stack)),
        *(f"if {needed}" for needed in unseen_key_deletions(stack, RETAINED)),
    ]
    if conditions:
        return conditional("; ".join(conditions), *lines)
    return kept(
        "no protection, no snapshot, all log groups in the stack; keys are pending deletion", *lines
    )


def _full_buckets(stack: Stack) -> Iterator[str]:
    if buckets := [bucket.logical_id for bucket in stack.of_type("AWS::S3::Bucket")]:
        yield f"if {', '.join(buckets)} is empty: only an empty bucket can be deleted"


def _late_writers(stack: Stack) -> Iterator[str]:
    """Yield the clusters whose Container Insights may recreate a deleted log group."""
    for cluster in stack.of_type("AWS::ECS::Cluster"):
        settings = cluster.properties.pairs("ClusterSettings", key="Name")
        if settings.get("containerInsights") in _INSIGHTS:
            yield (
                f"unless Container Insights of {cluster.logical_id} writes after its log group is "
                "deleted, and creates it again"
            )


def _foreign_endpoints(stack: Stack) -> Iterator[str]:
    """Yield the VPCs in which AWS may create an endpoint, which blocks the deletion of the VPC.

    https://docs.aws.amazon.com/guardduty/latest/ug/using-iac-with-gdu-automated-agents-runtime-monitoring.html
    """
    if stack.of_type("AWS::ECS::Service"):
        for vpc in stack.of_type("AWS::EC2::VPC"):
            yield f"unless GuardDuty Runtime Monitoring has put its endpoint into {vpc.logical_id}"


def _problems(resource: StackResource) -> Iterator[str]:
    """Yield why a resource cannot be deleted, or what it leaves behind."""
    name, fields = resource.logical_id, resource.properties
    if resource.deletion_policy == "Snapshot":
        yield f"{name} leaves a snapshot"
    elif resource.deletion_policy != "Delete":
        yield f"{name} is retained ({resource.deletion_policy})"
    if is_protected(resource):
        yield f"{name} is protected from deletion"
    if resource.type == "AWS::RDS::DBCluster" and not fields.flag("DeleteAutomatedBackups"):
        yield f"{name} leaves its automated backups"
    # DeleteDBInstance, DeleteAutomatedBackups: true by default.
    alone = resource.type == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in fields
    if alone and fields.text("DeleteAutomatedBackups").lower() == "false":
        yield f"{name} leaves its automated backups"


def _waits(resource: StackResource) -> set[str]:
    """Return the resources created before this one: by DependsOn, or its log group."""
    return {*resource.depends_on, resource.properties.target("LogGroupName")}


def _log_groups_made_by_services(topology: Topology) -> dict[str, str]:
    groups: dict[str, str] = {}
    for database in topology.databases:
        kind = "cluster" if database.is_cluster else "instance"
        name = name_of(topology.stack.resources[database.logical_id])
        for log in database.properties.texts("EnableCloudwatchLogsExports"):
            group = f"/aws/rds/{kind}/{name or f'${{{database.logical_id}}}'}/{log}"
            groups[group] = database.logical_id
    for instance in topology.stack.of_type("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.html
        if instance.properties.number("MonitoringInterval"):
            groups["RDSOSMetrics"] = instance.logical_id
    for flow in topology.stack.of_type("AWS::EC2::FlowLog"):
        to_logs = flow.properties.text("LogDestinationType") == "cloud-watch-logs"
        if to_logs and (name := flow.properties.text("LogGroupName")):
            groups[_name_of(topology.stack, name)] = flow.logical_id
    for cluster in topology.stack.of_type("AWS::ECS::Cluster"):
        name = cluster.properties.text("ClusterName") or f"${{{cluster.logical_id}}}"
        settings = cluster.properties.pairs("ClusterSettings", key="Name")
        if settings.get("containerInsights") in _INSIGHTS:
            groups[f"/aws/ecs/containerinsights/{name}/performance"] = cluster.logical_id
    return groups


def _name_of(stack: Stack, name: str) -> str:
    """Return the name of a log group, given as a name or a reference."""
    for group in stack.of_type("AWS::Logs::LogGroup"):
        if name == f"${{{group.logical_id}}}":
            return group.properties.text("LogGroupName")
    return name
