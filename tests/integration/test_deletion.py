from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack

DATABASE = "AWS::RDS::DBCluster"


@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_nothing_outlives_the_stack(stack: Stack, policy: str) -> None:
    kept = {
        logical_id
        for logical_id, resource in templated(stack).items()
        if resource["Type"] != DATABASE and resource.get(policy, "Delete") != "Delete"
    }

    assert kept == set()


# Without a policy, CloudFormation would keep a last snapshot of it.
@pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_database_is_left_as_promised(stack: Stack, policy: str) -> None:
    (database,) = (found for found in templated(stack).values() if found["Type"] == DATABASE)

    assert database.get(policy) == stack.profile.database_deletion_policy


def test_database_can_be_deleted_as_promised(stack: Stack) -> None:
    protected = resources.database_cluster(stack)["DeletionProtection"]

    assert protected is stack.profile.deletion_protection


def test_load_balancer_can_be_deleted_as_promised(stack: Stack) -> None:
    arn = stack.outputs["LoadBalancerArn"]

    answer = stack.ask("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)

    protected = str(stack.profile.deletion_protection).lower()
    assert {"Key": "deletion_protection.enabled", "Value": protected} in answer["Attributes"]


@pytest.mark.parametrize("writer", ["database", "container insights", "application"])
def test_log_group_dies_with_the_stack(stack: Stack, writer: str) -> None:
    names = {
        "database": f"/aws/rds/cluster/{stack.outputs['DatabaseClusterId']}/postgresql",
        "container insights": f"/aws/ecs/containerinsights/{stack.outputs['ClusterName']}/performance",  # noqa: E501 - a name.
        "application": resources.container(stack)["logConfiguration"]["options"]["awslogs-group"],
    }

    owned = resources.of_type(stack, "AWS::Logs::LogGroup")

    assert names[writer] in owned


def templated(stack: Stack) -> dict[str, Json]:
    answer = stack.ask("cloudformation", "get_template", StackName=stack.name)
    body = answer["TemplateBody"]
    # boto3 reads a template in JSON, and leaves one in YAML as text.
    template = json.loads(body) if isinstance(body, str) else body
    return cast("dict[str, Json]", template["Resources"])
