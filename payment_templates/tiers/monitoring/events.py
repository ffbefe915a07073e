"""Adds alerts for events of ECS and ACM, which arrive in seconds while an alarm takes minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .event_rule import Chat, add_rule

if TYPE_CHECKING:
    from troposphere import events

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.notifications import Notifications

# https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
CERTIFICATE_FAILURES = (
    *("ACM Certificate Expired", "ACM Certificate Revoked"),
    "ACM Certificate Renewal Action Required",
)
# ACM announces the end on each of the last 45 days, of its own public certificates on each of the
# last 30, and starts to renew its own before them:
# https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
LAST_DAYS = 30
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
SERVICE_FAILURES = (
    "SERVICE_DEPLOYMENT_FAILED",
    "SERVICE_TASK_CONFIGURATION_FAILURE",
    "SERVICE_TASK_PLACEMENT_FAILURE",
    "SERVICE_TASK_START_IMPAIRED",
)


def add_events(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    notifications: Notifications,
    compute: Compute,
) -> tuple[events.Rule, ...]:
    """Add the rules for tasks, the service and, by option, the certificate."""
    rules: tuple[events.Rule, ...] = (
        _add_task_rule(scope, notifications, compute),
        _add_service_rule(scope, notifications, compute),
    )
    if scope.options.certificate_alerts:
        rules += (_add_certificate_rule(scope, parameters, conditions, notifications),)
    return rules


def _add_task_rule(scope: Scope, notifications: Notifications, compute: Compute) -> events.Rule:
    # No alert when the scheduler stops a task for a deployment or a scale-in, or a user stops it
    # (UserInitiated). An alert when the scheduler stops it for a failed health check: "Task failed
    # ELB health checks".
    failures = [
        {"stopCode": [{"anything-but": ["ServiceSchedulerInitiated", "UserInitiated"]}]},
        {"stoppedReason": [{"prefix": {"equals-ignore-case": "task failed"}}]},
    ]
    return add_rule(
        scope,
        notifications,
        logical_id="TaskStoppedRule",
        name="task-stopped",
        pattern={
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": [compute.cluster.get_att("Arn")],
                "lastStatus": ["STOPPED"],
                "$or": failures,
            },
        },
        what="A task stopped",
        # A task that could not be placed has no zone. Inside a string a missing value leaves valid
        # JSON, and a zone name has no quotes that would break it.
        where=" <zone>",
        paths={
            "zone": "$.detail.availabilityZone",
            "reason": "$.detail.stoppedReason",
            "task": "$.detail.taskArn",
        },
        for_chat=Chat(
            description="<code>",
            next_step="Look at the task <task>",
            paths={
                "zone": "$.detail.availabilityZone",
                "code": "$.detail.stopCode",
                "task": "$.detail.taskArn",
            },
        ),
    )


def _add_service_rule(scope: Scope, notifications: Notifications, compute: Compute) -> events.Rule:
    return add_rule(
        scope,
        notifications,
        logical_id="ServiceFailureRule",
        name="service-failure",
        pattern={
            "detail-type": ["ECS Service Action", "ECS Deployment State Change"],
            "resources": [compute.service.ref()],
            "detail": {"eventName": list(SERVICE_FAILURES)},
        },
        what="The service cannot start tasks, or a deployment failed",
        paths={"detail": "$.detail"},
        # The whole detail is no text.
        for_chat=Chat(
            description="<event>",
            next_step="Read the events of the service",
            paths={"event": "$.detail.eventName"},
        ),
    )


def _add_certificate_rule(
    scope: Scope, parameters: Parameters, conditions: Conditions, notifications: Notifications
) -> events.Rule:
    # Nothing else notices: the health checks of Route 53 accept an expired certificate, so that DNS
    # keeps sending clients who refuse it, and targets and tasks are healthy.
    # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    return add_rule(
        scope,
        notifications,
        logical_id="CertificateRule",
        name="certificate",
        source="aws.acm",
        pattern={
            "resources": [parameters.certificate_arn.ref()],
            "$or": [
                {"detail-type": list(CERTIFICATE_FAILURES)},
                {
                    "detail-type": ["ACM Certificate Approaching Expiration"],
                    "detail": {"DaysToExpiry": [{"numeric": ["<=", LAST_DAYS]}]},
                },
            ],
        },
        what="The certificate is expiring, or no longer valid",
        paths={"event": "$.detail-type"},
        for_chat=Chat(
            description="<event>",
            next_step="Renew the certificate that the load balancer uses",
            paths={"event": "$.detail-type"},
        ),
        condition=conditions.has_certificate,
    )
