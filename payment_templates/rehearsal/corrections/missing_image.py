"""Emulates a missing image: its tasks stop, and the circuit breaker fails the service.

AWS's wording as users report it: github.com/aws/copilot-cli/issues/5586 for CloudFormation,
github.com/PrefectHQ/prefect/discussions/16964 for the task. An update ends as
UPDATE_ROLLBACK_COMPLETE: github.com/aws/containers-roadmap/issues/1573.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources import handler_request
from payment_templates.rehearsal.services import Amendment, amend_operations

# No registry is called: an image with this tag counts as missing.
MISSING_TAG = ":missing"
_SERVICE = "AWS::ECS::Service"
_PULL = "CannotPullContainerError"
_STACKS = f"{ministack.CLOUDFORMATION}.stacks"


def install() -> None:
    """Fail services whose image has the missing tag."""
    handlers = ministack.resource_handlers()[_SERVICE]
    made: dict[str, str] = {}
    # The event of the failed deployment, by the ARN of its service.
    failed: dict[str, dict[str, Any]] = {}
    handlers["create"] = _checked_create(handlers["create"], made, failed)
    handlers["update"] = _checked_update(handlers["update"], failed)
    ministack.replace_everywhere(_STACKS, "_add_event", lambda original: _named(original, made))
    amend_operations("ecs", {"DescribeTasks": _tasks, "DescribeServices": _services(failed)})


def _checked_create(
    create: Callable[..., Any], made: dict[str, str], failed: dict[str, dict[str, Any]]
) -> Callable[..., Any]:
    def checked(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        arn, attributes = create(logical_id, properties, stack)
        failed.pop(arn, None)
        if _missing_image(properties["TaskDefinition"]) is None:
            return arn, attributes
        cluster, service = arn.split("/")[1:]
        # A deleted service stays visible for a while, without tasks: DeleteService.
        account.call("ecs", "DeleteService", cluster=cluster, service=service, force=True)
        made[logical_id] = arn
        failed[arn] = _event_of_failure(service)
        raise _circuit_breaker()

    return checked


def _checked_update(
    update: Callable[..., Any], failed: dict[str, dict[str, Any]]
) -> Callable[..., Any]:
    def checked(
        arn: str, before: Properties, after: Properties, stack: str
    ) -> tuple[str, Attributes]:
        updated: tuple[str, Attributes] = update(arn, before, after, stack)
        changed = before["TaskDefinition"] != after["TaskDefinition"]
        if not changed or _missing_image(after["TaskDefinition"]) is None:
            return updated
        cluster, service = arn.split("/")[1:]
        # ECS rolls back by itself, before CloudFormation does.
        account.call(
            "ecs",
            "UpdateService",
            cluster=cluster,
            service=service,
            taskDefinition=before["TaskDefinition"],
        )
        _stop_tasks(cluster, service, after["TaskDefinition"])
        failed[arn] = _event_of_failure(service)
        raise _circuit_breaker()

    return checked


def _stop_tasks(cluster: str, service: str, task_definition: str) -> None:
    arns = account.call("ecs", "ListTasks", cluster=cluster, serviceName=service)["taskArns"]
    if not arns:
        return
    for task in account.call("ecs", "DescribeTasks", cluster=cluster, tasks=arns)["tasks"]:
        if task["taskDefinitionArn"] == task_definition:
            account.call("ecs", "StopTask", cluster=cluster, task=task["taskArn"])


def _circuit_breaker() -> RuntimeError:
    return handler_request.failure(
        "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
        "GeneralServiceException",
    )


def _missing_image(task_definition: str) -> str | None:
    shown = account.call("ecs", "DescribeTaskDefinition", taskDefinition=task_definition)
    images = [one["image"] for one in shown["taskDefinition"]["containerDefinitions"]]
    return next((image for image in images if image.endswith(MISSING_TAG)), None)


def _reason(image: str) -> str:
    return (
        f"{_PULL}: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: "
        f"{image}: not found"
    )


def _named(add_event: Callable[..., None], made: dict[str, str]) -> Callable[..., None]:
    # A service that does not become stable exists, so its event has its ID.
    def named(*arguments: Any, **more: Any) -> None:  # noqa: ANN401 - ministack's own arguments
        stack, logical_id, resource_type, status = arguments[1:5]
        if resource_type == _SERVICE and status == "CREATE_FAILED" and logical_id in made:
            more["physical_id"] = made.pop(logical_id)
        if resource_type == _SERVICE and status == "UPDATE_FAILED":
            resources = (ministack.stack(stack) or {}).get("_resources", {})
            more["physical_id"] = resources.get(logical_id, {}).get("PhysicalResourceId", "")
        add_event(*arguments, **more)

    return named


def _tasks(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "tasks": [_unpulled(task) for task in answer["tasks"]]}


def _unpulled(task: dict[str, Any]) -> dict[str, Any]:
    image = _missing_image(task["taskDefinitionArn"])
    if image is None:
        return task
    # A container that never started has no exit code.
    containers = [
        {name: value for name, value in container.items() if name != "exitCode"}
        for container in task["containers"]
    ]
    return {
        **task,
        "containers": containers,
        "stopCode": "TaskFailedToStart",
        "stoppedReason": _reason(image),
    }


def _services(failed: dict[str, dict[str, Any]]) -> Amendment:
    def amended(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "services": [explained(service) for service in answer["services"]]}

    def explained(service: dict[str, Any]) -> dict[str, Any]:
        event = failed.get(service["serviceArn"])
        return {**service, "events": [event, *service.get("events", [])]} if event else service

    return amended


def _event_of_failure(service: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "createdAt": datetime.now(UTC),
        "message": f"(service {service}) deployment failed: tasks failed to start.",
    }
