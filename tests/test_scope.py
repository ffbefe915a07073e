from __future__ import annotations

import pytest
from troposphere import Equals, Output, Parameter, Template, rds, sns

from payment_templates import PROFILES
from payment_templates.scope import Scope
from tests.view import View


@pytest.fixture
def scope() -> Scope:
    return Scope(template=Template(), options=PROFILES["standard"])


def test_added_resource_is_returned(scope: Scope) -> None:
    topic = sns.Topic("Topic")

    added = scope.add(topic)

    assert added is topic


STATEFUL_TYPES = (
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::SecretsManager::Secret",
)


def test_added_resource_is_in_the_template(scope: Scope) -> None:
    scope.add(sns.Topic("Topic"))

    assert list(View.of(scope.template).resources) == ["Topic"]


def test_everything_is_deleted_with_the_stack(template: View) -> None:
    policies = {resource["DeletionPolicy"] for resource in template.resources.values()}

    assert policies == {"Delete"}


def test_resources_with_data_set_update_replace_policy(template: View) -> None:
    stated = {
        resource["Type"]: resource["UpdateReplacePolicy"]
        for resource in template.resources.values()
        if "UpdateReplacePolicy" in resource
    }

    assert stated == dict.fromkeys(STATEFUL_TYPES, "Delete")


# A snapshot is useless without its key, and an audit needs the logs.
@pytest.mark.parametrize(
    ("policy", "retained"),
    # RetainExceptOnCreate: a failed creation leaves nothing behind.
    [("DeletionPolicy", "RetainExceptOnCreate"), ("UpdateReplacePolicy", "Retain")],
)
def test_production_retains_snapshot_key_and_logs(
    production: View, policy: str, retained: str
) -> None:
    kept = {
        name: resource[policy]
        for name, resource in production.resources.items()
        if resource.get(policy, "Delete") != "Delete"
    }

    assert kept == {
        "DatabaseCluster": "Snapshot",
        "EncryptionKey": retained,
        "DatabaseLogGroup": retained,
        "InsightsLogGroup": retained,
        "ApplicationLogGroup": retained,
        "FlowLogGroup": retained,
        "WebAclLogGroup": retained,
        "AccessLogBucket": retained,
        "BackupVault": retained,
    }


def test_cluster_is_deleted_although_cloudformation_defaults_to_a_snapshot(scope: Scope) -> None:
    cluster = scope.add(rds.DBCluster("Cluster", Engine="aurora-postgresql"))

    assert cluster.to_dict()["DeletionPolicy"] == "Delete"


def test_parameter_is_in_its_group_with_its_label(scope: Scope) -> None:
    scope.add_parameter(Parameter("Port", Type="Number"), group="Application", label="The port")

    assert scope.template.to_dict()["Metadata"]["AWS::CloudFormation::Interface"] == {
        "ParameterGroups": [{"Label": {"default": "Application"}, "Parameters": ["Port"]}],
        "ParameterLabels": {"Port": {"default": "The port"}},
    }


def test_added_condition_is_in_the_template(scope: Scope) -> None:
    name = scope.add_condition("IsHere", Equals("here", "here"))

    assert (name, list(scope.template.conditions)) == ("IsHere", ["IsHere"])


def test_second_condition_of_the_same_name_is_refused(scope: Scope) -> None:
    scope.add_condition("IsHere", Equals("here", "here"))

    with pytest.raises(ValueError, match="the template already has a condition IsHere"):
        scope.add_condition("IsHere", Equals("here", "there"))


def test_output_is_in_the_template(scope: Scope) -> None:
    scope.add_output(Output("Port", Value="80"))

    assert scope.template.to_dict()["Outputs"] == {"Port": {"Value": "80"}}
