"""Nothing that the stack made, or caused, is left when it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, conditional, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.topology import Topology


@claim(
    "Nothing outlives the stack, nothing hinders its deletion", "Success metric 8", "Constraint 10"
)
def nothing_outlives_stack(topology: Topology) -> Finding:
    """Look for deletion policies, protection, backups that stay, and log groups of services.

    A key is not gone at once but waits 7 to 30 days, pending deletion:
    https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    stack = topology.stack
    problems = [problem for r in stack.resources.values() for problem in _problems(r)]
    if problems:
        return broken(problems[0], *problems, amount=len(problems))
    owned = {
        group.fields.text("LogGroupName"): group.logical_id
        for group in stack.of_type("AWS::Logs::LogGroup")
    }
    lines: list[str] = []
    for name, maker in _log_groups_made_by_services(topology).items():
        if name not in owned:
            return broken(f"{maker} makes the log group {name}, which stays", *lines)
        if owned[name] not in _waits(stack.resources[maker]):
            return broken(f"{maker} may make {name} before {owned[name]} does", *lines)
        lines.append(f"{name}: {owned[name]}, made before {maker}")
    # ScheduleKeyDeletion, PendingWindowInDays: 30 by default.
    lines += [
        f"{key.logical_id}: {key.fields.number('PendingWindowInDays', 30):g} days pending deletion"
        for key in stack.of_type("AWS::KMS::Key")
    ]
    if not lines and not topology.databases:
        return broken("the template has neither a cluster nor a database")
    if buckets := [bucket.logical_id for bucket in stack.of_type("AWS::S3::Bucket")]:
        return conditional(f"if {', '.join(buckets)} is empty then: no other is deleted", *lines)
    return kept("no protection, no snapshot, log groups that belong to it; keys wait", *lines)


def _problems(resource: Resource) -> Iterator[str]:
    """Tell why a resource cannot be deleted, or what it leaves."""
    name, fields = resource.logical_id, resource.fields
    if resource.deletion_policy == "Snapshot":
        yield f"{name} leaves a snapshot"
    elif resource.deletion_policy != "Delete":
        yield f"{name} stays: {resource.deletion_policy}"
    attributes = fields.pairs("LoadBalancerAttributes")
    protected = attributes.get("deletion_protection.enabled", "").lower() == "true"
    if protected or fields.flag("DeletionProtection"):
        yield f"{name} is protected from deletion"
    if fields.text("DeleteAutomatedBackups").lower() == "false":
        yield f"{name} leaves its automated backups"


def _waits(resource: Resource) -> set[str]:
    """Give what is made before a resource: by DependsOn, or because a log group is named."""
    return {*resource.depends_on, resource.fields.target("LogGroupName")}


def _log_groups_made_by_services(topology: Topology) -> dict[str, str]:
    groups: dict[str, str] = {}
    for database in topology.databases:
        name = database.fields.text("DBClusterIdentifier") or f"${{{database.logical_id}}}"
        for log in database.fields.texts("EnableCloudwatchLogsExports"):
            groups[f"/aws/rds/cluster/{name}/{log}"] = database.logical_id
    for instance in topology.stack.of_type("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.html
        if instance.fields.number("MonitoringInterval"):
            groups["RDSOSMetrics"] = instance.logical_id
    for flow in topology.stack.of_type("AWS::EC2::FlowLog"):
        # CreateFlowLogs, LogDestinationType: cloud-watch-logs by default.
        if name := flow.fields.text("LogGroupName"):
            groups[_name_of(topology.stack, name)] = flow.logical_id
    for cluster in topology.stack.of_type("AWS::ECS::Cluster"):
        name = cluster.fields.text("ClusterName") or f"${{{cluster.logical_id}}}"
        settings = cluster.fields.pairs("ClusterSettings", key="Name")
        if settings.get("containerInsights") in {"enabled", "enhanced"}:
            groups[f"/aws/ecs/containerinsights/{name}/performance"] = cluster.logical_id
    return groups


def _name_of(stack: Stack, name: str) -> str:
    """Give the name of a log group that is named, or referred to."""
    for group in stack.of_type("AWS::Logs::LogGroup"):
        if name == f"${{{group.logical_id}}}":
            return group.fields.text("LogGroupName")
    return name
