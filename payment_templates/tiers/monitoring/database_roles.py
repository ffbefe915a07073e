"""Adds the alarms of a database that one of two regions writes and the other copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Sub, cloudwatch

from payment_templates import naming

from .alarms import Signal, add_alarm, threshold
from .database_metrics import replication_lags

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.notifications import Notifications

# Aurora's lag is typically below a second.
MOST_LAG_SECONDS = 10


def add_database_roles(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    notifications: Notifications,
    database: Database,
    compute: Compute,
    of_writer: cloudwatch.Alarm,
) -> tuple[cloudwatch.Alarm | cloudwatch.CompositeAlarm, ...]:
    """Add an alarm on the lag of the copy, and one on a region that neither writes nor copies.

    The region that writes has no lag, and the other one has no writer. Each alarm reads one metric,
    because AWS does not document what metric math gives for a metric that never had data.
    """
    lags = replication_lags(parameters, conditions, database)
    if not lags:
        return ()
    seconds = threshold(scope, "replication-lag", MOST_LAG_SECONDS)
    of_lag = tuple(
        add_alarm(
            scope,
            notifications,
            compute,
            Signal(
                logical_id=logical_id,
                name=name,
                description=f"This region's copy of the database is {seconds} s behind",
                measure=metric,
                comparison="GreaterThanThreshold",
                threshold=seconds * 1000,
                # The region that writes has no lag. A copy without one is noticed below.
                missing="missing",
            ),
        )
        for (logical_id, name), metric in zip(
            (
                ("ReplicationLagAlarm", "replication-lag"),
                ("ReplicationLagOfSourceAlarm", "replication-lag-of-source"),
            ),
            lags.values(),
            strict=True,
        )
    )
    return (*of_lag, _add_silence(scope, notifications, compute, (of_writer, *of_lag)))


def _add_silence(
    scope: Scope,
    notifications: Notifications,
    compute: Compute,
    alarms: tuple[cloudwatch.Alarm, ...],
) -> cloudwatch.CompositeAlarm:
    # Each is in this state while its metric has no data, also if it never had any:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    silent = (f"INSUFFICIENT_DATA(${{{alarm.title}}})" for alarm in alarms)
    topic = [notifications.topic.ref()]
    return scope.add(
        cloudwatch.CompositeAlarm(
            "DatabaseSilentAlarm",
            # As for the other alarms: the deletion of the stack sends no alert. Its creation sends
            # one, because new alarms have no data until their first evaluation, a minute later. To
            # wait for that would delay every alert.
            DependsOn=[compute.service.title],
            AlarmName=naming.physical_name("AWS::CloudWatch::CompositeAlarm", "database-silent"),
            AlarmDescription="Neither a writer nor a replication lag: down or cut off",
            AlarmRule=Sub(" AND ".join(silent)),
            ActionsEnabled=True,
            AlarmActions=topic,
            OKActions=topic,
            Tags=naming.tags("database-silent"),
        )
    )
