"""The stack's resources, each as its own service describes it; the stack's outputs lead to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

Tier = Literal["Public", "Private"]


def subnets(stack: Stack, tier: Tier) -> list[Json]:
    """The subnets of a tier, in the order of their zones."""
    ids = stack.outputs[f"{tier}SubnetIds"].split(",")
    answer = stack.ask("ec2", "describe_subnets", SubnetIds=ids)
    found = {subnet["SubnetId"]: subnet for subnet in answer["Subnets"]}
    return [found[subnet_id] for subnet_id in ids]


def zones(stack: Stack, tier: Tier = "Private") -> list[str]:
    """The zones of a tier's subnets."""
    return [subnet["AvailabilityZone"] for subnet in subnets(stack, tier)]


def database_cluster(stack: Stack) -> Json:
    """The Aurora cluster."""
    identifier = stack.outputs["DatabaseClusterId"]
    answer = stack.ask("rds", "describe_db_clusters", DBClusterIdentifier=identifier)
    return _only(answer["DBClusters"])


def database_instances(stack: Stack) -> list[Json]:
    """The cluster's instances, the first one to be promoted ahead."""
    identifier = stack.outputs["DatabaseClusterId"]
    in_cluster = [{"Name": "db-cluster-id", "Values": [identifier]}]
    answer = stack.ask("rds", "describe_db_instances", Filters=in_cluster)
    return sorted(answer["DBInstances"], key=lambda instance: instance["PromotionTier"])


def ecs_cluster(stack: Stack) -> Json:
    """The ECS cluster, with its settings and its configuration."""
    names, parts = [stack.outputs["ClusterName"]], ["SETTINGS", "CONFIGURATIONS"]
    answer = stack.ask("ecs", "describe_clusters", clusters=names, include=parts)
    return _only(answer["clusters"])


def service(stack: Stack) -> Json:
    """The ECS service."""
    cluster, name = stack.outputs["ClusterName"], stack.outputs["ServiceName"]
    answer = stack.ask("ecs", "describe_services", cluster=cluster, services=[name])
    return _only(answer["services"])


def tasks(stack: Stack) -> list[Json]:
    """The tasks that the service wants to run."""
    cluster, name = stack.outputs["ClusterName"], stack.outputs["ServiceName"]
    arns = stack.ask("ecs", "list_tasks", cluster=cluster, serviceName=name)["taskArns"]
    found = stack.ask("ecs", "describe_tasks", cluster=cluster, tasks=arns) if arns else {}
    described: list[Json] = found.get("tasks", [])
    return described


def task_definition(stack: Stack) -> Json:
    """What the service's tasks are made from."""
    arn = service(stack)["taskDefinition"]
    answer = stack.ask("ecs", "describe_task_definition", taskDefinition=arn)
    definition: Json = answer["taskDefinition"]
    return definition


def container(stack: Stack) -> Json:
    """The one container of a task."""
    return _only(task_definition(stack)["containerDefinitions"])


def load_balancer(stack: Stack) -> Json:
    """The load balancer."""
    arns = [stack.outputs["LoadBalancerArn"]]
    answer = stack.ask("elbv2", "describe_load_balancers", LoadBalancerArns=arns)
    return _only(answer["LoadBalancers"])


def target_group(stack: Stack) -> Json:
    """The load balancer's target group."""
    arns = [stack.outputs["TargetGroupArn"]]
    answer = stack.ask("elbv2", "describe_target_groups", TargetGroupArns=arns)
    return _only(answer["TargetGroups"])


def targets(stack: Stack) -> list[Json]:
    """What the target group sends requests to, with its health."""
    arn = stack.outputs["TargetGroupArn"]
    answer = stack.ask("elbv2", "describe_target_health", TargetGroupArn=arn)
    described: list[Json] = answer["TargetHealthDescriptions"]
    return described


def log_groups(stack: Stack) -> dict[str, Json]:
    """The stack's log groups, by name."""
    made = of_type(stack, "AWS::Logs::LogGroup")
    answers = [stack.ask("logs", "describe_log_groups", logGroupNamePrefix=name) for name in made]
    groups = [group for answer in answers for group in answer["logGroups"]]
    return {group["logGroupName"]: group for group in groups if group["logGroupName"] in made}


def templated(stack: Stack) -> dict[str, Json]:
    """The resources of the stack's template, by logical ID."""
    answer = stack.ask("cloudformation", "get_template", StackName=stack.name)
    body = answer["TemplateBody"]
    # boto3 reads a template in JSON, and leaves one in YAML as text.
    template = json.loads(body) if isinstance(body, str) else body
    found: dict[str, Json] = template["Resources"]
    return found


def of_type(stack: Stack, resource_type: str) -> list[str]:
    """The physical IDs of the stack's resources of a type, as CloudFormation lists them."""
    answer = stack.ask("cloudformation", "list_stack_resources", StackName=stack.name)
    return [
        resource["PhysicalResourceId"]
        for resource in answer["StackResourceSummaries"]
        if resource["ResourceType"] == resource_type
    ]


def _only(found: list[Json]) -> Json:
    (resource,) = found
    return resource
