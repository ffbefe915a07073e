from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from payment_templates import naming
from payment_templates.facts.name_limits import NAME_LIMITS
from tests.view import patterns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.view import Json, View

SUFFIX = "${EnvironmentSuffix}"
REGION = "${AWS::Region}"
# The property that sets a resource's name in AWS.
NAMES = {
    "AWS::ApplicationAutoScaling::ScalingPolicy": "PolicyName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ECS::Service": "ServiceName",
    "AWS::ECS::TaskDefinition": "Family",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName",
    "AWS::RDS::EventSubscription": "SubscriptionName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SSM::Parameter": "Name",
    "AWS::SecretsManager::Secret": "Name",
}
SHARED_BY_REGIONS = ["AWS::CloudWatch::Dashboard", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"]


@pytest.mark.parametrize(
    ("zone", "logical_id", "thing"),
    [(0, "SubnetA", "subnet-a"), (2, "SubnetC", "subnet-c"), (5, "SubnetF", "subnet-f")],
)
def test_copy_for_a_zone_ends_in_its_letter(zone: int, logical_id: str, thing: str) -> None:
    names = naming.in_zone("Subnet", zone), naming.thing_in_zone("subnet", zone)

    assert names == (logical_id, thing)


@pytest.mark.parametrize("resource_type", NAMES)
def test_name_ends_in_the_suffix(resource_type: str) -> None:
    name = naming.physical_name(resource_type, "one").to_dict()

    expected = f"payment-one-{SUFFIX}"
    if resource_type in SHARED_BY_REGIONS:
        expected += f"-{REGION}"
    assert name == {"Fn::Sub": expected}


def test_name_that_can_exceed_the_limit_of_its_service_is_refused() -> None:
    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"

    message = "payment-wide-.* can reach 33 characters; AWS allows 32$"
    with pytest.raises(ValueError, match=message):
        naming.physical_name(resource_type, "wide")


def test_name_at_the_limit_is_accepted() -> None:
    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"

    name = naming.physical_name(resource_type, "alb").to_dict()

    assert len(name["Fn::Sub"].replace(SUFFIX, "s" * 20)) == 32


def test_region_counts_towards_the_limit() -> None:
    longest = "x" * (64 - len("payment--") - 20 - len("-us-isof-south-1"))

    with pytest.raises(ValueError, match="can reach 65 characters; AWS allows 64"):
        naming.physical_name("AWS::IAM::Role", longest + "x")


def test_longest_suffix_is_the_maximum_length_of_the_parameter(template: View) -> None:
    parameter = template.document["Parameters"]["EnvironmentSuffix"]

    assert parameter["MaxLength"] == naming.LONGEST_SUFFIX


@pytest.mark.parametrize(
    "resource_type",
    ["AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup"],
)
def test_load_balancing_names_stay_within_32_characters(template: View, resource_type: str) -> None:
    name: str = template.only(resource_type)["Name"]["Fn::Sub"]

    longest = name.replace(SUFFIX, "s" * 20)

    assert len(longest) <= 32


@pytest.mark.parametrize("resource_type", NAMES)
def test_limit_is_within_the_limit_of_the_aws_schema(resource_type: str) -> None:
    definition = schema(resource_type)["properties"][NAMES[resource_type]]

    limit = NAME_LIMITS[resource_type].longest

    # Some schemas have no limit: then only the service's documentation has one.
    assert limit <= definition.get("maxLength", limit)


@pytest.mark.parametrize("resource_type", NAMES)
def test_name_in_the_stack_has_the_suffix(template: View, resource_type: str) -> None:
    names = list(names_of(template, resource_type))

    assert names
    assert all("payment" in name and SUFFIX in name for name in names)


@pytest.mark.parametrize("resource_type", SHARED_BY_REGIONS)
def test_name_that_all_regions_share_ends_in_the_region(template: View, resource_type: str) -> None:
    names = list(names_of(template, resource_type))

    assert all(name.endswith(f"{SUFFIX}-{REGION}") for name in names)


@pytest.mark.parametrize("resource_type", NAMES)
def test_names_of_a_type_are_unique(template: View, resource_type: str) -> None:
    names = list(names_of(template, resource_type))

    assert len(set(names)) == len(names)


# With a name the resource could not be replaced, or AWS assigns the name.
def test_all_other_resources_have_no_name(template: View) -> None:
    naming_properties = {"GroupName", "DBClusterParameterGroupName", "Name"}

    named = {
        resource["Type"]
        for resource in template.resources.values()
        if resource["Type"] not in NAMES and naming_properties & set(resource["Properties"])
    }

    # The operator chooses the name of the record.
    assert named == {"AWS::Route53::RecordSet"}


def test_every_taggable_resource_has_name_and_environment(template: View) -> None:
    untagged = {
        logical_id
        for logical_id, resource in template.resources.items()
        if (tags := tags_property(resource["Type"]))
        and not is_tagged(resource["Properties"].get(tags, {}))
    }

    assert untagged == set()


def names_of(template: View, resource_type: str) -> Iterator[str]:
    for properties in template.of_type(resource_type).values():
        yield from patterns(properties[NAMES[resource_type]])


def tags_property(resource_type: str) -> str:
    """Return the property with a type's tags; empty when AWS cannot tag it."""
    tagging = schema(resource_type)["tagging"]
    return tagging["tagProperty"].split("/")[-1] if tagging["taggable"] else ""


def is_tagged(tags: list[Json] | Json) -> bool:
    found = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
    name = found.get("Name", {}).get("Fn::Sub", "")
    return found.get("Environment") == {"Ref": "EnvironmentSuffix"} and bool(
        re.fullmatch(r"payment-[a-z0-9-]+-\$\{EnvironmentSuffix\}", name)
    )


@cache
def schema(resource_type: str) -> Json:
    """Return the AWS schema of a resource type, as cfn-lint ships it."""
    found = find_spec("cfnlint")
    assert found
    assert found.origin
    # Read as files: importing cfn-lint takes seconds.
    schemas = Path(found.origin).parent / "data" / "schemas"
    types = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    return cast(
        "Json", json.loads((schemas / "resources" / f"{types[resource_type]}.json").read_text())
    )
