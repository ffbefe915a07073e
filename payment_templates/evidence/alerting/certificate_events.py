"""Builds sample events of the certificates that listeners use.

https://docs.aws.amazon.com/acm/latest/userguide/supported-events.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Unknown, unknown_in
from payment_templates.evidence.alerting.event_patterns import VARYING
from payment_templates.evidence.alerting.sample_events import envelope
from payment_templates.evidence.example_values import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Stack, Value
    from payment_templates.evidence.alerting.event_patterns import Event
    from payment_templates.evidence.topology import Topology

APPROACHING, EXPIRED = "ACM Certificate Approaching Expiration", "ACM Certificate Expired"
# A week before the end, which leaves time to import another certificate, and the day before it.
WARNING_DAYS = (7, 1)
_CERTIFICATE = "AWS::CertificateManager::Certificate"
_USERS = (
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
)
# The fields of these events whose values differ from certificate to certificate, and no template
# decides.
VARYING_IN_CERTIFICATES = frozenset(
    {*VARYING, "CertificateCreatedDate", "CertificateExpirationDate"}
)
# What the events say more of the certificate itself, which its ARN does not show.
_OF_CONTENT = frozenset(
    {"CertificateKeyPairOrigin", "CommonName", "FirstSubjectAlternativeName", "ValidityInDays"}
)
# No certificate has it: RFC 2606.
_ANY_NAME = "certificate.invalid"


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A certificate that a listener uses."""

    # The listener, or the resource that adds the certificate to one.
    user: str
    # Every form of its ARN.
    names: tuple[str, ...]
    domain: str
    # The fields of its events that the template does not decide.
    undecided: frozenset[str]

    @property
    def is_in_iam(self) -> bool:
        """Whether it is a server certificate of IAM, which a listener accepts too."""
        return ":server-certificate/" in self.names[0]


def certificates_of(stack: Stack) -> tuple[Certificate, ...]:
    """Return each certificate once, with the first resource that uses it."""
    found: dict[str, Certificate] = {}
    for user in stack.of_type(*_USERS):
        for each in user.properties.children("Certificates"):
            value = each.get("CertificateArn")
            if value:
                found.setdefault(str(value), _certificate(stack, user.logical_id, value))
    return tuple(found.values())


def expiry_events(topology: Topology, certificate: Certificate) -> Iterator[tuple[int, Event]]:
    """Yield the event of each day on which a warning is expected, with the days that are left."""
    for days in WARNING_DAYS:
        detail = {"DaysToExpiry": (str(days),)}
        yield days, _event(topology, certificate, APPROACHING, detail)


def expired_event(topology: Topology, certificate: Certificate) -> Event:
    """Return the event of a certificate that has expired, which ACM sends unless it is imported."""
    dates = {
        "CertificateCreatedDate": ("2025-01-01T00:00:00Z",),
        "CertificateExpirationDate": ("2026-01-01T00:00:00Z",),
    }
    return _event(topology, certificate, EXPIRED, dates)


def certificate_events(topology: Topology) -> Iterator[tuple[str, Event]]:
    """Yield every event about the end of every certificate."""
    for certificate in certificates_of(topology.stack):
        if certificate.is_in_iam:
            continue
        of = f"the certificate of {certificate.user}"
        for days, event in expiry_events(topology, certificate):
            yield f"{APPROACHING}, {days} d left, {of}", event
        yield f"{EXPIRED}, {of}", expired_event(topology, certificate)


def _certificate(stack: Stack, user: str, value: Value) -> Certificate:
    unknown = unknown_in(value)
    domain = ""
    names: tuple[str, ...] = (str(value),)
    if isinstance(value, Reference):
        # CloudFormation inserts the ARN, of which only the last part is not known.
        arn = f"arn:{stack.partition}:acm:{stack.region}:{ACCOUNT}:certificate/{value}"
        names = (*names, arn)
        if declared := stack.of(value.logical_id, _CERTIFICATE):
            domain = declared.properties.text("DomainName")
    elif isinstance(value, Unknown) and not value.source:
        # It equals nothing, not even itself.
        names = ("${}",)
    return Certificate(
        user=user,
        names=names,
        domain=domain,
        undecided=(_OF_CONTENT - ({"CommonName"} if domain else set[str]()))
        | ({"resources"} if unknown else set[str]()),
    )


def _event(
    topology: Topology, certificate: Certificate, kind: str, detail: Mapping[str, tuple[str, ...]]
) -> Event:
    common = {"CommonName": (certificate.domain or _ANY_NAME,)}
    return {
        **envelope(topology, "aws.acm", kind, certificate.names),
        "detail": {**common, **detail},
    }
