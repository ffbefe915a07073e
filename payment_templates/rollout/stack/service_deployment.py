"""Replaces the running tasks of a stack's ECS services, and follows each deployment to its end.

Tasks keep the image and the secrets that they started with: a new image with the same tag, or a new
value of a secret, reaches them only through a new deployment (UpdateService, forceNewDeployment).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause import Cause, find_cause
from payment_templates.rollout.cause.service import location_of
from payment_templates.rollout.cause.service_watch import ServiceWatch
from payment_templates.rollout.changes import Replacement
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.existing_stacks import list_members
from payment_templates.rollout.progress.events import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session
    from mypy_boto3_ecs.type_defs import DeploymentTypeDef, ServiceTypeDef

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace

SERVICE = "AWS::ECS::Service"
_MOST_UNSEEN_POLLS = 5
_COMPLETED, _FAILED, _IN_PROGRESS = "COMPLETED", "FAILED", "IN_PROGRESS"


@dataclass(frozen=True, kw_only=True)
class ServiceDeployment:
    """A deployment of an ECS service."""

    logical_id: str
    service_arn: str
    deployment_id: str
    # ECS's rollout state; FAILED also where another deployment has replaced this one.
    rollout_state: str = _IN_PROGRESS
    reason: str = ""

    @property
    def succeeded(self) -> bool:
        """Return whether all tasks were replaced."""
        return self.rollout_state == _COMPLETED


def has_service(template: Template) -> bool:
    """Return whether a template has an ECS service."""
    return any(entry.type == SERVICE for entry in template.resources.values())


def replaces_tasks(changes: Sequence[Change]) -> bool:
    """Return whether an update starts a deployment of its service anyway."""
    return any(
        one.resource_type == SERVICE
        and (
            one.action == "Add"
            or one.replacement is not Replacement.NEVER
            or "TaskDefinition" in one.properties
        )
        for one in changes
    )


def replace_tasks(
    session: Session, region: str, stack_id: str, conversation: Conversation, pace: Pace
) -> tuple[tuple[ServiceDeployment, ...], Cause | None]:
    """Start a new deployment of every service and follow it; returns the first cause of a failure.

    Raises RolloutError if no service is found.
    """
    members = list_members(session, region, stack_id)
    if members is None:
        raise RolloutError(
            "the resources of the stack cannot be listed, so no task was replaced",
            hint="the credentials need cloudformation:ListStackResources",
        )
    services = [one for one in members if one.resource_type == SERVICE]
    if not services:
        raise RolloutError("the stack has no ECS service, so no task was replaced")
    started = [_start(session, region, one.logical_id, one.physical_id) for one in services]
    ended: list[ServiceDeployment] = []
    cause = None
    for deployment in started:
        conversation.tell(f"{deployment.logical_id} in {region}: replacing all tasks")
        last = _Follower(session, region, deployment, conversation).follow(pace)
        ended.append(last)
        if not last.succeeded and cause is None:
            failure = _event(last, stack_id, "UPDATE_FAILED", last.reason)
            cause = find_cause(session, region, failure)
            conversation.show_cause(cause)
    return tuple(ended), cause


def _start(session: Session, region: str, logical_id: str, arn: str) -> ServiceDeployment:
    cluster, service = location_of(arn) or ("", "")
    shown = clients.ecs(session, region).update_service(
        cluster=cluster, service=service, forceNewDeployment=True
    )["service"]
    primary = next(one for one in _deployments(shown) if one.get("status") == "PRIMARY")
    return ServiceDeployment(
        logical_id=logical_id, service_arn=arn, deployment_id=primary.get("id", "")
    )


class _Follower:
    def __init__(
        self,
        session: Session,
        region: str,
        deployment: ServiceDeployment,
        conversation: Conversation,
    ) -> None:
        self._session = session
        self._region = region
        self._deployment = deployment
        self._conversation = conversation
        self._watch = ServiceWatch(session, region)
        self._seen = False
        self._unseen_polls = 0

    def follow(self, pace: Pace) -> ServiceDeployment:
        while True:
            shown = self._describe()
            mine = next((one for one in _deployments(shown) if self._is_own(one)), None)
            if mine is None and self._is_replaced():
                reason = "another deployment of the service has replaced this one"
                return replace(self._deployment, rollout_state=_FAILED, reason=reason)
            if mine is not None and not self._seen:
                self._seen = True
                self._begin(shown, mine)
            news = self._report()
            state = _state_of(shown, mine) if mine else _IN_PROGRESS
            if mine and state in {_COMPLETED, _FAILED}:
                return replace(
                    self._deployment,
                    rollout_state=state,
                    reason=mine.get("rolloutStateReason", ""),
                )
            pace.pause(news=news)

    def _is_replaced(self) -> bool:
        # The first answers may be older than the deployment.
        self._unseen_polls += 1
        return self._seen or self._unseen_polls > _MOST_UNSEEN_POLLS

    def _describe(self) -> ServiceTypeDef:
        cluster, service = location_of(self._deployment.service_arn) or ("", "")
        client = clients.ecs(self._session, self._region)
        return client.describe_services(cluster=cluster, services=[service])["services"][0]

    def _is_own(self, one: DeploymentTypeDef) -> bool:
        return one.get("id") == self._deployment.deployment_id

    def _begin(self, shown: ServiceTypeDef, mine: DeploymentTypeDef) -> None:
        # ECS's clock, so that no event of an earlier deployment is reported.
        at = mine.get("createdAt") or datetime.now(UTC)
        self._watch.update([_event(self._deployment, "", "UPDATE_IN_PROGRESS", "", at)])
        breaker = shown.get("deploymentConfiguration", {}).get("deploymentCircuitBreaker", {})
        if not breaker.get("enable"):
            self._conversation.tell(
                f"{self._deployment.logical_id} has no deployment circuit breaker: ECS repeats a "
                "deployment that fails without end (Ctrl-C stops waiting)"
            )

    def _report(self) -> bool:
        messages = tuple(self._watch.new_messages())
        for message in messages:
            self._conversation.tell(message)
        return bool(messages)


def _deployments(shown: ServiceTypeDef) -> Iterator[DeploymentTypeDef]:
    yield from shown.get("deployments", ())


def _state_of(shown: ServiceTypeDef, mine: DeploymentTypeDef) -> str:
    if "rolloutState" in mine:
        return mine["rolloutState"]
    # Deployment, rolloutState: absent behind a Classic Load Balancer. As the waiter ServicesStable.
    stable = len(shown.get("deployments", ())) == 1 and (
        mine.get("runningCount") == mine.get("desiredCount")
    )
    return _COMPLETED if stable else _IN_PROGRESS


def _event(
    deployment: ServiceDeployment,
    stack_id: str,
    status: str,
    reason: str,
    at: datetime | None = None,
) -> Event:
    return Event(
        event_id=deployment.deployment_id,
        stack_id=stack_id,
        logical_id=deployment.logical_id,
        physical_id=deployment.service_arn,
        resource_type=SERVICE,
        status=status,
        reason=reason,
        at=at or datetime.now(UTC),
        token="",
    )
