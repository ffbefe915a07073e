"""Lists tags that ministack stores but omits: of databases, and of a service's tasks."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.services import amend_operations


def install() -> None:
    """List the tags of databases and of tasks."""
    amend_operations("rds", {"ListTagsForResource": _database_tags})
    amend_operations("ecs", {"ListTagsForResource": _task_tags})


def _database_tags(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    *_, kind, name = request["ResourceName"].split(":")
    if kind == "cluster":
        described = account.call("rds", "DescribeDBClusters", DBClusterIdentifier=name)
        return {"TagList": described["DBClusters"][0]["TagList"]}
    if kind == "db":
        described = account.call("rds", "DescribeDBInstances", DBInstanceIdentifier=name)
        return {"TagList": described["DBInstances"][0]["TagList"]}
    return answer


def _task_tags(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    *_, resource = request["resourceArn"].split(":")
    kind, _, path = resource.partition("/")
    if kind != "task":
        return answer
    cluster, _, task = path.partition("/")
    tasks = account.call("ecs", "DescribeTasks", cluster=cluster, tasks=[task])["tasks"]
    name = tasks[0].get("group", "").removeprefix("service:")
    services = account.call("ecs", "DescribeServices", cluster=cluster, services=[name])["services"]
    if not services or services[0].get("propagateTags") != "SERVICE":
        return answer
    return account.call("ecs", "ListTagsForResource", resourceArn=services[0]["serviceArn"])
