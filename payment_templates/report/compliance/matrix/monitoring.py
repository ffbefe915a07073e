"""Requirements 11 and 12 and the appendices: tests, detection and response."""

from __future__ import annotations

from payment_templates.report.compliance.checks.alerts import (
    database_changes_send_alerts,
)
from payment_templates.report.compliance.checks.logs import (
    network_traffic_is_logged,
)
from payment_templates.report.compliance.checks.web_acl import web_acl_stops_attacks
from payment_templates.report.compliance.claims import (
    ALERTS_REACH_SUBSCRIBERS,
    CONTAINERS_HAVE_FEW_RIGHTS,
    EVENTS_REACH_SUBSCRIBERS,
)
from payment_templates.report.compliance.matrix.row import ALERTS, LOG_REVIEW, REVIEW, row

_SHARED = "only for shared environments: give each customer a stack, and better an account"
_DESIGNATED = "only for designated entities"

MONITORING = (
    row("11.3.1", customer="scan the image, for example with Amazon Inspector"),
    row("11.3.1.1", customer="scan the image, for example with Amazon Inspector"),
    row("11.3.1.2", customer="scan the image, for example with Amazon Inspector"),
    row("11.3.1.3", customer="scan each new image before it is deployed"),
    row("11.4.5", customer="test that nothing but the load balancer is reachable"),
    row(
        *("11.5.1", web_acl_stops_attacks, network_traffic_is_logged),
        customer="turn on GuardDuty",
    ),
    row(
        *("11.5.1.1", network_traffic_is_logged),
        customer="turn on GuardDuty",
        rests_on_customer=True,
    ),
    row(
        *("11.5.2", database_changes_send_alerts, EVENTS_REACH_SUBSCRIBERS),
        CONTAINERS_HAVE_FEW_RIGHTS,
        customer="run `payment-stack drift` every week, or turn on AWS Config",
    ),
    row("11.6.1", customer="check the payment pages that the application serves"),
    row("12.10.5", ALERTS_REACH_SUBSCRIBERS, EVENTS_REACH_SUBSCRIBERS, customer=ALERTS),
    row("A1.1.2", customer=_SHARED),
    row("A1.1.3", customer=_SHARED),
    row("A1.2.1", customer=_SHARED),
    row("A3.3.1", ALERTS_REACH_SUBSCRIBERS, EVENTS_REACH_SUBSCRIBERS, customer=_DESIGNATED),
    row("A3.4.1", customer=f"{_DESIGNATED}: {REVIEW}"),
    row("A3.5.1", ALERTS_REACH_SUBSCRIBERS, customer=f"{_DESIGNATED}: {LOG_REVIEW}"),
)
