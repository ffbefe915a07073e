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
def test_output_tells(template: View, output: str) -> None:
    outputs = template.document["Outputs"]

    assert outputs[output]["Value"] == OUTPUTS[output]


@pytest.mark.parametrize("certificate", ["", "arn:aws:acm:us-east-1:123456789012:certificate/a"])
def test_application_is_reached_by_the_protocol_that_serves(
    template: View, certificate: str
) -> None:
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


# A Ref to what is not there would fail the stack.
@pytest.mark.parametrize(
    "given", [{}, {"DomainName": "pay.example.com"}], ids=["without a domain", "with a domain"]
)
def test_outputs_speak_only_of_what_is_there(template: View, given: dict[str, str]) -> None:
    deployed = template.deployed(**given)

    named = set(references_in(deployed.document["Outputs"]))

    assert named <= {*deployed.resources, *deployed.document["Parameters"]}


def test_application_answers_under_the_domain_where_there_is_one(template: View) -> None:
    deployed = template.deployed(DomainName="pay.example.com")

    url = deployed.document["Outputs"]["ApplicationUrl"]["Value"]

    assert url == {"Fn::Join": ["", ["http://", {"Ref": "DomainName"}]]}


@pytest.mark.parametrize(("domain", "there"), [("", False), ("pay.example.com", True)])
def test_health_check_is_told_where_there_is_one(
    template: View, domain: str, *, there: bool
) -> None:
    deployed = template.deployed(DomainName=domain)

    assert ("HealthCheckId" in deployed.document["Outputs"]) is there
