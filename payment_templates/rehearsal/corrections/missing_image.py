"""Emulates a missing image: its tasks stop, and the circuit breaker fails the service.

AWS's wording as users report it: github.com/aws/copilot-cli/issues/5586 for CloudFormation,
github.com/PrefectHQ/prefect/discussions/16964 for the task.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources import handler_request
from payment_templates.rehearsal.services import amend_operations

# No registry is called: an image with this tag counts as missing.
MISSING_TAG = ":missing"
_SERVICE = "AWS::ECS::Service"
_PULL = "CannotPullContainerError"
_STACKS = f"{ministack.CLOUDFORMATION}.stacks"


def install() -> None:
    """Fail services whose image has the missing tag."""
    handlers = ministack.resource_handlers()[_SERVICE]
    made: dict[str, str] = {}
    handlers["create"] = _checked(handlers["create"], made)
    ministack.replace_everywhere(_STACKS, "_add_event", lambda original: _named(original, made))
    amend_operations("ecs", {"DescribeTasks": _tasks, "DescribeServices": _services})


def _checked(create: Callable[..., Any], made: dict[str, str]) -> Callable[..., Any]:
    def checked(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        arn, attributes = create(logical_id, properties, stack)
        image = _missing_image(properties["TaskDefinition"])
        if image is None:
            return arn, attributes
        cluster, service = arn.split("/")[1:]
        # A deleted service stays visible for a while, without tasks: DeleteService.
        account.call("ecs", "DeleteService", cluster=cluster, service=service, force=True)
        made[logical_id] = arn
        raise handler_request.failure(
            "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
            "GeneralServiceException",
        )

    return checked


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
        logical_id, resource_type, status = arguments[2:5]
        if resource_type == _SERVICE and status == "CREATE_FAILED" and logical_id in made:
            more["physical_id"] = made.pop(logical_id)
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


def _services(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "services": [_failed(service) for service in answer["services"]]}


def _failed(service: dict[str, Any]) -> dict[str, Any]:
    if service["status"] != "INACTIVE" or not _missing_image(service["taskDefinition"]):
        return service
    event = {
        "id": str(uuid4()),
        "createdAt": service["createdAt"],
        "message": f"(service {service['serviceName']}) deployment failed: tasks failed to start.",
    }
    return {**service, "events": [event, *service.get("events", [])]}
