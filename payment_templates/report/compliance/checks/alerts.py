"""Checks that failures and changes send alerts, and that their delivery is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence import Verdict
from payment_templates.evidence.claim import absent, broken, conditional, kept
from payment_templates.evidence.claims.expiring_certificate_detected import (
    expiring_certificate_detected,
)
from payment_templates.quantity import quantity
from payment_templates.report.compliance.check import check

if TYPE_CHECKING:
    from payment_templates.evidence import Finding, Topology

_EVENTS, _TOPIC = "AWS::RDS::EventSubscription", "AWS::SNS::Topic"
_SUBSCRIPTION = "AWS::SNS::Subscription"
# Security Hub: RDS.19 to RDS.22.
_SOURCES = ("db-cluster", "db-instance", "db-parameter-group", "db-security-group")
# SNS logs no delivery of these:
# https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
_NOT_LOGGED = {"email", "email-json", "sms"}


@check("Changes of the database send alerts", {_EVENTS: ("SourceType", "EventCategories")})
def database_changes_send_alerts(topology: Topology) -> Finding:
    """Check that RDS reports events of clusters, instances, parameters and security groups."""
    stack = topology.stack
    if not topology.databases:
        return absent("there is no database")
    subscriptions = [each for each in stack.of_type(_EVENTS) if each.properties.flag("Enabled")]
    reported = {each.properties.text("SourceType") for each in subscriptions}
    # Without a source type, a subscription reports everything: botocore rds,
    # CreateEventSubscription.
    missing = [] if "" in reported else [it for it in _SOURCES if it not in reported]
    if missing:
        return broken(f"no event subscription for {', '.join(missing)}")
    return kept(f"{quantity(len(subscriptions), 'event subscription')} for every source")


@check(
    "The end of a certificate is noticed",
    {"AWS::ElasticLoadBalancingV2::Listener": ("Certificates",)},
)
def ends_of_certificates_are_noticed(topology: Topology) -> Finding:
    """Check that each certificate of a listener sends an alert before it expires.

    As the promise `expiring-certificate-detected` decides it. An operator may know the date without
    an alert, so that its lack alone does not break the requirement.
    """
    found = expiring_certificate_detected.check(topology)
    if found.verdict is Verdict.BROKEN:
        return conditional(f"if an operator watches the date: {found.why}", *found.evidence)
    return found


@check(
    "The delivery of alerts is logged",
    {_TOPIC: ("DeliveryStatusLogging",), _SUBSCRIPTION: ("Protocol",)},
)
def delivery_of_alerts_is_logged(topology: Topology) -> Finding:
    """Check that each topic logs whether its messages are delivered, where SNS can."""
    stack = topology.stack
    topics = stack.of_type(_TOPIC)
    if not topics:
        return absent("there is no topic")
    protocols = {each.properties.text("Protocol") for each in stack.of_type(_SUBSCRIPTION)}
    silent = [it.logical_id for it in topics if "DeliveryStatusLogging" not in it.properties]
    if silent and protocols <= _NOT_LOGGED:
        return conditional(
            f"if an operator watches NumberOfNotificationsFailed of {', '.join(silent)}: SNS logs "
            "no delivery by e-mail"
        )
    if silent:
        return broken(f"{silent[0]} does not log whether its messages are delivered")
    return kept(f"{quantity(len(topics), 'topic')} with a log of deliveries")
