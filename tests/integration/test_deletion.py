from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.stack import Stack

DATABASE = "AWS::RDS::DBCluster"
EACH_POLICY = pytest.mark.parametrize("policy", ["DeletionPolicy", "UpdateReplacePolicy"])


@EACH_POLICY
def test_only_resources_of_the_profile_are_retained(stack: Stack, policy: str) -> None:
    retained = {
        resource["Type"]
        for resource in resources.templated(stack).values()
        if resource["Type"] != DATABASE and resource.get(policy, "Delete") != "Delete"
    }

    assert retained == stack.profile.retained


# Without a policy, CloudFormation takes a final snapshot.
@EACH_POLICY
def test_database_has_the_deletion_policy_of_the_profile(stack: Stack, policy: str) -> None:
    templated = resources.templated(stack).values()
    (database,) = (found for found in templated if found["Type"] == DATABASE)

    assert database.get(policy) == stack.profile.database_deletion_policy


def test_database_protection_follows_the_parameter(stack: Stack) -> None:
    protected = resources.database_cluster(stack)["DeletionProtection"]

    assert protected is is_protected(stack)


def test_load_balancer_protection_follows_the_parameter(stack: Stack) -> None:
    arn = stack.outputs["LoadBalancerArn"]

    answer = stack.ask("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)

    protected = str(is_protected(stack)).lower()
    assert {"Key": "deletion_protection.enabled", "Value": protected} in answer["Attributes"]


# Protection of the database alone is not enough: CloudFormation deletes the service and all
# instances before it reaches the cluster.
def test_stack_with_a_protected_database_cannot_be_deleted(stack: Stack) -> None:
    protected = stack.description.get("EnableTerminationProtection", False)

    assert protected or not is_protected(stack)


@pytest.mark.parametrize("writer", ["database", "container insights", "application"])
def test_log_group_belongs_to_the_stack(stack: Stack, writer: str) -> None:
    names = {
        "database": f"/aws/rds/cluster/{stack.outputs['DatabaseClusterId']}/postgresql",
        "container insights": f"/aws/ecs/containerinsights/{stack.outputs['ClusterName']}/performance",  # noqa: E501 - a name.
        "application": resources.container(stack)["logConfiguration"]["options"]["awslogs-group"],
    }

    owned = resources.of_type(stack, "AWS::Logs::LogGroup")

    assert names[writer] in owned


def is_protected(stack: Stack) -> bool:
    # Templates without protection have no such parameter.
    return stack.parameters.get("DeletionProtection") == "true"
