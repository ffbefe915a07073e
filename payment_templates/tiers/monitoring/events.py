"""Adds alerts for RDS and ECS events, which arrive in seconds while an alarm takes minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import rds

from payment_templates import naming

from .event_rule import Chat, add_rule

if TYPE_CHECKING:
    from troposphere import Ref, events

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.backups import Backups
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.notifications import Notifications

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
CLUSTER_CATEGORIES = ("failover", "failure")
# Of a cluster too: a switchover or failover between regions.
GLOBAL_CATEGORY = "global-failover"
# How the list of events writes it. Which of the two an event has, AWS does not show.
GLOBAL_CATEGORY_IN_LIST = "global failover"
# "Aurora wasn't able to block writes at the storage layer in preparation for switchover or failover
# of an Aurora global database. The switchover or failover will proceed but you might need to
# recover recently written data from the snapshot of the original primary cluster": an event of an
# instance, of the category "notification, global database", whose name for subscriptions AWS does
# not show.
WRITES_NOT_BLOCKED = "RDS-EVENT-0391"
# Not failover: Aurora reports it as an event of the cluster, not of an instance.
INSTANCE_CATEGORIES = ("availability", "failure")
# Security Hub asks for both (RDS.21 and RDS.22). RDS has security groups of its own only outside a
# VPC, where no database can be created any more: nothing is reported about those.
CHANGES = {
    "parameter-group": ("configuration change",),
    "security-group": ("configuration change", "failure"),
}
# https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
CERTIFICATE_FAILURES = (
    *("ACM Certificate Expired", "ACM Certificate Revoked"),
    "ACM Certificate Renewal Action Required",
)
# ACM announces the end on each of the last 45 days, of its own public certificates on each of the
# last 30, and starts to renew its own before them:
# https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
LAST_DAYS = 30
# What a message shows of an event of RDS, and of a job of AWS Backup.
_DATABASE_EVENT = {"event": "$.detail.EventID", "source": "$.detail.SourceIdentifier"}
_DATABASE_EVENTS = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html"
)
_JOB = {"kind": "$.detail-type", "state": "$.detail.state"}
# How a job of AWS Backup ends without a snapshot; a copy job can only fail.
BACKUP_FAILURES = ("ABORTED", "EXPIRED", "FAILED")
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
    database: Database,
    backups: Backups | None,
    compute: Compute,
) -> tuple[tuple[events.Rule, ...], tuple[rds.EventSubscription, ...]]:
    """Add the rules for ECS events and the subscriptions to RDS events."""
    rules: tuple[events.Rule, ...] = (
        _add_task_rule(scope, notifications, compute),
        _add_service_rule(scope, notifications, compute),
    )
    instances = [instance.ref() for instance in (database.writer, *database.readers)]
    categories = (
        (*CLUSTER_CATEGORIES, GLOBAL_CATEGORY)
        if scope.options.global_database
        else CLUSTER_CATEGORIES
    )
    cluster = [database.cluster.ref()]
    subscriptions: tuple[rds.EventSubscription, ...] = (
        _add_subscription(scope, notifications, "cluster", categories, cluster),
        _add_subscription(scope, notifications, "instance", INSTANCE_CATEGORIES, instances),
    )
    if scope.options.global_database:
        rules += (_add_writes_rule(scope, notifications, database),)
    if backups:
        rules += (
            _add_backup_rule(scope, conditions, notifications),
            _add_stopped_rule(scope, conditions, notifications, backups),
        )
    if scope.options.database_change_events:
        # Of all groups in the region: RDS accepts a parameter group of instances as a source, and
        # the stack has one of a cluster (botocore rds, CreateEventSubscription, SourceIds).
        subscriptions += tuple(
            _add_subscription(scope, notifications, kind, changes)
            for kind, changes in CHANGES.items()
        )
    if scope.options.more_alert_endpoints:
        rules += (_add_database_rule(scope, notifications, categories, database),)
    if scope.options.certificate_alerts:
        rules += (_add_certificate_rule(scope, parameters, conditions, notifications),)
    return rules, subscriptions


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


def _add_writes_rule(scope: Scope, notifications: Notifications, database: Database) -> events.Rule:
    return add_rule(
        scope,
        notifications,
        logical_id="WritesNotBlockedRule",
        name="writes-not-blocked",
        source="aws.rds",
        pattern={
            "detail-type": ["RDS DB Cluster Event", "RDS DB Instance Event"],
            "detail": {
                "SourceIdentifier": _database_sources(database),
                "EventID": [WRITES_NOT_BLOCKED],
            },
        },
        what="Payments written during the failover may be missing",
        paths=_DATABASE_EVENT,
        for_chat=Chat(
            description="<event> of <source>",
            next_step="Recover them from the snapshot of the old primary cluster",
            paths=_DATABASE_EVENT,
        ),
    )


def _add_backup_rule(
    scope: Scope, conditions: Conditions, notifications: Notifications
) -> events.Rule:
    # Both kinds of events name the vault of this region, under different names:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    vault = naming.backup_vault_arn()
    rule = add_rule(
        scope,
        notifications,
        logical_id="BackupFailedRule",
        name="backup-failed",
        source="aws.backup",
        pattern={
            "detail-type": ["Backup Job State Change", "Copy Job State Change"],
            "detail": {
                "state": list(BACKUP_FAILURES),
                "$or": [{"backupVaultArn": [vault]}, {"sourceBackupVaultArn": [vault]}],
            },
        },
        what="A backup of the database, or its copy to the other region, failed",
        paths=_JOB,
        for_chat=Chat(
            description="<kind>: <state>",
            next_step="Look at the jobs of AWS Backup",
            paths=_JOB,
        ),
    )
    if conditions.is_database_home:
        # Where the plan is.
        rule.Condition = conditions.is_database_home
    return rule


def _add_stopped_rule(
    scope: Scope, conditions: Conditions, notifications: Notifications, backups: Backups
) -> events.Rule:
    # AWS Backup starts no job then, and so reports no failure. A day earlier than the alarm, if the
    # event arrives: there is none for a deleted selection. Without the plan there is no rule, so a
    # deletion of the stack, which deletes the rule first, sends no alert.
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    rule = add_rule(
        scope,
        notifications,
        logical_id="BackupStoppedRule",
        name="backup-stopped",
        source="aws.backup",
        pattern={
            "$or": [
                {
                    "detail-type": ["Region Setting State Change"],
                    "detail": {"ResourceTypeOptInPreference": {"Aurora": [False]}},
                },
                {
                    "detail-type": ["Backup Plan State Change"],
                    "detail": {"backupPlanId": [backups.plan.ref()], "state": ["DELETED"]},
                },
            ]
        },
        what="No more backups: Aurora is off in AWS Backup, or the plan is deleted",
        # One of the two types, which have no quotes that would break the JSON.
        where=": <event>",
        paths={"event": "$.detail-type"},
        for_chat=Chat(
            description="<event>",
            next_step="Switch Aurora on in the settings of AWS Backup, or create the plan again",
            paths={"event": "$.detail-type"},
        ),
    )
    if conditions.is_database_home:
        rule.Condition = conditions.is_database_home
    return rule


def _database_sources(database: Database) -> list[Ref]:
    return [it.ref() for it in (database.cluster, database.writer, *database.readers)]


def _add_database_rule(
    scope: Scope, notifications: Notifications, categories: tuple[str, ...], database: Database
) -> events.Rule:
    # The messages of RDS's own subscriptions are not in the format that chat channels show.
    wanted = {*categories, *INSTANCE_CATEGORIES}
    if GLOBAL_CATEGORY in wanted:
        wanted.add(GLOBAL_CATEGORY_IN_LIST)
    return add_rule(
        scope,
        notifications,
        logical_id="DatabaseEventRule",
        name="database-events",
        source="aws.rds",
        pattern={
            "detail-type": ["RDS DB Cluster Event", "RDS DB Instance Event"],
            "detail": {
                "SourceIdentifier": _database_sources(database),
                "EventCategories": sorted(wanted),
            },
        },
        what="A database event",
        paths=_DATABASE_EVENT,
        for_chat=Chat(
            description="<event> of <source>",
            next_step=f"Look at the cluster, and look up <event> in {_DATABASE_EVENTS}",
            paths=_DATABASE_EVENT,
        ),
    )


def _add_certificate_rule(
    scope: Scope, parameters: Parameters, conditions: Conditions, notifications: Notifications
) -> events.Rule:
    # Nothing else notices: the health checks of Route 53 accept an expired certificate, so that DNS
    # keeps sending clients who refuse it, and targets and tasks are healthy.
    # https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
    rule = add_rule(
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
    )
    rule.Condition = conditions.has_certificate
    return rule


def _add_subscription(
    scope: Scope,
    notifications: Notifications,
    kind: str,
    categories: tuple[str, ...],
    sources: list[Ref] | None = None,
) -> rds.EventSubscription:
    name = f"{kind}-events"
    logical_id = "".join(word.capitalize() for word in kind.split("-"))
    # Enabled is the default, said because audits of templates look for it.
    some_or_all: dict[str, Any] = {"SourceIds": sources} if sources else {"Enabled": True}
    return scope.add(
        rds.EventSubscription(
            f"Database{logical_id}Events",
            # RDS refuses a topic that does not let it publish.
            DependsOn=[notifications.policy.title],
            SubscriptionName=naming.physical_name("AWS::RDS::EventSubscription", name),
            SnsTopicArn=notifications.topic.ref(),
            SourceType=f"db-{kind}",
            **some_or_all,
            EventCategories=list(categories),
            Tags=naming.tags(name),
        )
    )
