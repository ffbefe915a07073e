"""Adds monitoring: alarms, events and a dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .alarms import add_alarms
from .backup_alerts import add_backup_alerts
from .dashboard import add_dashboard
from .database_events import add_database_rules, add_subscriptions
from .database_roles import add_database_roles
from .events import add_events
from .region_alerts import add_region_alerts

if TYPE_CHECKING:
    from troposphere import cloudwatch, rds
    from troposphere.events import Rule

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.backups import Backups
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.load_balancer import LoadBalancer
    from payment_templates.tiers.notifications import Notifications


@dataclass(frozen=True, kw_only=True)
class Monitoring:
    """Alarms, event rules and subscriptions; all of them notify the topic."""

    alarms: tuple[cloudwatch.Alarm | cloudwatch.CompositeAlarm, ...]
    rules: tuple[Rule, ...]
    subscriptions: tuple[rds.EventSubscription, ...]
    dashboard: cloudwatch.Dashboard


def add_monitoring(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    notifications: Notifications,
    database: Database,
    backups: Backups | None,
    load_balancer: LoadBalancer,
    compute: Compute,
) -> Monitoring:
    """Add the alarms, the events, which are faster than alarms, and the dashboard."""
    specified = add_alarms(
        scope,
        parameters=parameters,
        conditions=conditions,
        notifications=notifications,
        database=database,
        load_balancer=load_balancer,
        compute=compute,
    )
    alarms = specified + add_database_roles(
        scope,
        parameters=parameters,
        conditions=conditions,
        notifications=notifications,
        database=database,
        compute=compute,
        of_writer=specified[0],
    )
    if scope.options.region_alerts:
        alarms += add_region_alerts(
            scope,
            parameters=parameters,
            conditions=conditions,
            notifications=notifications,
            compute=compute,
        )
    rules = add_events(
        scope,
        parameters=parameters,
        conditions=conditions,
        notifications=notifications,
        compute=compute,
    ) + add_database_rules(scope, notifications, database)
    if backups:
        missing, of_backups = add_backup_alerts(
            scope,
            conditions=conditions,
            notifications=notifications,
            backups=backups,
            compute=compute,
        )
        alarms += (missing,)
        rules += of_backups
    subscriptions = add_subscriptions(scope, notifications, database)
    dashboard = add_dashboard(
        scope,
        database=database,
        load_balancer=load_balancer,
        compute=compute,
        alarms=alarms,
    )
    return Monitoring(alarms=alarms, rules=rules, subscriptions=subscriptions, dashboard=dashboard)
