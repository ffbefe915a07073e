from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import View

ROLE = "DatabaseMonitoringRole"


@pytest.mark.parametrize("instance", ["DatabaseWriter", "DatabaseReader1", "DatabaseReader2"])
def test_rds_measures_every_instance_of_production(production: View, instance: str) -> None:
    properties = production.properties(instance)

    assert properties["MonitoringInterval"] == 60
    assert properties["MonitoringRoleArn"] == {"Fn::GetAtt": [ROLE, "Arn"]}


def test_only_rds_may_assume_the_role_and_only_for_instances_of_the_account(
    production: View,
) -> None:
    (trust,) = production.properties(ROLE)["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert trust["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:*"
            }
        }
    }


def test_role_has_only_the_policy_of_aws_for_it(production: View) -> None:
    role = production.properties(ROLE)

    (policy,) = role["ManagedPolicyArns"]
    name = "service-role/AmazonRDSEnhancedMonitoringRole"
    assert policy == {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"}
    assert "Policies" not in role


def test_standard_stack_has_no_such_role(template: View) -> None:
    assert ROLE not in template.resources
    assert "MonitoringInterval" not in template.properties("DatabaseWriter")
