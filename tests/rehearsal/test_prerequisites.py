"""What a rehearsal creates before the first deployment."""

from typing import Any

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.prerequisites import DOMAIN, create_prerequisites
from tests.rehearsal.stacks import EAST, WEST

SHARED = {"AlertEmail": "on-call@example.com"}
_REQUIRES_CERTIFICATE = {
    "Rules": {
        "CertificateForHttps": {
            "Assertions": [
                {"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]}}
            ]
        }
    }
}


def test_most_templates_need_parameter_values_only(aws: EmbeddedAws) -> None:
    given = create_prerequisites(aws, {"Parameters": {}}, (EAST, WEST), shared=SHARED)

    expected = ("--parameter", "AlertEmail=on-call@example.com")
    assert (given.for_stack(EAST), given.for_stack_set()) == (expected, expected)
    assert aws.client("acm", EAST).list_certificates()["CertificateSummaryList"] == []


def test_rule_for_https_gets_a_certificate_in_each_region(aws: EmbeddedAws) -> None:
    given = create_prerequisites(aws, _REQUIRES_CERTIFICATE, (EAST, WEST), shared=SHARED)

    east, west = (_certificate(aws, region) for region in (EAST, WEST))
    assert f"CertificateArn={east}" in given.for_stack(EAST)
    assert f"CertificateArn={west}" in given.for_stack(WEST)
    assert given.for_stack_set()[2:] == (
        *("--parameter", f"CertificateArn={east}"),
        *("--override", f"{EAST}:CertificateArn={east}"),
        *("--override", f"{WEST}:CertificateArn={west}"),
    )


def test_template_with_a_domain_gets_its_zone(aws: EmbeddedAws) -> None:
    template: dict[str, Any] = {
        **_REQUIRES_CERTIFICATE,
        "Parameters": {"HostedZoneId": {}, "DomainName": {}},
    }

    given = create_prerequisites(aws, template, (EAST, WEST), shared=SHARED)

    (zone,) = aws.client("route53", EAST).list_hosted_zones()["HostedZones"]
    assert f"HostedZoneId={zone['Id'].rpartition('/')[2]}" in given.for_stack(WEST)
    assert f"DomainName={DOMAIN}" in given.for_stack(WEST)
    assert DOMAIN.endswith(zone["Name"].rstrip("."))
    assert "ReadinessPath=/ready" not in given.for_stack(WEST)


def test_health_check_of_a_domain_asks_for_readiness_if_the_template_can(aws: EmbeddedAws) -> None:
    template: dict[str, Any] = {
        **_REQUIRES_CERTIFICATE,
        "Parameters": {"HostedZoneId": {}, "DomainName": {}, "ReadinessPath": {}},
    }

    given = create_prerequisites(aws, template, (EAST, WEST), shared=SHARED)

    assert "ReadinessPath=/ready" in given.for_stack(WEST)


def _certificate(aws: EmbeddedAws, region: str) -> str:
    (found,) = aws.client("acm", region).list_certificates()["CertificateSummaryList"]
    return str(found["CertificateArn"])
