"""Every region of CloudFormation can be rehearsed."""

import boto3
import pytest

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
