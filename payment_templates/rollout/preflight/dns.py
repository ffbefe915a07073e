"""The hosted zone and the certificate: they exist, and belong to the domain and the region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.preflight.finding import Finding, fine, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.resolution import Resolution


def check_hosted_zone(session: Session, resolution: Resolution) -> Iterator[Finding]:
    """Check the hosted zone, when one is given."""
    zone_id = _given(resolution, "HostedZoneId")
    domain = _given(resolution, "DomainName")
    if not zone_id:
        return
    region = resolution.region
    client = clients.route53(session, region)
    remediation = "give --parameter HostedZoneId=ID with the public zone of the domain"
    try:
        zone = client.get_hosted_zone(Id=zone_id)["HostedZone"]
    except client.exceptions.NoSuchHostedZone:
        yield refused(region, f"hosted zone {zone_id} does not exist", remediation)
        return
    name = zone["Name"].rstrip(".")
    if zone.get("Config", {}).get("PrivateZone"):
        yield refused(region, f"hosted zone {zone_id} is private", remediation)
    elif domain and not domain.endswith(f".{name}"):
        yield refused(region, f"{domain} is not below {name}, the zone {zone_id}", remediation)
    else:
        yield fine(region, f"hosted zone {zone_id} is {name}")


def check_certificate(session: Session, resolution: Resolution) -> Iterator[Finding]:
    """Check the certificate, when one is given."""
    arn = _given(resolution, "CertificateArn")
    if not arn:
        return
    region = resolution.region
    remediation = "give --parameter CertificateArn=ARN with an issued certificate of this region"
    if arn.split(":")[3] != region:
        yield refused(
            region,
            f"the certificate is of {arn.split(':')[3]}",
            f"{remediation} (rollout: --override {region}:CertificateArn=ARN)",
        )
        return
    client = clients.acm(session, region)
    try:
        shown = client.describe_certificate(CertificateArn=arn)["Certificate"]
    except client.exceptions.ResourceNotFoundException:
        yield refused(region, f"certificate {arn} does not exist", remediation)
        return
    status = shown.get("Status", "unknown")
    domain = _given(resolution, "DomainName")
    names = [shown.get("DomainName", ""), *shown.get("SubjectAlternativeNames", ())]
    if status != "ISSUED":
        yield refused(region, f"certificate {arn} is {status}", remediation)
    elif domain and not any(_covers(name, domain) for name in names):
        yield refused(
            region, f"the certificate is for {', '.join(names)}, not {domain}", remediation
        )
    else:
        yield fine(region, f"certificate for {', '.join(sorted(set(names)))} is issued")


def _given(resolution: Resolution, parameter: str) -> str:
    return resolution.text({"Ref": parameter}) or ""


def _covers(name: str, domain: str) -> bool:
    # A wildcard stands for one label.
    return name == domain or (name.startswith("*.") and domain.partition(".")[2] == name[2:])
