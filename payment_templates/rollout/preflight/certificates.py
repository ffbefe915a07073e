"""Checks that the certificate is in the region, issued, for the domain, and not about to expire."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.preflight.finding import Finding, fine, refused, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack

# As in the template: ACM starts to renew its own certificates earlier.
_LAST_DAYS = 30
# Load balancers also take certificates of IAM (botocore iam, DeleteServerCertificate), of which ACM
# knows nothing.
_OF_IAM = re.compile(r"arn:[a-z-]+:iam::\d{12}:server-certificate/.+")
_CERTIFICATE = re.compile(r"arn:[a-z-]+:acm:([a-z0-9-]+):\d{12}:certificate/.+")


def check_certificate(session: Session, planned: PlannedStack) -> Iterator[Finding]:
    """Check the certificate, if one is given."""
    arn = planned.parameter("CertificateArn")
    if not arn:
        return
    region = planned.region
    remediation = "pass --parameter CertificateArn=ARN with an issued certificate of this region"
    if _OF_IAM.fullmatch(arn):
        return
    found = _CERTIFICATE.fullmatch(arn)
    if found is None:
        yield refused(region, f"{arn!r} is no ARN of a certificate", remediation)
        return
    if found[1] != region:
        yield refused(
            region,
            f"the certificate is in {found[1]}",
            f"{remediation} (preflight and rollout: --override {region}:CertificateArn=ARN)",
        )
        return
    client = clients.acm(session, region)
    try:
        shown = client.describe_certificate(CertificateArn=arn)["Certificate"]
    except client.exceptions.ResourceNotFoundException:
        yield refused(region, f"certificate {arn} does not exist", remediation)
        return
    status = shown.get("Status", "unknown")
    domain = planned.parameter("DomainName")
    names = [shown.get("DomainName", ""), *shown.get("SubjectAlternativeNames", ())]
    if status != "ISSUED":
        yield refused(region, f"certificate {arn} is {status}", remediation)
    elif domain and not any(_covers(name, domain) for name in names):
        yield refused(
            region, f"the certificate is for {', '.join(names)}, not {domain}", remediation
        )
    elif (end := shown.get("NotAfter")) and end < datetime.now(UTC) + timedelta(days=_LAST_DAYS):
        is_imported = shown.get("Type") == "IMPORTED"
        reason = "ACM renews no imported one" if is_imported else "ACM has not renewed it"
        yield warned(
            region,
            f"the certificate expires on {end:%Y-%m-%d}, and {reason}",
            f"{'import' if is_imported else 'renew'} it{' again' if is_imported else ''}, or pass "
            "--parameter CertificateArn=ARN with another one; Route 53 does not notice an expired "
            "certificate",
        )
    else:
        yield fine(region, f"certificate for {', '.join(sorted(set(names)))} is issued")


def _covers(name: str, domain: str) -> bool:
    # A wildcard covers one label.
    return name == domain or (name.startswith("*.") and domain.partition(".")[2] == name[2:])
