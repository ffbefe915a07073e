"""Creates what a template expects of its account: a certificate in each region, and a domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_templates.rehearsal.document import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.rehearsal import EmbeddedAws

ZONE = "example.com"
DOMAIN = f"payments.{ZONE}"
_CERTIFICATE = "CertificateArn"
_ZONE, _NAME = "HostedZoneId", "DomainName"
# Served only by an image that knows it: without it, Route 53 does not follow the writer.
_READINESS = ("ReadinessPath", "/ready")


@dataclass(frozen=True, kw_only=True)
class Prerequisites:
    """The parameter values that an operator has at hand before the first deployment."""

    shared: Mapping[str, str]
    # By region.
    certificates: Mapping[str, str] = field(default_factory=dict[str, str])

    def for_stack(self, region: str) -> tuple[str, ...]:
        """Return the arguments of a command that works on the stack of one region."""
        given = dict(self.shared)
        if region in self.certificates:
            given[_CERTIFICATE] = self.certificates[region]
        return _parameters(given)

    def for_stack_set(self) -> tuple[str, ...]:
        """Return the arguments of a command that works on all regions."""
        overrides = (
            argument
            for region, certificate in self.certificates.items()
            for argument in ("--override", f"{region}:{_CERTIFICATE}={certificate}")
        )
        first = next(iter(self.certificates.values()), None)
        given = {**self.shared, **({_CERTIFICATE: first} if first else {})}
        return (*_parameters(given), *overrides)


def create_prerequisites(
    aws: EmbeddedAws,
    template: Mapping[str, object],
    regions: Sequence[str],
    *,
    shared: Mapping[str, str],
) -> Prerequisites:
    """Create what the template needs; most templates need no more than parameter values."""
    if not _requires_certificate(template):
        return Prerequisites(shared=shared)
    certificates = {region: _create_certificate(aws, region) for region in regions}
    if not _has_parameters(template, _ZONE, _NAME):
        return Prerequisites(shared=shared, certificates=certificates)
    zone = aws.client("route53", regions[0]).create_hosted_zone(
        Name=ZONE, CallerReference="rehearsal"
    )["HostedZone"]["Id"]
    domain = {_ZONE: zone.rpartition("/")[2], _NAME: DOMAIN}
    if _has_parameters(template, _READINESS[0]):
        domain.update([_READINESS])
    return Prerequisites(shared={**shared, **domain}, certificates=certificates)


def _create_certificate(aws: EmbeddedAws, region: str) -> str:
    requested = aws.client("acm", region).request_certificate(
        DomainName=DOMAIN, SubjectAlternativeNames=[f"*.{DOMAIN}"], ValidationMethod="DNS"
    )
    return str(requested["CertificateArn"])


def _requires_certificate(template: Mapping[str, object]) -> bool:
    # A rule that names the parameter: a stack that must not serve plain HTTP.
    return _refers(template.get("Rules"), _CERTIFICATE)


def _has_parameters(template: Mapping[str, object], *names: str) -> bool:
    parameters = template.get("Parameters")
    return is_object(parameters) and {*names} <= parameters.keys()


def _refers(node: object, parameter: str) -> bool:
    if is_object(node):
        return node.get("Ref") == parameter or any(
            _refers(value, parameter) for value in node.values()
        )
    return is_list(node) and any(_refers(value, parameter) for value in node)


def _parameters(given: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        argument for name, value in given.items() for argument in ("--parameter", f"{name}={value}")
    )
