"""The experiments of a game day: off by default, guarded, and with roles that can do no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

_TYPE = "AWS::FIS::ExperimentTemplate"
_EXPERIMENTS = ("NatLoss", "TaskLoss", "WriterFailover", "ZoneLoss")


@pytest.fixture(scope="module")
def view() -> View:
    return View.of(build_template(replace(PROFILES["standard"], game_day=True)))


@pytest.mark.parametrize("profile", PROFILES)
def test_no_profile_has_experiments(profile: str) -> None:
    template = build_template(PROFILES[profile]).to_dict()

    assert [it for it in template["Resources"].values() if it["Type"] == _TYPE] == []


@pytest.mark.parametrize("experiment", _EXPERIMENTS)
def test_response_time_alarm_stops_the_experiment(view: View, experiment: str) -> None:
    conditions = view.properties(f"{experiment}Experiment")["StopConditions"]

    assert conditions == [
        {"Source": "aws:cloudwatch:alarm", "Value": {"Fn::GetAtt": ["ResponseTimeAlarm", "Arn"]}}
    ]


@pytest.mark.parametrize("experiment", _EXPERIMENTS)
def test_experiment_has_a_role_of_its_own(view: View, experiment: str) -> None:
    role = view.properties(f"{experiment}Experiment")["RoleArn"]

    assert role == {"Fn::GetAtt": [f"{experiment}Role", "Arn"]}


@pytest.mark.parametrize("experiment", _EXPERIMENTS)
def test_only_experiments_of_this_account_and_region_use_the_role(
    view: View, experiment: str
) -> None:
    (statement,) = view.properties(f"{experiment}Role")["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "fis.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Fn::Sub": "${AWS::AccountId}"}
    }
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"].endswith(
        "fis:${AWS::Region}:${AWS::AccountId}:experiment/*"
    )


@pytest.mark.parametrize(
    ("experiment", "changing"),
    [
        ("NatLoss", {"ec2"}),
        ("TaskLoss", {"ecs"}),
        ("WriterFailover", {"rds"}),
        ("ZoneLoss", {"ec2", "rds"}),
    ],
)
def test_role_changes_only_what_its_experiment_breaks(
    view: View, experiment: str, changing: set[str]
) -> None:
    actions = {action for it in _statements(view, experiment) for action in it["Action"]}

    harmless = ("Describe", "List", "Get")
    changes = {it for it in actions if not it.partition(":")[2].startswith(harmless)}
    assert {it.partition(":")[0] for it in changes} == changing


@pytest.mark.parametrize("experiment", _EXPERIMENTS)
def test_only_searches_are_allowed_on_every_resource(view: View, experiment: str) -> None:
    wide = [
        action
        for it in _statements(view, experiment)
        if it["Resource"] == ["*"]
        for action in it["Action"]
    ]

    assert all(it.partition(":")[2].startswith(("Describe", "List", "GetRes")) for it in wide)


@pytest.mark.parametrize("experiment", ["NatLoss", "ZoneLoss"])
def test_only_network_acls_of_fis_are_changed(view: View, experiment: str) -> None:
    by_sid = {it["Sid"]: it for it in _statements(view, experiment)}

    assert by_sid["CreateNetworkAcl"]["Condition"]["StringEquals"] == {
        "aws:RequestTag/managedByFIS": "true"
    }
    assert by_sid["ChangeOwnNetworkAcl"]["Condition"]["StringEquals"] == {
        "ec2:ResourceTag/managedByFIS": "true"
    }
    assert by_sid["TagNetworkAcl"]["Condition"]["StringEquals"] == {
        "aws:RequestTag/managedByFIS": "true",
        "ec2:CreateAction": "CreateNetworkAcl",
    }


@pytest.mark.parametrize(
    ("experiment", "subnets"),
    [("NatLoss", ["PublicSubnetA"]), ("ZoneLoss", ["PublicSubnetA", "PrivateSubnetA"])],
)
def test_network_is_cut_in_these_subnets_alone(
    view: View, experiment: str, subnets: list[str]
) -> None:
    arns = [
        {"Fn::Sub": f"arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:${{AWS::AccountId}}:subnet/{it}"}
        for it in (f"${{{subnet}}}" for subnet in subnets)
    ]
    by_sid = {it["Sid"]: it for it in _statements(view, experiment)}

    targets = view.properties(f"{experiment}Experiment")["Targets"]
    assert targets["Subnets"]["ResourceArns"] == arns
    assert by_sid["ReplaceNetworkAcl"]["Resource"][:-1] == arns


def test_tasks_are_listed_in_the_cluster_of_the_stack_alone(view: View) -> None:
    by_sid = {it["Sid"]: it for it in _statements(view, "TaskLoss")}

    listing = [sid for sid, it in by_sid.items() if "ecs:ListTasks" in it["Action"]]
    assert listing == ["ListTasks"]
    assert by_sid["ListTasks"]["Condition"] == {
        "ArnEquals": {"ecs:cluster": {"Fn::GetAtt": ["Cluster", "Arn"]}}
    }


def test_zone_loss_fails_over_only_a_writer_of_the_zone(view: View) -> None:
    target = view.properties("ZoneLossExperiment")["Targets"]["Writer"]

    assert target["Parameters"] == {
        "writerAvailabilityZoneIdentifiers": {"Fn::GetAtt": ["PublicSubnetA", "AvailabilityZone"]}
    }
    # FIS finds the cluster by its tags.
    assert target["ResourceTags"] == {
        it["Key"]: it["Value"] for it in view.properties("DatabaseCluster")["Tags"]
    }


def test_one_task_of_the_service_is_stopped(view: View) -> None:
    target = view.properties("TaskLossExperiment")["Targets"]["Task"]

    assert target["SelectionMode"] == "COUNT(1)"
    assert target["Parameters"] == {
        "cluster": {"Ref": "Cluster"},
        "service": {"Fn::GetAtt": ["Service", "Name"]},
    }


def _statements(view: View, experiment: str) -> list[dict[str, Any]]:
    (policy,) = view.properties(f"{experiment}Role")["Policies"]
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements
