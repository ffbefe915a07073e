"""Every region of CloudFormation can be rehearsed."""

import boto3
import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.region_schemas import regional_schema
from tests.rehearsal import stacks
from tests.rehearsal.stacks import resource


@pytest.mark.parametrize("region", boto3.Session().get_available_regions("cloudformation"))
def test_region_has_the_schemas(region: str) -> None:
    assert regional_schema("AWS::RDS::DBCluster", region)


def test_region_without_shipped_schemas_creates_and_checks_resources(aws: EmbeddedAws) -> None:
    topic = resource("AWS::SNS::Topic", TopicName="alerts")

    created = stacks.create(aws, topic, region="me-south-1")
    wrong = stacks.create(
        aws, resource("AWS::SNS::Topic", Name="x"), region="me-south-1", name="wrong"
    )

    assert created.status == "CREATE_COMPLETE"
    assert "extraneous key [Name] is not permitted" in wrong.failures["It"]


def test_region_that_needs_an_opt_in_is_listed_once_it_is_enabled(aws: EmbeddedAws) -> None:
    ec2 = aws.client("ec2", "us-east-1")

    before = [one["RegionName"] for one in ec2.describe_regions()["Regions"]]
    aws.client("account", "us-east-1").enable_region(RegionName="me-south-1")
    after = [one["RegionName"] for one in ec2.describe_regions()["Regions"]]

    # "Regions enabled by default": manage-acct-regions.html of the Account Management guide.
    assert len(before) == 17
    assert {*after} - {*before} == {"me-south-1"}
    both = ec2.describe_regions(RegionNames=["ap-east-1", "me-south-1"], AllRegions=True)
    assert [one["OptInStatus"] for one in both["Regions"]] == ["not-opted-in", "opted-in"]


@pytest.mark.parametrize("region", ["us-west-2", "us-north-9"])
def test_region_that_needs_no_opt_in_is_not_enabled(aws: EmbeddedAws, region: str) -> None:
    with pytest.raises(ClientError, match="no region that can be enabled"):
        aws.client("account", "us-east-1").enable_region(RegionName=region)
