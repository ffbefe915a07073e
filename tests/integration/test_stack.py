from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.stack import Stack

OUTPUTS = [
    "ApplicationUrl",
    "LoadBalancerArn",
    "TargetGroupArn",
    "VpcId",
    "PublicSubnetIds",
    "PrivateSubnetIds",
    "DatabaseClusterId",
    "WriterEndpoint",
    "ReaderEndpoint",
    "ClusterName",
    "ServiceName",
    "EncryptionKeyArn",
    "AlertTopicArn",
    "DashboardName",
]
REGIONAL_ARNS = [output for output in OUTPUTS if output.endswith("Arn")]


def test_stack_is_complete(stack: Stack) -> None:
    status = stack.description["StackStatus"]

    assert status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def test_every_resource_of_the_stack_is_complete(stack: Stack) -> None:
    answer = stack.ask("cloudformation", "list_stack_resources", StackName=stack.name)

    unfinished = {
        resource["LogicalResourceId"]: resource["ResourceStatus"]
        for resource in answer["StackResourceSummaries"]
        if resource["ResourceStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    }

    assert unfinished == {}


def test_secret_is_an_output_only_where_it_exists(stack: Stack) -> None:
    assert ("DatabaseSecretArn" in stack.outputs) is stack.is_database_home


def test_global_database_is_an_output_of_both_regions(stack: Stack) -> None:
    given = {"GlobalDatabaseId", "DatabaseHomeRegion"} & stack.outputs.keys()

    assert len(given) == (2 if stack.profile.global_database else 0)


@pytest.mark.parametrize("output", OUTPUTS)
def test_output_has_a_value(stack: Stack, output: str) -> None:
    value = stack.outputs.get(output, "")

    assert value.strip()


@pytest.mark.parametrize("output", REGIONAL_ARNS)
def test_output_is_of_the_stacks_region_and_account(stack: Stack, output: str) -> None:
    region_and_account = stack.outputs[output].split(":")[3:5]

    assert region_and_account == [stack.region, stack.account]


def test_application_url_points_to_the_domain_or_the_load_balancer(stack: Stack) -> None:
    host = stack.parameters["DomainName"] or resources.load_balancer(stack)["DNSName"]

    scheme = "https" if stack.parameters["CertificateArn"] else "http"
    assert stack.outputs["ApplicationUrl"] == f"{scheme}://{host}"


def test_health_check_id_is_an_output_only_with_a_domain(stack: Stack) -> None:
    has_domain = bool(stack.parameters["DomainName"])

    assert ("HealthCheckId" in stack.outputs) == has_domain
