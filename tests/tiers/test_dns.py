from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import View

DOMAIN = {"HostedZoneId": "Z0123456789", "DomainName": "pay.example.com"}
CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/one"}
RESOURCES = {"HealthCheck", "DnsRecord"}


@pytest.fixture(scope="module")
def failover(template: View) -> View:
    """The stack with a domain."""
    return template.deployed(**DOMAIN)


def test_there_is_no_failover_between_regions_without_a_domain(template: View) -> None:
    resources = set(template.deployed().resources)

    assert not resources & RESOURCES


def test_there_is_failover_between_regions_with_a_domain(failover: View) -> None:
    resources = set(failover.resources)

    assert resources >= RESOURCES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HostedZoneId", {"Ref": "HostedZoneId"}),
        ("Name", {"Ref": "DomainName"}),
        ("Type", "CNAME"),
        ("TTL", "30"),
        ("ResourceRecords", [{"Fn::GetAtt": ["LoadBalancer", "DNSName"]}]),
        ("HealthCheckId", {"Ref": "HealthCheck"}),
    ],
    ids=["zone", "name", "type", "lifetime", "target", "health check"],
)
def test_record_points_to_this_regions_load_balancer(
    failover: View, name: str, value: object
) -> None:
    record = failover.properties("DnsRecord")

    assert record[name] == value


# Route 53 considers a new health check healthy. Deletion uses the reverse order.
@pytest.mark.parametrize("resource", ["DnsRecord", "HealthCheck"])
def test_dns_is_created_after_the_tasks_run(failover: View, resource: str) -> None:
    dependencies = failover.waits_for(resource)

    assert {"Service", "HttpListener"} <= dependencies


@pytest.mark.parametrize(
    ("region", "primary", "role"),
    [
        ("us-east-1", "us-east-1", "PRIMARY"),
        ("us-west-2", "us-east-1", "SECONDARY"),
        ("us-west-2", "us-west-2", "PRIMARY"),
        ("us-east-1", "us-west-2", "SECONDARY"),
    ],
)
def test_failover_role_follows_the_primary_region(
    template: View, region: str, primary: str, role: str
) -> None:
    deployed = template.deployed(**DOMAIN, PrimaryRegion=primary, **{"AWS::Region": region})

    record = deployed.properties("DnsRecord")

    assert record["Failover"] == role


def test_records_of_two_regions_have_different_identifiers(failover: View) -> None:
    record = failover.properties("DnsRecord")

    assert "${AWS::Region}" in record["SetIdentifier"]["Fn::Sub"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FullyQualifiedDomainName", {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}),
        ("ResourcePath", {"Ref": "HealthCheckPath"}),
        ("RequestInterval", 10),
        ("FailureThreshold", 3),
    ],
    ids=["host", "path", "interval", "threshold"],
)
def test_health_check_requests_this_regions_load_balancer(
    failover: View, name: str, value: object
) -> None:
    check = failover.properties("HealthCheck")["HealthCheckConfig"]

    assert check[name] == value


@pytest.mark.parametrize(
    ("certificate", "protocol", "port"),
    [({}, "HTTP", 80), (CERTIFICATE, "HTTPS", 443)],
    ids=["without a certificate", "with a certificate"],
)
def test_health_check_uses_https_with_a_certificate(
    template: View, certificate: dict[str, str], protocol: str, port: int
) -> None:
    deployed = template.deployed(**DOMAIN, **certificate)

    check = deployed.properties("HealthCheck")["HealthCheckConfig"]

    assert (check["Type"], check["Port"]) == (protocol, port)
