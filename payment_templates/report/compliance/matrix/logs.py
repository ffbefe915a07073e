"""Requirement 10: logs, their protection and review, and clocks."""

from __future__ import annotations

from payment_templates.report.compliance.checks.alerts import (
    delivery_of_alerts_is_logged,
)
from payment_templates.report.compliance.checks.application import (
    buckets_are_private,
)
from payment_templates.report.compliance.checks.logs import (
    containers_are_logged,
    database_audits_statements,
    database_exports_logs,
    network_traffic_is_logged,
    requests_are_logged,
    web_acl_is_logged,
)
from payment_templates.report.compliance.checks.retention import (
    backup_plan_covers_database,
    buckets_keep_versions,
    logs_are_kept_a_year,
    logs_outlive_the_stack,
    recovery_points_are_protected,
)
from payment_templates.report.compliance.claims import (
    ALERTS_REACH_SUBSCRIBERS,
    BACKUPS_KEPT,
    CONTAINERS_HAVE_FEW_RIGHTS,
    EVENTS_REACH_SUBSCRIBERS,
    NO_OTHER_ACCOUNT_IS_TRUSTED,
)
from payment_templates.report.compliance.matrix.row import ALERTS, LOG_REVIEW, row

_CLOUDTRAIL = "turn on CloudTrail in the account"

LOGS = (
    row(
        *("10.2.1", network_traffic_is_logged, requests_are_logged, containers_are_logged),
        *(database_exports_logs, web_acl_is_logged),
        customer=_CLOUDTRAIL,
    ),
    row(
        *("10.2.1.1", database_audits_statements, containers_are_logged),
        customer="let the application log which user reads card data",
        rests_on_customer=True,
    ),
    row("10.2.1.2", database_audits_statements, customer=_CLOUDTRAIL),
    row("10.2.1.3", customer=f"{_CLOUDTRAIL}, with data events"),
    row(
        *("10.2.1.4", database_exports_logs, requests_are_logged, network_traffic_is_logged),
        customer=_CLOUDTRAIL,
    ),
    row("10.2.1.5", database_audits_statements, customer=_CLOUDTRAIL),
    row("10.2.1.6", customer=_CLOUDTRAIL),
    row("10.2.1.7", database_audits_statements, customer=_CLOUDTRAIL),
    row(
        *("10.2.2", network_traffic_is_logged, requests_are_logged, containers_are_logged),
        customer="let the application log user, event, time, result and origin",
    ),
    row(
        *("10.3.1", NO_OTHER_ACCOUNT_IS_TRUSTED, buckets_are_private),
        customer="restrict who may read the log groups",
    ),
    row(
        *("10.3.2", logs_outlive_the_stack, CONTAINERS_HAVE_FEW_RIGHTS, buckets_are_private),
        recovery_points_are_protected,
        customer="restrict who may delete the log groups",
    ),
    row(
        *("10.3.3", containers_are_logged, database_exports_logs, BACKUPS_KEPT),
        backup_plan_covers_database,
        customer="copy the logs to an account of their own",
        aws="CloudWatch Logs stores logs apart from the systems that write them",
    ),
    row(
        *("10.3.4", buckets_keep_versions),
        customer=f"{_CLOUDTRAIL}, with validation of its files",
        rests_on_customer=True,
    ),
    row("10.4.1", ALERTS_REACH_SUBSCRIBERS, delivery_of_alerts_is_logged, customer=LOG_REVIEW),
    row("10.4.1.1", ALERTS_REACH_SUBSCRIBERS, delivery_of_alerts_is_logged, customer=LOG_REVIEW),
    row(
        *("10.4.2", database_exports_logs, web_acl_is_logged),
        customer=LOG_REVIEW,
        rests_on_customer=True,
    ),
    row("10.4.3", ALERTS_REACH_SUBSCRIBERS, customer=ALERTS),
    row("10.5.1", logs_are_kept_a_year, logs_outlive_the_stack),
    row("10.6.1", aws="the Amazon Time Sync Service sets the clocks of hosts and services"),
    row("10.6.2", aws="the Amazon Time Sync Service uses satellites and atomic clocks"),
    row("10.6.3", CONTAINERS_HAVE_FEW_RIGHTS, aws="nothing in the stack can set a clock"),
    row(
        *("10.7.1", ALERTS_REACH_SUBSCRIBERS, EVENTS_REACH_SUBSCRIBERS),
        delivery_of_alerts_is_logged,
        customer=ALERTS,
    ),
    row(
        *("10.7.2", ALERTS_REACH_SUBSCRIBERS, EVENTS_REACH_SUBSCRIBERS),
        delivery_of_alerts_is_logged,
        customer=ALERTS,
    ),
)
