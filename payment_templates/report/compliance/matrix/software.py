"""Requirements 5 and 6: malware, updates and secure applications."""

from __future__ import annotations

from payment_templates.report.compliance.checks.application import (
    invalid_headers_are_dropped,
    minor_versions_are_installed,
    tasks_run_on_latest_platform,
)
from payment_templates.report.compliance.checks.logs import (
    containers_are_logged,
)
from payment_templates.report.compliance.checks.retention import (
    logs_are_kept_a_year,
)
from payment_templates.report.compliance.checks.web_acl import web_acl_stops_attacks
from payment_templates.report.compliance.claims import (
    AMBIGUOUS_REQUESTS_ARE_STOPPED,
)
from payment_templates.report.compliance.matrix.row import row

SOFTWARE = (
    row(
        *("5.3.4", logs_are_kept_a_year, containers_are_logged),
        customer="turn on malware protection, such as GuardDuty's, and keep its findings",
        rests_on_customer=True,
    ),
    row(
        *("6.2.4", AMBIGUOUS_REQUESTS_ARE_STOPPED, invalid_headers_are_dropped),
        customer="develop and test the application securely",
        rests_on_customer=True,
    ),
    row(
        *("6.3.3", minor_versions_are_installed, tasks_run_on_latest_platform),
        customer="update the container image",
        aws="patches hosts, Fargate and managed services",
    ),
    row(
        *("6.4.1", web_acl_stops_attacks),
        customer="as an alternative, have the application reviewed every year",
    ),
    row("6.4.2", web_acl_stops_attacks, customer="tune the rules, and review what they stop"),
)
