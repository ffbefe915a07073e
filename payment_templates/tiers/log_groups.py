"""Adds the log groups, which are created before the services that write to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import logs

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import Sub

    from payment_templates.scope import Scope

    from .encryption import Encryption


@dataclass(frozen=True, kw_only=True)
class LogGroups:
    """One log group per writer; Aurora and Container Insights require certain names."""

    database: logs.LogGroup
    container_insights: logs.LogGroup
    application: logs.LogGroup


def add_log_groups(scope: Scope, *, encryption: Encryption) -> LogGroups:
    """Add every log group with its key and its retention.

    A service without a log group creates one itself, which has neither and outlives the stack.
    """

    def add(logical_id: str, thing: str, name: Sub) -> logs.LogGroup:
        return scope.add(
            logs.LogGroup(
                logical_id,
                LogGroupName=name,
                RetentionInDays=scope.options.log_days,
                KmsKeyId=encryption.key.get_att("Arn"),
                Tags=naming.tags(thing),
            )
        )

    return LogGroups(
        database=add("DatabaseLogGroup", "database-logs", naming.database_log_group()),
        container_insights=add(
            "InsightsLogGroup", "insights-logs", naming.container_insights_log_group()
        ),
        application=add("ApplicationLogGroup", "application-logs", naming.application_log_group()),
    )
