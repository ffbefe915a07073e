from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

SERVICES = {
    "EcrApiEndpoint": "ecr.api",
    "EcrDkrEndpoint": "ecr.dkr",
    "LogsEndpoint": "logs",
    "SecretsManagerEndpoint": "secretsmanager",
    "SsmEndpoint": "ssm",
    "KmsEndpoint": "kms",
    "StsEndpoint": "sts",
}
each_endpoint = pytest.mark.parametrize("endpoint", SERVICES)


@cache
def view() -> View:
    return View.of(build_template(replace(PROFILES["standard"], interface_endpoints=True)))


def test_only_image_layers_have_an_endpoint_by_default(template: View, production: View) -> None:
    endpoints = [{*each.of_type("AWS::EC2::VPCEndpoint")} for each in (template, production)]

    assert endpoints == [{"S3Endpoint"}, {"S3Endpoint"}]


@each_endpoint
def test_service_has_an_endpoint_in_every_private_subnet(endpoint: str) -> None:
    properties = view().properties(endpoint)

    assert properties["VpcEndpointType"] == "Interface"
    assert properties["ServiceName"] == {
        "Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{SERVICES[endpoint]}"
    }
    assert properties["SubnetIds"] == [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"]
    assert properties["SecurityGroupIds"] == [{"Ref": "EndpointSecurityGroup"}]


# Without it, the service's name would still resolve to its public addresses.
@each_endpoint
def test_service_is_reached_by_its_own_name(endpoint: str) -> None:
    assert view().properties(endpoint)["PrivateDnsEnabled"] is True


@each_endpoint
def test_endpoint_lets_only_this_account_in(endpoint: str) -> None:
    (statement,) = view().statements(endpoint)

    prefix = SERVICES[endpoint].partition(".")[0]
    assert {action.partition(":")[0] for action in statement["Action"]} == {prefix}
    assert not [action for action in statement["Action"] if "*" in action]
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": {"Ref": "AWS::AccountId"}}
    }


def test_endpoints_accept_https_from_the_tasks_alone() -> None:
    (rule,) = view().rules_into("EndpointSecurityGroup")
    (egress,) = view().rules_out_of("EndpointSecurityGroup")

    assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (443, 443, "tcp")
    assert rule["SourceSecurityGroupId"] == {"Ref": "ApplicationSecurityGroup"}
    assert egress["CidrIp"] == "127.0.0.1/32"
