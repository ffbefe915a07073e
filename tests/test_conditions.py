from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import View

CASES = [
    ("HasPassword", "DBMasterPassword", "SecurePassword123!"),
    ("HasRepository", "ContainerRepositoryArn", "arn:aws:ecr:us-east-1:123456789012:repository/a"),
    ("HasUser", "ContainerUser", "101"),
    ("HasCertificate", "CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/a"),
    ("HasDomain", "DomainName", "pay.example.com"),
    ("HasZones", "AvailabilityZones", "us-east-1a,us-east-1b,us-east-1c"),
]
CONDITIONS = [condition for condition, _, _ in CASES]


@pytest.mark.parametrize(("condition", "parameter", "value"), CASES, ids=CONDITIONS)
def test_condition_is_true_when_its_parameter_is_set(
    template: View, condition: str, parameter: str, value: str
) -> None:
    holds = template.holds(condition, **{parameter: value})

    assert holds


@pytest.mark.parametrize("condition", CONDITIONS)
def test_condition_is_false_by_default(template: View, condition: str) -> None:
    holds = template.holds(condition)

    assert not holds


@pytest.mark.parametrize("blank", [",,", ""], ids=["three blanks", "nothing"])
def test_blank_zones_count_as_no_zones(template: View, blank: str) -> None:
    holds = template.holds("HasZones", AvailabilityZones=blank)

    assert not holds


@pytest.mark.parametrize(
    ("region", "primary", "expected"),
    [("us-east-1", "us-east-1", True), ("us-west-2", "us-east-1", False)],
)
def test_region_is_primary_when_primary_region_names_it(
    template: View, region: str, primary: str, *, expected: bool
) -> None:
    holds = template.holds("IsPrimaryRegion", **{"AWS::Region": region}, PrimaryRegion=primary)

    assert holds is expected


def test_there_are_no_other_conditions(template: View) -> None:
    conditions = set(template.document["Conditions"])

    assert conditions == {*CONDITIONS, "IsPrimaryRegion"}


# With a misspelt condition the resource would never be created.
@pytest.mark.parametrize(
    ("resource", "condition"),
    [
        ("HttpsListener", "HasCertificate"),
        ("HealthCheck", "HasDomain"),
        ("DnsRecord", "HasDomain"),
    ],
)
def test_resource_has_its_condition(template: View, resource: str, condition: str) -> None:
    assert template.resource(resource)["Condition"] == condition


def test_all_other_resources_are_unconditional(template: View) -> None:
    conditional = {name for name, resource in template.resources.items() if "Condition" in resource}

    assert conditional == {"HttpsListener", "HealthCheck", "DnsRecord"}
