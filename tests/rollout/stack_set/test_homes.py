"""Stack sets of one name in other regions and of other callers, and sets of other projects."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from payment_templates.commands import destroy as destroy_command
from payment_templates.commands import rollout as rollout_command
from payment_templates.rollout import stack_overview
from payment_templates.rollout.preflight.owners import find_owners
from payment_templates.rollout.stack_set import homes
from payment_templates.rollout.stack_set.definition import StackSet, find_stack_set
from tests.rollout.running import EAST, NAME, SMALL, SUFFIX, WEST, Commands

if TYPE_CHECKING:
    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

IRELAND = "eu-west-1"
_UNIT = ("--organizational-unit", "ou-ab12-cdef3456")
_DELEGATED = ("--call-as", "DELEGATED_ADMIN")


@pytest.fixture
def two_sets(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sets of one name, as rollouts of an earlier version made them."""

    def allow(*_: object) -> tuple[str, ...]:
        return ()

    assert commands.rollout("--region", EAST).exit_code == 0
    with monkeypatch.context() as earlier:
        earlier.setattr(rollout_command, "require_one_home", allow)
        assert commands.rollout("--region", WEST).exit_code == 0


@pytest.fixture
def delegated(commands: Commands) -> None:
    """A set that a delegated administrator created, with stacks in both regions."""
    result = commands.rollout(*_UNIT, *_DELEGATED)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("skip", [True, False], ids=["without preflight", "with preflight"])
def test_rollout_names_the_home_instead_of_making_a_second_set(
    commands: Commands, *, skip: bool
) -> None:
    commands.rollout()

    result = commands.rollout("--region", WEST, preflight=not skip)

    assert result.exit_code == 3
    assert f"the stack set {NAME} in {EAST} exists" in result.stderr
    assert f"--region {EAST} --region {WEST}" in result.stderr
    assert "delete" not in result.output
    assert _sets(commands, WEST) == []


def test_rollout_finds_a_home_in_any_enabled_region(commands: Commands) -> None:
    commands.rollout("--region", IRELAND)

    result = commands.rollout()

    assert result.exit_code == 3
    assert f"--region {IRELAND} --region {EAST} --region {WEST}" in result.stderr


def test_status_of_another_region_finds_the_set(commands: Commands) -> None:
    commands.rollout("--region", EAST)

    document = commands.document("status", "--region", WEST)
    shown = commands.run("status", "--region", WEST).output

    assert [one["region"] for one in document["stack_sets"]] == [EAST]
    assert f"the stack set {NAME} in {EAST} has stacks in {EAST}" in shown
    assert "no stack found" not in shown


@pytest.mark.usefixtures("two_sets")
def test_status_shows_both_sets(commands: Commands) -> None:
    document = commands.document("status")
    shown = commands.run("status").output

    assert [one["region"] for one in document["stack_sets"]] == [EAST, WEST]
    assert [one["region"] for one in document["instances"]] == [EAST, WEST]
    assert f"2 stack sets have the same name, in {EAST}, {WEST}" in shown


@pytest.mark.usefixtures("two_sets")
def test_drift_compares_both_sets(commands: Commands) -> None:
    logs = commands.aws.client("logs", WEST)
    logs.put_retention_policy(logGroupName="payment-records-dev-001", retentionInDays=90)

    document = commands.document("drift")

    assert [(one["region"], one["logical_id"]) for one in document["drifts"]] == [(WEST, "Records")]


@pytest.mark.usefixtures("two_sets")
def test_destroy_stops_the_creation_of_each_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[tuple[str, str]] = []

    def stop(client: CloudFormationClient, _: str, operation_id: str) -> None:
        stopped.append((client.meta.region_name, operation_id))

    def running(client: CloudFormationClient, _: str) -> str:
        return f"theirs-in-{client.meta.region_name}"

    monkeypatch.setattr(destroy_command, "stop_creation", stop)
    monkeypatch.setattr(stack_overview, "running_operation", running)

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert stopped == [(EAST, f"theirs-in-{EAST}"), (WEST, f"theirs-in-{WEST}")]
    for region in (EAST, WEST):
        said = f"operation theirs-in-{region} of the stack set {NAME} in {region} is running"
        assert f"{said}: destroy stops it" in result.stdout


@pytest.mark.usefixtures("two_sets")
def test_destroy_deletes_both_sets(commands: Commands) -> None:
    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert (_sets(commands, EAST), _sets(commands, WEST)) == ([], [])


@pytest.mark.usefixtures("two_sets")
def test_destroy_of_one_region_names_the_set_elsewhere(commands: Commands) -> None:
    result = commands.run("destroy", "--confirm", SUFFIX, "--region", EAST)

    assert result.exit_code == 3
    assert f"the stack set {NAME} in {WEST} with stacks in {WEST}" in result.stderr
    assert f"--region {EAST} --region {WEST}" in result.stderr
    assert commands.greeting(EAST) == "first"


@pytest.mark.usefixtures("delegated")
def test_destroy_does_not_miss_a_set_of_a_delegated_administrator(commands: Commands) -> None:
    document = commands.document("destroy", "--confirm", SUFFIX)

    assert document["exit_code"] == 1
    assert f"{NAME} (--call-as DELEGATED_ADMIN)" in [one["name"] for one in document["leftovers"]]
    assert "run destroy again with --call-as DELEGATED_ADMIN" in document["error"]


@pytest.mark.usefixtures("delegated")
def test_destroy_as_delegated_administrator_deletes_the_set(commands: Commands) -> None:
    document = commands.document("destroy", "--confirm", SUFFIX, *_DELEGATED)

    assert (document["exit_code"], document["leftovers"]) == (0, []), document
    assert commands.document("status", *_DELEGATED)["stack_sets"] == []


@pytest.mark.usefixtures("delegated")
def test_status_and_drift_take_the_caller(commands: Commands) -> None:
    hidden = commands.run("status").output
    compared = commands.document("drift", *_DELEGATED)

    assert f"the stack set {NAME} in {EAST} is visible only with --call-as DELEGATED_AD" in hidden
    assert (compared["exit_code"], compared["drifts"]) == (0, [])
    assert {one["region"] for one in commands.document("status", *_DELEGATED)["instances"]} == {
        EAST,
        WEST,
    }


@pytest.mark.usefixtures("delegated")
def test_drift_does_not_report_on_a_set_that_it_does_not_see(commands: Commands) -> None:
    result = commands.run("drift")

    assert result.exit_code == 2
    assert "nothing to compare" in result.stderr
    assert "visible only with --call-as DELEGATED_ADMIN" in result.output


@pytest.mark.usefixtures("delegated")
def test_preflight_and_rollout_find_the_set_of_a_delegated_administrator(
    commands: Commands,
) -> None:
    findings = commands.document("preflight")["findings"]
    result = commands.rollout()

    assert (
        f"the stack set {NAME} in {EAST} exists, visible only with --call-as DELEGATED_ADMIN"
        in [one["what"] for one in findings if one["verdict"] == "refused"]
    )
    assert result.exit_code == 3
    assert "use --call-as DELEGATED_ADMIN" in result.stderr


@pytest.mark.parametrize(
    "parameters",
    [{}, {"EnvironmentSuffix": "prod-9"}, {"EnvironmentSuffix": SUFFIX}],
    ids=["no suffix", "another suffix", "another project"],
)
def test_foreign_set_of_the_same_name_is_left_alone(
    commands: Commands, parameters: dict[str, str]
) -> None:
    _make_foreign_set(commands, parameters)

    outcomes = [
        commands.rollout(),
        commands.run("preflight"),
        commands.destroy(),
        commands.run("drift"),
    ]
    shown = commands.run("status").output

    assert [one.exit_code for one in outcomes] == [3, 3, 2, 2]
    assert f"not part of this suffix: the stack set {NAME} in {EAST} has" in shown
    (left,) = _sets(commands, EAST)
    assert left["Description"] == "Orders"


def test_foreign_set_elsewhere_does_not_block(commands: Commands) -> None:
    _make_foreign_set(commands, {}, region=IRELAND)

    created = commands.rollout()
    deleted = commands.destroy()

    assert (created.exit_code, deleted.exit_code) == (0, 0), created.output + deleted.output
    assert len(_sets(commands, IRELAND)) == 1


def test_set_of_the_cli_belongs_to_the_project_by_its_template(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    client.create_stack_set(
        StackSetName=NAME,
        TemplateBody=SMALL.read_text(),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "ParameterValue": SUFFIX}],
    )

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert commands.greeting(WEST) == "first"


def test_set_without_stacks_is_named(commands: Commands) -> None:
    commands.rollout()
    _delete_instances(commands)

    status = commands.run("status")
    drift = commands.run("drift")

    assert f"the stack set {NAME} in {EAST} has no stacks" in status.output
    assert "created by" not in status.output
    assert drift.exit_code == 2
    assert f"the stack set {NAME} in {EAST} has none" in drift.stderr


def test_region_that_cannot_be_searched_is_named(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse(monkeypatch, IRELAND, "SELF", "AccessDenied", "denied by a service control policy")

    status = commands.run("status")
    destroy = commands.document("destroy", "--confirm", SUFFIX)
    rollout = commands.rollout()

    gap = f"stack sets in {IRELAND}: DescribeStackSet returns AccessDenied"
    assert f"not searched: {gap}" in status.output
    assert "no stack set in 2 regions" in status.output
    assert gap in destroy["not_searched"]
    assert destroy["exit_code"] == 1
    assert destroy["error"] == f"not everything could be searched for {SUFFIX}: {gap}"
    assert f"not searched for a set of the same name: {gap}" in rollout.output
    assert rollout.exit_code == 0, rollout.output


def test_account_that_is_no_delegated_administrator_is_named_once(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "Account used is not a delegated administrator"
    _refuse(monkeypatch, None, "DELEGATED_ADMIN", "ValidationError", message)

    result = commands.destroy()

    assert result.exit_code == 0
    assert result.output.count("not searched") == 1
    assert "organizations:ListDelegatedAdministrators" in result.output
    assert f"of account {commands.aws.account}" in result.output


def test_preflight_does_not_call_stacks_of_the_suffix_obstacles(commands: Commands) -> None:
    commands.rollout()

    findings = commands.document("preflight", "--region", WEST)["findings"]

    refused = [one for one in findings if one["verdict"] == "refused"]
    assert [one["what"] for one in refused] == [f"the stack set {NAME} in {EAST} exists"]
    assert refused[0]["remediation"] == f"use rollout --region {EAST} --region {WEST}"


def test_names_of_a_stack_are_not_to_be_deleted(commands: Commands) -> None:
    commands.deploy("--stack-name", "elsewhere")
    commands.aws.client("ssm", WEST).put_parameter(
        Name=f"/payment/{SUFFIX}/greeting", Value="x", Type="String"
    )

    findings = commands.document("preflight", "--without-roles")["findings"]

    refused = {one["where"]: one for one in findings if one["verdict"] == "refused"}
    assert refused[EAST]["what"] == (
        "the stack elsewhere (CREATE_COMPLETE) uses the names: 1 IAM::Role, 1 Logs::LogGroup, "
        "1 SSM::Parameter"
    )
    assert refused[EAST]["remediation"] == (
        "use deploy --stack-name elsewhere, or choose another --suffix"
    )
    assert refused[WEST]["remediation"] == (
        "choose another --suffix, or delete it if nothing uses it"
    )


def test_name_of_a_stack_of_another_suffix_is_not_to_be_deleted(cloudformation: Stubber) -> None:
    name = ("AWS::Logs::LogGroup", f"payment-records-{SUFFIX}")
    resource = {
        "StackName": "orders",
        "LogicalResourceId": "Records",
        "PhysicalResourceId": name[1],
        "ResourceType": name[0],
        "Timestamp": datetime(2026, 1, 1, tzinfo=UTC),
        "ResourceStatus": "CREATE_COMPLETE",
    }
    cloudformation.add_response("describe_stacks", {"Stacks": []})
    cloudformation.add_response("describe_stack_resources", {"StackResources": [resource]})

    (owner,) = find_owners(boto3.Session(), EAST, [name], SUFFIX)

    assert (owner.stack, owner.names) == ("orders", (name,))
    assert owner.remediation(SUFFIX) == "choose another --suffix"


def _sets(commands: Commands, region: str) -> list[Any]:
    client = commands.aws.client("cloudformation", region)
    return [*client.list_stack_sets(Status="ACTIVE")["Summaries"]]


def _make_foreign_set(
    commands: Commands, parameters: dict[str, str], *, region: str = EAST
) -> None:
    template = {
        "Parameters": {name: {"Type": "String"} for name in parameters},
        "Resources": {"Orders": {"Type": "AWS::SNS::Topic"}},
    }
    commands.aws.client("cloudformation", region).create_stack_set(
        StackSetName=NAME,
        Description="Orders",
        TemplateBody=json.dumps(template),
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    )


def _delete_instances(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    client.delete_stack_instances(
        StackSetName=NAME,
        Accounts=[commands.aws.account],
        Regions=[EAST, WEST],
        RetainStacks=False,
    )
    while client.list_stack_instances(StackSetName=NAME)["Summaries"]:
        time.sleep(0.02)


def _refuse(
    monkeypatch: pytest.MonkeyPatch, region: str | None, caller: str, code: str, message: str
) -> None:
    def find(
        client: CloudFormationClient, name: str, *, call_as: str | None = None
    ) -> StackSet | None:
        if call_as == caller and region in {None, client.meta.region_name}:
            raise ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStackSet")
        return find_stack_set(client, name, call_as=call_as)

    monkeypatch.setattr(homes, "find_stack_set", find)
