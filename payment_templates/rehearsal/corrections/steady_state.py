"""Waits for the steady state of a service, which tasks that fail keep from it.

CloudFormation completes a service in its steady state, waits three hours for it at most, and fails
when the circuit breaker fails the deployment: github.com/aws/copilot-cli/issues/5586. Without one,
it fails as in ExceptionMessages of github.com/aws-cloudformation/cloudformation-cli-java-plugin. An
update ends as UPDATE_ROLLBACK_COMPLETE: github.com/aws/containers-roadmap/issues/1573. Why tasks
stop: github.com/PrefectHQ/prefect/discussions/16964 (a missing image), and "Stopped tasks error
codes", Amazon ECS Developer Guide.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import account, handler_request, ministack
from payment_templates.rehearsal.corrections.target_health import TargetHealth
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.services import amend_operations

# No registry is called and no container runs: images with these tags are missing, or exit at once.
MISSING_TAG = ":missing"
EXITING_TAG = ":exits"
_SERVICE = "AWS::ECS::Service"
_PULL = "CannotPullContainerError"
_STACKS = f"{ministack.CLOUDFORMATION}.stacks"

# Account, region, stack and logical ID: one server creates several stacks at a time.
_Place = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True)
class _Failure:
    """Why the tasks of a definition stop, as DescribeTasks shows it."""

    task_definition: str
    code: str
    reason: str
    # A container that never started has none.
    exit_code: int | None


@dataclass(frozen=True, kw_only=True)
class FailedServices:
    """The services whose deployment failed, and how."""

    health: TargetHealth
    # Their ARNs, until the event of the failure.
    made: dict[_Place, str] = field(default_factory=dict[_Place, str])
    failures: dict[str, tuple[_Failure, dict[str, Any]]] = field(
        default_factory=dict[str, tuple[_Failure, dict[str, Any]]]
    )

    def create(self, create: Callable[..., Any]) -> Callable[..., Any]:
        """Fail a service whose tasks do not run."""

        def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
            arn, attributes = create(logical_id, properties, stack)
            self.failures.pop(arn, None)
            failure = self._failure(properties)
            if failure is None:
                return arn, attributes
            cluster, service = arn.split("/")[1:]
            # A deleted service stays visible for a while, without tasks: DeleteService.
            account.call("ecs", "DeleteService", cluster=cluster, service=service, force=True)
            self.made[_place(stack, logical_id)] = arn
            self.failures[arn] = (failure, _event_of_failure(service))
            raise _error(arn, properties)

        return created

    def update(self, update: Callable[..., Any]) -> Callable[..., Any]:
        """Fail a service whose new tasks do not run, and return to the former ones."""

        def updated(
            arn: str, before: Properties, after: Properties, stack: str
        ) -> tuple[str, Attributes]:
            result: tuple[str, Attributes] = update(arn, before, after, stack)
            if before["TaskDefinition"] == after["TaskDefinition"]:
                return result
            failure = self._failure(after)
            if failure is None:
                return result
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
            self.failures[arn] = (failure, _event_of_failure(service))
            raise _error(arn, after)

        return updated

    def show_tasks(self, _request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """Explain the tasks that have failed."""
        return {**answer, "tasks": [self._explained(task) for task in answer["tasks"]]}

    def show_services(self, _request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """Add the events of the failed deployments."""
        return {**answer, "services": [self._with_event(one) for one in answer["services"]]}

    def add_event(self, add_event: Callable[..., None]) -> Callable[..., None]:
        """Name the service in the event of its failure: one that does not become stable exists."""

        def named(*arguments: Any, **more: Any) -> None:  # noqa: ANN401 - ministack's own arguments
            stack, logical_id, resource_type, status = arguments[1:5]
            if resource_type == _SERVICE and status == "CREATE_FAILED":
                made = self.made.pop(_place(stack, logical_id), None)
                more |= {"physical_id": made} if made else {}
            if resource_type == _SERVICE and status == "UPDATE_FAILED":
                resources = (ministack.stack(stack) or {}).get("_resources", {})
                more["physical_id"] = resources.get(logical_id, {}).get("PhysicalResourceId", "")
            add_event(*arguments, **more)

        return named

    def _failure(self, properties: Properties) -> _Failure | None:
        definition = properties["TaskDefinition"]
        shown = account.call("ecs", "DescribeTaskDefinition", taskDefinition=definition)
        images = [one["image"] for one in shown["taskDefinition"]["containerDefinitions"]]
        if image := next((one for one in images if one.endswith(MISSING_TAG)), None):
            reason = (
                f"{_PULL}: pull image manifest has been retried 1 time(s): failed to resolve ref "
                f"{image}: {image}: not found"
            )
            return _Failure(
                task_definition=definition, code="TaskFailedToStart", reason=reason, exit_code=None
            )
        if any(image.endswith(EXITING_TAG) for image in images):
            return _Failure(
                task_definition=definition,
                code="EssentialContainerExited",
                reason="Essential container in task exited",
                exit_code=1,
            )
        for balancer in properties.get("LoadBalancers", []):
            group = balancer.get("TargetGroupArn")
            if group and not self.health.await_healthy(group):
                return _Failure(
                    task_definition=definition,
                    code="ServiceSchedulerInitiated",
                    reason=f"Task failed ELB health checks in (target-group {group})",
                    exit_code=0,
                )
        return None

    def _explained(self, task: dict[str, Any]) -> dict[str, Any]:
        service = task.get("group", "").removeprefix("service:")
        arn = f"{task['clusterArn'].replace(':cluster/', ':service/')}/{service}"
        failure, _ = self.failures.get(arn, (None, None))
        if failure is None or failure.task_definition != task["taskDefinitionArn"]:
            return task
        exit_code = {} if failure.exit_code is None else {"exitCode": failure.exit_code}
        containers = [
            {name: value for name, value in container.items() if name != "exitCode"} | exit_code
            for container in task["containers"]
        ]
        return {
            **task,
            "containers": containers,
            "stopCode": failure.code,
            "stoppedReason": failure.reason,
        }

    def _with_event(self, service: dict[str, Any]) -> dict[str, Any]:
        _, event = self.failures.get(service["serviceArn"], (None, None))
        return {**service, "events": [event, *service.get("events", [])]} if event else service


def install(health: TargetHealth) -> None:
    """Let CloudFormation wait for steady services, and fail those that do not get there."""
    services = FailedServices(health=health)
    handlers = ministack.resource_handlers()[_SERVICE]
    handlers["create"] = services.create(handlers["create"])
    handlers["update"] = services.update(handlers["update"])
    # A thread that waits does not block the server.
    ministack.replace_everywhere(_STACKS, "_runs_on_worker_thread", _with_services)
    ministack.replace_everywhere(_STACKS, "_add_event", services.add_event)
    amend_operations(
        "ecs", {"DescribeTasks": services.show_tasks, "DescribeServices": services.show_services}
    )


def _with_services(original: Callable[[str], bool]) -> Callable[[str], bool]:
    def runs_on_worker_thread(resource_type: str) -> bool:
        return resource_type == _SERVICE or original(resource_type)

    return runs_on_worker_thread


def _stop_tasks(cluster: str, service: str, task_definition: str) -> None:
    arns = account.call("ecs", "ListTasks", cluster=cluster, serviceName=service)["taskArns"]
    if not arns:
        return
    for task in account.call("ecs", "DescribeTasks", cluster=cluster, tasks=arns)["tasks"]:
        if task["taskDefinitionArn"] == task_definition:
            account.call("ecs", "StopTask", cluster=cluster, task=task["taskArn"])


def _error(arn: str, properties: Mapping[str, Any]) -> RuntimeError:
    deployment = properties.get("DeploymentConfiguration", {})
    if deployment.get("DeploymentCircuitBreaker", {}).get("Enable"):
        return handler_request.failure(
            "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
            "GeneralServiceException",
        )
    # After three hours.
    return handler_request.failure(
        f"Resource of type '{_SERVICE}' with identifier '{arn}' did not stabilize.",
        "NotStabilized",
    )


def _place(stack: str, logical_id: str) -> _Place:
    return ministack.account(), ministack.region(), stack, logical_id


def _event_of_failure(service: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "createdAt": datetime.now(UTC),
        "message": f"(service {service}) deployment failed: tasks failed to start.",
    }
