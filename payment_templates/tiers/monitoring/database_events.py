"""Adds alerts for RDS events: subscriptions of RDS, and rules for what those cannot report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere import rds

from payment_templates import naming

from .event_rule import Chat, add_rule

if TYPE_CHECKING:
    from troposphere import Ref, events

    from payment_templates.scope import Scope
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
# What a message shows of an event of RDS.
_DATABASE_EVENT = {"event": "$.detail.EventID", "source": "$.detail.SourceIdentifier"}
_DATABASE_EVENTS = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html"
)


def add_subscriptions(
    scope: Scope, notifications: Notifications, database: Database
) -> tuple[rds.EventSubscription, ...]:
    """Add the subscriptions to events of the cluster, its instances and, by option, the groups."""
    instances = [instance.ref() for instance in (database.writer, *database.readers)]
    cluster = [database.cluster.ref()]
    subscriptions: tuple[rds.EventSubscription, ...] = (
        _add_subscription(scope, notifications, "cluster", _cluster_categories(scope), cluster),
        _add_subscription(scope, notifications, "instance", INSTANCE_CATEGORIES, instances),
    )
    if scope.options.database_change_events:
        # Of all groups in the region: RDS accepts a parameter group of instances as a source, and
        # the stack has one of a cluster (botocore rds, CreateEventSubscription, SourceIds).
        subscriptions += tuple(
            _add_subscription(scope, notifications, kind, changes)
            for kind, changes in CHANGES.items()
        )
    return subscriptions


def add_database_rules(
    scope: Scope, notifications: Notifications, database: Database
) -> tuple[events.Rule, ...]:
    """Add the rules that the options ask for."""
    rules: tuple[events.Rule, ...] = ()
    if scope.options.global_database:
        rules += (_add_writes_rule(scope, notifications, database),)
    if scope.options.more_alert_endpoints:
        rules += (_add_database_rule(scope, notifications, database),)
    return rules


def _cluster_categories(scope: Scope) -> tuple[str, ...]:
    if scope.options.global_database:
        return (*CLUSTER_CATEGORIES, GLOBAL_CATEGORY)
    return CLUSTER_CATEGORIES


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


def _add_database_rule(
    scope: Scope, notifications: Notifications, database: Database
) -> events.Rule:
    # The messages of RDS's own subscriptions are not in the format that chat channels show.
    wanted = {*_cluster_categories(scope), *INSTANCE_CATEGORIES}
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


def _database_sources(database: Database) -> list[Ref]:
    return [it.ref() for it in (database.cluster, database.writer, *database.readers)]


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
