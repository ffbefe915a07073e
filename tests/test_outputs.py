from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import references_in

if TYPE_CHECKING:
    from tests.view import View


def subnets(kind: str) -> object:
    return {"Fn::Join": [",", [{"Ref": f"{kind}Subnet{zone}"} for zone in "ABC"]]}


OUTPUTS = {
    "LoadBalancerArn": {"Ref": "LoadBalancer"},
    "TargetGroupArn": {"Ref": "TargetGroup"},
    "VpcId": {"Ref": "Vpc"},
    "PublicSubnetIds": subnets("Public"),
    "PrivateSubnetIds": subnets("Private"),
    "DatabaseClusterId": {"Ref": "DatabaseCluster"},
    "WriterEndpoint": {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]},
    "ReaderEndpoint": {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]},
    "DatabaseSecretArn": {"Ref": "DatabaseSecret"},
    "ClusterName": {"Ref": "Cluster"},
    "ServiceName": {"Fn::GetAtt": ["Service", "Name"]},
    "EncryptionKeyArn": {"Fn::GetAtt": ["EncryptionKey", "Arn"]},
    "AlertTopicArn": {"Ref": "AlertTopic"},
    "DashboardName": {"Ref": "Dashboard"},
    "HealthCheckId": {"Ref": "HealthCheck"},
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_output_has_its_value(template: View, output: str) -> None:
    outputs = template.document["Outputs"]

    assert outputs[output]["Value"] == OUTPUTS[output]


@pytest.mark.parametrize("certificate", ["", "arn:aws:acm:us-east-1:123456789012:certificate/a"])
def test_application_url_uses_https_with_a_certificate(template: View, certificate: str) -> None:
    deployed = template.deployed(CertificateArn=certificate)

    url = deployed.document["Outputs"]["ApplicationUrl"]["Value"]

    scheme = "https://" if certificate else "http://"
    assert url == {"Fn::Join": ["", [scheme, {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}]]}


def test_there_are_no_other_outputs(template: View) -> None:
    outputs = set(template.document["Outputs"])

    assert outputs == {*OUTPUTS, "ApplicationUrl"}


@pytest.mark.parametrize("output", [*OUTPUTS, "ApplicationUrl"])
def test_output_is_described(template: View, output: str) -> None:
    outputs = template.document["Outputs"]

    assert outputs[output]["Description"].strip()


# A Ref to a missing resource would fail the stack.
@pytest.mark.parametrize(
    "given", [{}, {"DomainName": "pay.example.com"}], ids=["without a domain", "with a domain"]
)
def test_outputs_refer_only_to_existing_resources(template: View, given: dict[str, str]) -> None:
    deployed = template.deployed(**given)

    named = set(references_in(deployed.document["Outputs"]))

    assert named <= {*deployed.resources, *deployed.document["Parameters"]}


def test_application_url_uses_the_domain(template: View) -> None:
    deployed = template.deployed(DomainName="pay.example.com")

    url = deployed.document["Outputs"]["ApplicationUrl"]["Value"]

    assert url == {"Fn::Join": ["", ["http://", {"Ref": "DomainName"}]]}


@pytest.mark.parametrize(("domain", "exists"), [("", False), ("pay.example.com", True)])
def test_health_check_is_an_output_only_with_a_domain(
    template: View, domain: str, *, exists: bool
) -> None:
    deployed = template.deployed(DomainName=domain)

    assert ("HealthCheckId" in deployed.document["Outputs"]) is exists
