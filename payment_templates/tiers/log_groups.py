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
    # Exist only with the option of the same name.
    flow_logs: logs.LogGroup | None
    dns_query_logs: logs.LogGroup | None
    web_acl: logs.LogGroup | None


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

    options = scope.options
    return LogGroups(
        database=add("DatabaseLogGroup", "database-logs", naming.database_log_group(options)),
        container_insights=add(
            "InsightsLogGroup", "insights-logs", naming.container_insights_log_group()
        ),
        application=add("ApplicationLogGroup", "application-logs", naming.application_log_group()),
        flow_logs=(
            add("FlowLogGroup", "flow-logs", naming.flow_log_group()) if options.flow_logs else None
        ),
        dns_query_logs=(
            add("DnsQueryLogGroup", "dns-query-logs", naming.dns_query_log_group())
            if options.dns_query_logs
            else None
        ),
        web_acl=(
            add("WebAclLogGroup", "web-acl-logs", naming.web_acl_log_group())
            if options.web_acl
            else None
        ),
    )
