"""Nothing that the stack made, or caused, is left when it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "Nothing outlives the stack, nothing hinders its deletion", "Success metric 8", "Constraint 10"
)
def nothing_outlives_stack(topology: Topology) -> Finding:
    """Look for deletion protection, snapshots that stay, and log groups that services make."""
    stack = topology.stack
    for database in topology.databases:
        if database.fields.text("DeleteAutomatedBackups") == "false":
            return broken(f"{database.logical_id} leaves its automated backups")
    owned = {
        group.fields.text("LogGroupName"): group.logical_id
        for group in stack.of_type("AWS::Logs::LogGroup")
    }
    lines: list[str] = []
    for name, maker in _log_groups_made_by_services(topology).items():
        if name not in owned:
            return broken(f"{maker} makes the log group {name}, which stays", *lines)
        if owned[name] not in stack.resources[maker].depends_on:
            return broken(f"{maker} may make {name} before {owned[name]} does", *lines)
        lines.append(f"{name}: {owned[name]}, made before {maker}")
    if not lines and not topology.databases:
        return broken("the template has neither a cluster nor a database")
    if protected := _protected(topology):
        amount = len(protected)
        return broken(f"{protected[0]} is protected from deletion", *protected, amount=amount)
    return kept("no protection, no snapshot, and log groups that belong to the stack", *lines)


def _protected(topology: Topology) -> list[str]:
    return [
        resource.logical_id
        for resource in topology.stack.resources.values()
        if resource.fields.flag("DeletionProtection")
        or resource.fields.pairs("LoadBalancerAttributes").get("deletion_protection.enabled")
        == "true"
    ]


def _log_groups_made_by_services(topology: Topology) -> dict[str, str]:
    groups: dict[str, str] = {}
    for database in topology.databases:
        name = database.fields.text("DBClusterIdentifier") or f"${{{database.logical_id}}}"
        for log in database.fields.texts("EnableCloudwatchLogsExports"):
            groups[f"/aws/rds/cluster/{name}/{log}"] = database.logical_id
    for cluster in topology.stack.of_type("AWS::ECS::Cluster"):
        name = cluster.fields.text("ClusterName") or f"${{{cluster.logical_id}}}"
        settings = cluster.fields.pairs("ClusterSettings", key="Name")
        if settings.get("containerInsights") in {"enabled", "enhanced"}:
            groups[f"/aws/ecs/containerinsights/{name}/performance"] = cluster.logical_id
    return groups
