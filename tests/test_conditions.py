from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import View

GIVEN = [
    ("HasPassword", "DBMasterPassword", "SecurePassword123!"),
    ("HasRepository", "ContainerRepositoryArn", "arn:aws:ecr:us-east-1:123456789012:repository/a"),
    ("HasUser", "ContainerUser", "101"),
    ("HasCertificate", "CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/a"),
    ("HasDomain", "DomainName", "pay.example.com"),
    ("HasZones", "AvailabilityZones", "us-east-1a,us-east-1b,us-east-1c"),
]
CONDITIONS = [condition for condition, _, _ in GIVEN]


@pytest.mark.parametrize(("condition", "parameter", "value"), GIVEN, ids=CONDITIONS)
def test_condition_holds_when_its_parameter_is_given(
    template: View, condition: str, parameter: str, value: str
) -> None:
    holds = template.holds(condition, **{parameter: value})

    assert holds


@pytest.mark.parametrize("condition", CONDITIONS)
def test_condition_does_not_hold_by_default(template: View, condition: str) -> None:
    holds = template.holds(condition)

    assert not holds


@pytest.mark.parametrize("blank", [",,", ""], ids=["three blanks", "nothing"])
def test_blank_zones_are_none(template: View, blank: str) -> None:
    holds = template.holds("HasZones", AvailabilityZones=blank)

    assert not holds


@pytest.mark.parametrize(
    ("region", "primary", "expected"),
    [("us-east-1", "us-east-1", True), ("us-west-2", "us-east-1", False)],
)
def test_region_is_primary_when_it_is_the_operators_choice(
    template: View, region: str, primary: str, *, expected: bool
) -> None:
    holds = template.holds("IsPrimaryRegion", **{"AWS::Region": region}, PrimaryRegion=primary)

    assert holds is expected


def test_there_are_no_other_conditions(template: View) -> None:
    conditions = set(template.document["Conditions"])

    assert conditions == {*CONDITIONS, "IsPrimaryRegion"}


# Here a misspelt name would be a resource that is never there.
@pytest.mark.parametrize(
    ("resource", "condition"),
    [
        ("HttpsListener", "HasCertificate"),
        ("HealthCheck", "HasDomain"),
        ("DnsRecord", "HasDomain"),
    ],
)
def test_resource_is_there_on_its_condition(template: View, resource: str, condition: str) -> None:
    assert template.resource(resource)["Condition"] == condition


def test_everything_else_is_there_always(template: View) -> None:
    conditional = {name for name, resource in template.resources.items() if "Condition" in resource}

    assert conditional == {"HttpsListener", "HealthCheck", "DnsRecord"}
