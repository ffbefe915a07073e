"""Checks that a certificate that is about to expire sends an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.alerting.certificate_alarms import alarms_on_expiry
from payment_templates.evidence.alerting.certificate_events import (
    VARYING_IN_CERTIFICATES,
    WARNING_DAYS,
    certificates_of,
    expired_event,
    expiry_events,
)
from payment_templates.evidence.alerting.event_patterns import (
    decided_match,
    with_any_value,
    without_fields,
)
from payment_templates.evidence.alerting.event_reports import rules_with_topic
from payment_templates.evidence.claim import broken, claim, conditional, kept, not_applicable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack
    from payment_templates.evidence.alerting.certificate_events import Certificate
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology
    from payment_templates.evidence.topology.alerting.events import EventPath

# Settings of ACM for the whole account and region.
_ACCOUNT = "AWS::CertificateManager::Account"


@claim("An expiring certificate sends an alert", "PCI DSS 4.2.1")
def expiring_certificate_detected(topology: Topology) -> Finding:
    """Check that an event rule with a topic reports each certificate of a listener before it ends.

    Nothing else shows it: tasks and targets stay healthy, and so do the health checks of Route 53.
    The events with 7 days left and with 1 must match. That a certificate has expired ACM does not
    report for imported ones, so that event is not required. Whether the topic of an event rule
    delivers is a promise of its own.
    https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
    """
    certificates = certificates_of(topology.stack)
    if not certificates:
        return not_applicable("no listener has a certificate")
    lines, late = _settings(topology.stack)
    doubts: list[str] = []
    for certificate in certificates:
        of = f"the certificate of {certificate.user}"
        nothing = f"nothing reports that {of} expires"
        if certificate.is_in_iam:
            # https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-acm.html
            return broken(
                f"{nothing}: ACM sends no events about a server certificate of IAM", *lines
            )
        watching = alarms_on_expiry(topology, certificate)
        alarms = [f"{it} fires before {of} expires" for it in watching]
        if late:
            if not alarms:
                return broken(f"{nothing}: {late}", *lines)
            doubts.append(" or ".join(alarms))
            continue
        for days, event in expiry_events(topology, certificate):
            if reporters := [*_reporters(topology, event)]:
                lines.append(f"{of}, {days} d left: {', '.join(reporters)}")
                continue
            unsure = [*_unsure(topology, certificate, event), *alarms]
            if not unsure:
                return broken(f"{nothing} in {days} d", *lines)
            doubts.append(" or ".join(unsure))
        rules = ", ".join(_reporters(topology, expired_event(topology, certificate)))
        lines.append(f"{of}, expired (no event if it is imported): {rules or 'no rule'}")
    if doubts:
        return conditional(f"if {', and '.join(dict.fromkeys(doubts))}", *lines)
    return kept("expiring certificates are reported", *lines)


def _settings(stack: Stack) -> tuple[list[str], str]:
    """Return what decides when ACM starts to send events, and why that is too late, or ""."""
    first = max(WARNING_DAYS)
    for account in stack.of_type(_ACCOUNT):
        found = account.properties.child("ExpiryEventsConfiguration")
        days = found.number("DaysBeforeExpiry", default=first)
        name = account.logical_id
        late = f"{name} lets ACM start to report it {days:g} d before" if days < first else ""
        return [f"{name}: ACM sends an event a day for the last {days:g} d"], late
    default = "ACM sends an event a day for the last 45 d, or 30 d for a public certificate"
    unless = f"unless the account's DaysBeforeExpiry is lower: assumed to be at least {first}"
    return [f"{default}, {unless}"], ""


def _reporters(topology: Topology, event: Event) -> Iterator[str]:
    """Yield the event rules that certainly send an event to a topic of the stack."""
    for path in rules_with_topic(topology):
        if decided_match(_with_any(path, surely=True), event):
            yield path.logical_id


def _unsure(topology: Topology, certificate: Certificate, event: Event) -> Iterator[str]:
    """Yield which rules may report that a certificate expires."""
    here = [*rules_with_topic(topology)]
    for path in here:
        # No wider pattern can match less.
        wide = without_fields(_with_any(path, surely=False), certificate.undecided)
        if decided_match(wide, event) is not False:
            yield f"the pattern of {path.logical_id} matches the certificate of {certificate.user}"
    for path in rules_with_topic(topology, elsewhere=True):
        found = path not in here and decided_match(_with_any(path, surely=False), event)
        if found is not False:
            yield f"the target of {path.logical_id} sends an alert"


def _with_any(path: EventPath, *, surely: bool) -> Properties:
    return with_any_value(path.pattern, VARYING_IN_CERTIFICATES, surely=surely)
