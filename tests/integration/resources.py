"""Describes the stack's resources through their own services, located by the stack's outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

Tier = Literal["Public", "Private"]


def subnets(stack: Stack, tier: Tier) -> list[Json]:
    """Return the subnets of a tier, in the order of their zones."""
    ids = stack.outputs[f"{tier}SubnetIds"].split(",")
    answer = stack.ask("ec2", "describe_subnets", SubnetIds=ids)
    found = {subnet["SubnetId"]: subnet for subnet in answer["Subnets"]}
    return [found[subnet_id] for subnet_id in ids]


def zones(stack: Stack, tier: Tier = "Private") -> list[str]:
    """Return the zones of a tier's subnets."""
    return [subnet["AvailabilityZone"] for subnet in subnets(stack, tier)]


def database_cluster(stack: Stack) -> Json:
    """Describe the Aurora cluster."""
    identifier = stack.outputs["DatabaseClusterId"]
    answer = stack.ask("rds", "describe_db_clusters", DBClusterIdentifier=identifier)
    return _only(answer["DBClusters"])


def has_writer(stack: Stack) -> bool:
    """Return whether the cluster has a writer: that of a global database may be elsewhere."""
    if not stack.profile.global_database:
        return True
    identifier = stack.outputs["GlobalDatabaseId"]
    answer = stack.ask("rds", "describe_global_clusters", GlobalClusterIdentifier=identifier)
    members = _only(answer["GlobalClusters"])["GlobalClusterMembers"]
    arn = database_cluster(stack)["DBClusterArn"]
    return any(member["IsWriter"] for member in members if member["DBClusterArn"] == arn)


def database_instances(stack: Stack) -> list[Json]:
    """Return the cluster's instances, in promotion order."""
    identifier = stack.outputs["DatabaseClusterId"]
    in_cluster = [{"Name": "db-cluster-id", "Values": [identifier]}]
    answer = stack.ask("rds", "describe_db_instances", Filters=in_cluster)
    return sorted(answer["DBInstances"], key=lambda instance: instance["PromotionTier"])


def ecs_cluster(stack: Stack) -> Json:
    """Describe the ECS cluster, with its settings and configuration."""
    names, parts = [stack.outputs["ClusterName"]], ["SETTINGS", "CONFIGURATIONS"]
    answer = stack.ask("ecs", "describe_clusters", clusters=names, include=parts)
    return _only(answer["clusters"])


def service(stack: Stack) -> Json:
    """Describe the ECS service."""
    cluster, name = stack.outputs["ClusterName"], stack.outputs["ServiceName"]
    answer = stack.ask("ecs", "describe_services", cluster=cluster, services=[name])
    return _only(answer["services"])


def tasks(stack: Stack) -> list[Json]:
    """Return the tasks of the service whose desired status is RUNNING."""
    cluster, name = stack.outputs["ClusterName"], stack.outputs["ServiceName"]
    arns = stack.ask("ecs", "list_tasks", cluster=cluster, serviceName=name)["taskArns"]
    found = stack.ask("ecs", "describe_tasks", cluster=cluster, tasks=arns) if arns else {}
    described: list[Json] = found.get("tasks", [])
    return described


def task_definition(stack: Stack) -> Json:
    """Describe the task definition of the service."""
    arn = service(stack)["taskDefinition"]
    answer = stack.ask("ecs", "describe_task_definition", taskDefinition=arn)
    definition: Json = answer["taskDefinition"]
    return definition


def container(stack: Stack) -> Json:
    """Return the definition of the task's only container."""
    return _only(task_definition(stack)["containerDefinitions"])


def load_balancer(stack: Stack) -> Json:
    """Describe the load balancer."""
    arns = [stack.outputs["LoadBalancerArn"]]
    answer = stack.ask("elbv2", "describe_load_balancers", LoadBalancerArns=arns)
    return _only(answer["LoadBalancers"])


def target_group(stack: Stack) -> Json:
    """Describe the load balancer's target group."""
    arns = [stack.outputs["TargetGroupArn"]]
    answer = stack.ask("elbv2", "describe_target_groups", TargetGroupArns=arns)
    return _only(answer["TargetGroups"])


def targets(stack: Stack) -> list[Json]:
    """Return the targets of the target group, with their health."""
    arn = stack.outputs["TargetGroupArn"]
    answer = stack.ask("elbv2", "describe_target_health", TargetGroupArn=arn)
    described: list[Json] = answer["TargetHealthDescriptions"]
    return described


def log_groups(stack: Stack) -> dict[str, Json]:
    """Return the stack's log groups, by name."""
    made = of_type(stack, "AWS::Logs::LogGroup")
    answers = [stack.ask("logs", "describe_log_groups", logGroupNamePrefix=name) for name in made]
    groups = [group for answer in answers for group in answer["logGroups"]]
    return {group["logGroupName"]: group for group in groups if group["logGroupName"] in made}


def templated(stack: Stack) -> dict[str, Json]:
    """Return the resources of the stack's template, by logical ID."""
    answer = stack.ask("cloudformation", "get_template", StackName=stack.name)
    body = answer["TemplateBody"]
    # boto3 parses a JSON template, and returns a YAML one as text.
    template = json.loads(body) if isinstance(body, str) else body
    found: dict[str, Json] = template["Resources"]
    return found


def of_type(stack: Stack, resource_type: str) -> list[str]:
    """Return the physical IDs of the stack's resources of a type."""
    answer = stack.ask("cloudformation", "list_stack_resources", StackName=stack.name)
    return [
        resource["PhysicalResourceId"]
        for resource in answer["StackResourceSummaries"]
        if resource["ResourceType"] == resource_type
    ]


def _only(found: list[Json]) -> Json:
    (resource,) = found
    return resource
