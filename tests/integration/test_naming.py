from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

# Types whose physical ID is the name, or ends with it.
NAMED = [
    "AWS::CloudWatch::Alarm",
    "AWS::ECS::Cluster",
    "AWS::Events::Rule",
    "AWS::KMS::Alias",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::EventSubscription",
    "AWS::SNS::Topic",
]
# Names that are unique in an account, across regions.
ACCOUNT_WIDE = ["AWS::CloudWatch::Dashboard", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"]
TAGGED_IN_EC2 = [
    "AWS::EC2::EIP",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
]


@pytest.mark.parametrize("resource_type", NAMED)
def test_every_name_ends_in_the_suffix(stack: Stack, resource_type: str) -> None:
    names = resources.of_type(stack, resource_type)

    assert names
    # The clusters of a global database have names that differ between regions.
    endings = (stack.suffix, f"{stack.suffix}-{stack.region}")
    assert [name for name in names if not any(is_named(name, end) for end in endings)] == []


@pytest.mark.parametrize("resource_type", ACCOUNT_WIDE)
def test_account_wide_name_ends_in_suffix_and_region(stack: Stack, resource_type: str) -> None:
    names = resources.of_type(stack, resource_type)

    assert names
    assert [name for name in names if not is_named(name, f"{stack.suffix}-{stack.region}")] == []


def test_name_of_the_secret_ends_in_the_suffix(stack: Stack, secret_arn: str) -> None:
    name = stack.ask("secretsmanager", "describe_secret", SecretId=secret_arn)["Name"]

    assert is_named(name, stack.suffix)


def test_names_shown_by_services_end_in_the_suffix(stack: Stack) -> None:
    names = {
        resources.load_balancer(stack)["LoadBalancerName"],
        resources.target_group(stack)["TargetGroupName"],
        resources.service(stack)["serviceName"],
        resources.task_definition(stack)["family"],
    }

    assert [name for name in names if not is_named(name, stack.suffix)] == []


def test_every_log_group_has_the_suffix(stack: Stack) -> None:
    names = list(resources.log_groups(stack))

    assert len(names) == stack.profile.log_groups
    ending = rf"-{stack.suffix}(-{stack.region})?(/|$)"
    assert [name for name in names if not re.search(ending, name)] == []


@pytest.mark.parametrize("resource_type", TAGGED_IN_EC2)
def test_resource_without_name_has_a_name_tag(stack: Stack, resource_type: str) -> None:
    ids = tagged_ids(stack, resource_type)

    tags = ec2_tags(stack)

    assert ids
    assert [each for each in ids if not is_named(tags[each].get("Name", ""), stack.suffix)] == []


@pytest.mark.parametrize("resource_type", TAGGED_IN_EC2)
def test_resource_without_name_is_tagged_with_its_environment(
    stack: Stack, resource_type: str
) -> None:
    ids = tagged_ids(stack, resource_type)

    tags = ec2_tags(stack)

    assert {tags[each].get("Environment") for each in ids} == {stack.suffix}


def test_load_balancer_is_tagged_with_its_environment(stack: Stack) -> None:
    arns = [stack.outputs["LoadBalancerArn"], stack.outputs["TargetGroupArn"]]

    described = stack.ask("elbv2", "describe_tags", ResourceArns=arns)["TagDescriptions"]

    environment = {"Key": "Environment", "Value": stack.suffix}
    assert [environment in each["Tags"] for each in described] == [True, True]


def test_database_is_tagged_with_its_environment(stack: Stack) -> None:
    arns = [
        resources.database_cluster(stack)["DBClusterArn"],
        *(instance["DBInstanceArn"] for instance in resources.database_instances(stack)),
    ]

    answers = [stack.ask("rds", "list_tags_for_resource", ResourceName=arn) for arn in arns]

    environment = {"Key": "Environment", "Value": stack.suffix}
    assert [environment in answer["TagList"] for answer in answers] == [True] * 4


# Tasks included: the service propagates its tags to them.
def test_service_is_tagged_with_its_environment(stack: Stack) -> None:
    arns = [
        resources.ecs_cluster(stack)["clusterArn"],
        resources.service(stack)["serviceArn"],
        resources.service(stack)["taskDefinition"],
        *(task["taskArn"] for task in resources.tasks(stack)),
    ]

    answers = [stack.ask("ecs", "list_tags_for_resource", resourceArn=arn) for arn in arns]

    environment = {"key": "Environment", "value": stack.suffix}
    assert [environment in answer["tags"] for answer in answers] == [True] * len(arns)


def is_named(name: str, ending: str) -> bool:
    return re.search(rf"(^|[/:])payment-[a-z0-9-]+-{re.escape(ending)}$", name) is not None


def tagged_ids(stack: Stack, resource_type: str) -> list[str]:
    found = resources.of_type(stack, resource_type)
    if resource_type != "AWS::EC2::EIP":
        return found
    # CloudFormation identifies an address by its public IP, its tags by the allocation ID.
    answer = stack.ask("ec2", "describe_addresses", PublicIps=found)
    return [address["AllocationId"] for address in answer["Addresses"]]


def ec2_tags(stack: Stack) -> dict[str, dict[str, str]]:
    ids = [each for kind in TAGGED_IN_EC2 for each in tagged_ids(stack, kind)]
    of_these = [{"Name": "resource-id", "Values": ids}]
    tags: dict[str, dict[str, str]] = {each: {} for each in ids}
    for tag in cast("list[Json]", stack.ask("ec2", "describe_tags", Filters=of_these)["Tags"]):
        tags[tag["ResourceId"]][tag["Key"]] = tag["Value"]
    return tags
