"""The roles of StackSets: created and deleted on request."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.cloudformation import read_template
from payment_templates.commands.roles import creation
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.permissions import (
    MOST_CHARACTERS,
    Place,
    Statement,
    policy_documents,
    size_of,
)
from payment_templates.rollout.stack_set.chosen_roles import ADMINISTRATION, EXECUTION
from payment_templates.rollout.stack_set.operations.runner import OperationRunner
from payment_templates.rollout.stack_set.roles.execution_policies import (
    documents_of,
    statements_for,
)
from payment_templates.rollout.stack_set.roles.roles_stack import DESCRIPTION, roles_template
from tests.rollout import colleague
from tests.rollout.running import EAST, SMALL, SUFFIX, WEST, Commands, changed

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.rollout.stack_set.operations.follow import OperationResult
    from payment_templates.rollout.template_upload import Body

ROLES = "payment-stack-set-roles"
# A region that is disabled by default.
BAHRAIN = "me-south-1"
_DESTROY = ("destroy", "--confirm", SUFFIX)


def test_roles_are_kept_without_the_option(commands: Commands) -> None:
    commands.rollout()

    result = commands.run(*_DESTROY)

    assert result.exit_code == 0, result.output
    assert commands.stack(EAST, ROLES)["StackStatus"] == "CREATE_COMPLETE"


def test_roles_are_deleted_with_the_option(commands: Commands) -> None:
    commands.rollout()

    result = commands.run(*_DESTROY, "--delete-roles")

    assert result.exit_code == 0, result.output
    assert commands.stack(EAST, ROLES) is None


def test_roles_are_kept_while_another_set_uses_them(commands: Commands) -> None:
    commands.rollout()
    commands.aws.client("cloudformation", EAST).create_stack_set(
        StackSetName="theirs", TemplateBody='{"Resources": {"It": {"Type": "AWS::SNS::Topic"}}}'
    )

    result = commands.run(*_DESTROY, "--delete-roles")

    assert result.exit_code == 1
    assert "theirs in us-east-1 uses them" in result.stderr
    assert commands.stack(EAST, ROLES)["StackStatus"] == "CREATE_COMPLETE"


def test_roles_of_another_origin_are_kept(commands: Commands) -> None:
    iam = commands.aws.client("iam", EAST)
    iam.create_role(
        RoleName="AWSCloudFormationStackSetExecutionRole", AssumeRolePolicyDocument="{}"
    )
    commands.deploy()

    result = commands.run(*_DESTROY, "--delete-roles")

    assert result.exit_code == 0, result.output
    assert iam.get_role(RoleName="AWSCloudFormationStackSetExecutionRole")["Role"]


def test_only_the_missing_role_is_created(commands: Commands) -> None:
    iam = commands.aws.client("iam", EAST)
    iam.create_role(
        RoleName=EXECUTION, AssumeRolePolicyDocument=json.dumps(_trust_in(commands.aws.account))
    )

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert _held_by_the_stack(commands) == {"AdministrationRole"}


def test_roles_stack_of_another_region_is_updated(commands: Commands, tmp_path: Path) -> None:
    commands.rollout("--region", WEST)
    before = _template_of_the_roles(commands, WEST)
    queue = {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "payment-other"}}}

    result = commands.rollout(
        *("--region", EAST, "--suffix", "other"),
        template=changed(tmp_path, queue),
    )

    assert result.exit_code == 0, result.output
    assert f"plan: update the stack {ROLES} in {WEST}" in result.stdout
    assert commands.stack(EAST, ROLES) is None
    assert "sqs:CreateQueue" not in before
    assert "sqs:CreateQueue" in _template_of_the_roles(commands, WEST)


def test_foreign_stack_of_another_region_is_no_home_of_the_roles(commands: Commands) -> None:
    commands.aws.client("iam", EAST).create_role(
        RoleName=EXECUTION, AssumeRolePolicyDocument=json.dumps(_trust_in(commands.aws.account))
    )
    commands.aws.client("cloudformation", WEST).create_stack(
        StackName=ROLES, TemplateBody=colleague.FOREIGN
    )

    result = commands.rollout("--region", EAST)

    assert result.exit_code == 0, result.output
    assert f"{WEST}: {ROLES} is not a stack of this project" in result.stdout
    assert commands.stack(EAST, ROLES)["StackStatus"] == "CREATE_COMPLETE"


def test_failed_roles_are_recreated(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    broken = {"Broken": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": EXECUTION}}}
    client.create_stack(
        StackName=ROLES,
        TemplateBody=json.dumps({"Description": DESCRIPTION, "Resources": broken}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    _wait_until(commands, "ROLLBACK_COMPLETE")

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert "payment-stack-set-roles is ROLLBACK_COMPLETE: deleting it" in result.output
    assert _held_by_the_stack(commands) >= {"AdministrationRole", "ExecutionRole"}


def test_roles_are_updated_for_a_template_with_another_service(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout()
    with_topic = changed(tmp_path, {"Topic": {"Type": "AWS::SNS::Topic"}})

    result = commands.rollout(template=with_topic)

    assert result.exit_code == 0, result.output
    assert "sns:CreateTopic" in _policies(commands)


def test_execution_role_keeps_what_a_former_template_needs(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout(template=changed(tmp_path, {"Topic": {"Type": "AWS::SNS::Topic"}}))

    removed = commands.rollout("--allow-replacement", "Topic")
    repeated = commands.rollout()

    assert removed.exit_code == 0, removed.output
    assert "sns:DeleteTopic" in _policies(commands)
    assert f"the stack {ROLES}" not in removed.output + repeated.output


def test_execution_role_loses_permissions_only_without_any_set(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout(template=changed(tmp_path, {"Topic": {"Type": "AWS::SNS::Topic"}}))
    commands.run(*_DESTROY)

    commands.rollout()

    assert "sns:DeleteTopic" not in _policies(commands)


def test_execution_role_may_update_other_sets_of_the_region(commands: Commands) -> None:
    commands.aws.client("cloudformation", EAST).create_stack_set(
        StackSetName="theirs", TemplateBody='{"Resources": {"It": {"Type": "AWS::SQS::Queue"}}}'
    )

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert "sqs:DeleteQueue" in _policies(commands)


def test_set_with_an_unnamed_role_is_named(commands: Commands) -> None:
    commands.aws.client("cloudformation", EAST).create_stack_set(
        StackSetName="theirs",
        TemplateBody='{"Resources": {"It": {"Type": "AWS::IAM::User"}}}',
        Capabilities=["CAPABILITY_IAM"],
    )

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert "the permissions that the stack set theirs needs are unknown: It has no" in result.output


def test_refused_rollout_leaves_the_roles_as_they_were(commands: Commands, tmp_path: Path) -> None:
    commands.rollout()
    changes = {"Topic": {"Type": "AWS::SNS::Topic"}, "Records": None}
    person: dict[str, Any] = {
        **json.loads(SMALL.read_text())["Resources"]["Person"],
        "DependsOn": [],
    }

    result = commands.rollout(template=changed(tmp_path, {**changes, "Person": person}))

    assert result.exit_code == 3, result.output
    assert "sns:CreateTopic" not in _policies(commands)


def test_more_policies_than_a_role_may_have_are_refused() -> None:
    many = [
        Statement(actions=(f"s3:Get{number}",), resources=(f"arn:aws:s3:::{number:05000}",))
        for number in range(11)
    ]

    with pytest.raises(RolloutError) as caught:
        documents_of(many)

    assert caught.value.exit_code == 3
    assert f"the role {EXECUTION} would need 11 managed policies" in str(caught.value)
    assert "hint: delete the stack sets" in str(caught.value)


def test_statement_with_many_resources_is_divided() -> None:
    queues = tuple(f"arn:aws:sqs:us-east-1:1:payment-jobs-{number:04}" for number in range(300))
    statement = Statement(actions=("sqs:CreateQueue", "sqs:DeleteQueue"), resources=queues)

    documents = policy_documents([statement], Place())

    assert all(size_of(document) <= MOST_CHARACTERS for document in documents)
    allowed = [
        arn
        for document in documents
        for one in document["Statement"]
        if len(one["Action"]) == 2
        for arn in one["Resource"]
    ]
    assert sorted(allowed) == sorted(queues)


def test_large_template_of_the_roles_goes_to_the_accounts_own_bucket(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts: list[str] = []

    def prepare(*_: object, account: str, **__: object) -> Body:
        accounts.append(account)
        raise RolloutError("stop here")

    monkeypatch.setattr(creation, "prepare_body", prepare)

    commands.rollout("--region", EAST)

    assert accounts == [commands.aws.account]


def test_hint_leaves_out_principals_that_were_deleted(commands: Commands) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLE"}, "Action": "sts:AssumeRole"}
    deleted = {"Version": "2012-10-17", "Statement": [statement]}
    commands.aws.client("iam", EAST).create_role(
        RoleName=EXECUTION, AssumeRolePolicyDocument=json.dumps(deleted)
    )

    result = commands.rollout()

    assert "update-assume-role-policy" in result.stderr
    assert "AROAEXAMPLE" not in result.stderr


def test_trust_is_checked_before_a_role_is_created(commands: Commands) -> None:
    commands.aws.client("iam", EAST).create_role(
        RoleName=EXECUTION, AssumeRolePolicyDocument=json.dumps(_trust_in("999999999999"))
    )

    result = commands.rollout()

    assert result.exit_code == 3, result.output
    assert f"the role {EXECUTION} does not trust" in result.stderr
    assert commands.stack(EAST, ROLES) is None


def test_hint_is_a_complete_command(commands: Commands) -> None:
    _create_roles(commands)

    regions = ("--region", EAST, "--region", BAHRAIN, "--region", "af-south-1")
    result = commands.rollout(*regions)

    command = shlex.split(result.stderr.partition("its trust policy: ")[2])
    assert command[:5] == ["aws", "iam", "update-assume-role-policy", "--role-name", ADMINISTRATION]
    (statement,) = json.loads(command[command.index("--policy-document") + 1])["Statement"]
    assert statement["Principal"] == {
        "Service": [
            "cloudformation.amazonaws.com",
            "cloudformation.af-south-1.amazonaws.com",
            "cloudformation.me-south-1.amazonaws.com",
        ]
    }


def test_execution_role_has_every_policy_of_the_payment_stack() -> None:
    template = read_template(Path("output/TapStack.json"))

    documents = documents_of(statements_for(template))
    resources = roles_template((ADMINISTRATION, EXECUTION), documents).resources

    policies = [name for name in resources if name.startswith("ExecutionPolicy")]
    role: Any = resources["ExecutionRole"].properties
    assert len(policies) > 1
    assert role["ManagedPolicyArns"] == [{"Ref": name} for name in policies]
    arns = json.dumps([resources[name].properties for name in policies])
    assert (
        '{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/payment-task-*-*"}' in arns
    )


def test_role_without_a_name_is_refused(commands: Commands, tmp_path: Path) -> None:
    unnamed = changed(tmp_path, {"Person": {"Type": "AWS::IAM::Role", "Properties": {}}})

    result = commands.rollout(template=unnamed)

    assert result.exit_code == 2
    assert "Person has no RoleName" in result.stderr


def test_missing_role_of_another_account_has_a_hint(commands: Commands) -> None:
    other = ("--account", "222222222222")

    result = commands.rollout("--account", commands.aws.account, *other)

    assert f"1 other account needs a role {EXECUTION} that trusts account" in result.output


def test_rollout_retries_until_new_roles_are_propagated(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = iter([_without_trust, _without_trust, _with_trust])
    run = OperationRunner.run

    def spread(runner: OperationRunner, call: Callable[[str], str]) -> OperationResult:
        next(late)(commands)
        return run(runner, call)

    monkeypatch.setattr(OperationRunner, "run", spread)
    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert result.output.count("has not propagated the new roles yet") == 2
    assert commands.greeting(WEST) == "first"


def test_created_role_is_trusted_in_regions_that_are_disabled_by_default(
    commands: Commands,
) -> None:
    result = commands.rollout("--region", EAST, "--region", BAHRAIN)

    assert result.exit_code == 0, result.output
    assert commands.greeting(BAHRAIN) == "first"
    assert _services_trusted(commands) == [
        "cloudformation.amazonaws.com",
        "cloudformation.me-south-1.amazonaws.com",
    ]


def test_role_keeps_its_trust_in_regions_of_other_sets(commands: Commands, tmp_path: Path) -> None:
    commands.rollout("--region", EAST, "--region", BAHRAIN)

    commands.rollout(
        *("--region", EAST, "--region", BAHRAIN, "--region", "af-south-1"),
        template=changed(tmp_path, {"Topic": {"Type": "AWS::SNS::Topic"}}),
    )

    assert _services_trusted(commands) == [
        "cloudformation.af-south-1.amazonaws.com",
        "cloudformation.amazonaws.com",
        "cloudformation.me-south-1.amazonaws.com",
    ]


def test_role_without_trust_in_a_region_is_refused_before_anything_is_created(
    commands: Commands,
) -> None:
    _create_roles(commands)
    commands.aws.client("account", EAST).enable_region(RegionName=BAHRAIN)

    found = commands.document("preflight", "--region", EAST, "--region", BAHRAIN)
    result = commands.run(
        *("rollout", "--yes", "--skip-preflight", "--region", EAST, "--region", BAHRAIN)
    )
    created = commands.rollout("--region", EAST, "--region", BAHRAIN)

    refused = [one["what"] for one in found["findings"] if one["verdict"] == "refused"]
    assert refused == [
        f"the role {ADMINISTRATION} does not trust cloudformation.me-south-1.amazonaws.com"
    ]
    assert (result.exit_code, created.exit_code) == (3, 3), result.output
    assert f"update-assume-role-policy --role-name {ADMINISTRATION}" in result.stderr
    assert "add cloudformation.me-south-1.amazonaws.com to its trust policy" in created.stderr
    assert commands.stack() is None


def test_role_of_the_stack_without_trust_is_updated_on_request(commands: Commands) -> None:
    commands.rollout("--region", EAST)

    refused = commands.run(
        *("rollout", "--yes", "--skip-preflight", "--region", EAST, "--region", BAHRAIN)
    )
    updated = commands.rollout("--region", EAST, "--region", BAHRAIN)

    assert refused.exit_code == 3
    assert "hint: pass --create-roles to update them" in refused.stderr
    assert updated.exit_code == 0, updated.output


def test_execution_role_that_trusts_another_account_is_refused(commands: Commands) -> None:
    _create_roles(commands)
    _without_trust(commands)

    found = commands.document("preflight", "--region", EAST)

    (refused,) = [one for one in found["findings"] if one["verdict"] == "refused"]
    assert f"the role {EXECUTION} does not trust arn:aws:iam::" in refused["what"]


def test_embedded_aws_refuses_a_region_that_the_role_does_not_trust(commands: Commands) -> None:
    _create_roles(commands)
    client = commands.aws.client("cloudformation", EAST)
    client.create_stack_set(
        StackSetName="payment",
        TemplateBody='{"Resources": {"It": {"Type": "AWS::SNS::Topic"}}}',
    )

    client.create_stack_instances(
        StackSetName="payment", Accounts=[commands.aws.account], Regions=[BAHRAIN]
    )

    end = time.monotonic() + 10
    while client.list_stack_set_operations(StackSetName="payment")["Summaries"][0]["Status"] in {
        "QUEUED",
        "RUNNING",
    }:
        assert time.monotonic() < end
        time.sleep(0.02)
    (instance,) = client.list_stack_instances(StackSetName="payment")["Summaries"]
    assert "role with trust relationship to Role" in instance["StatusReason"]


def _create_roles(commands: Commands) -> None:
    iam = commands.aws.client("iam", EAST)
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudformation.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = {"Version": "2012-10-17", "Statement": [service]}
    iam.create_role(RoleName=ADMINISTRATION, AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_role(
        RoleName=EXECUTION, AssumeRolePolicyDocument=json.dumps(_trust_in(commands.aws.account))
    )
    colleague.allow(commands, EXECUTION)


def _services_trusted(commands: Commands) -> list[str]:
    iam = commands.aws.client("iam", EAST)
    document = iam.get_role(RoleName=ADMINISTRATION)["Role"]["AssumeRolePolicyDocument"]
    return sorted(document["Statement"][0]["Principal"]["Service"])


def _without_trust(commands: Commands) -> None:
    commands.aws.client("iam", EAST).update_assume_role_policy(
        RoleName=EXECUTION, PolicyDocument=json.dumps(_trust_in("999999999999"))
    )


def _with_trust(commands: Commands) -> None:
    commands.aws.client("iam", EAST).update_assume_role_policy(
        RoleName=EXECUTION, PolicyDocument=json.dumps(_trust_in(commands.aws.account))
    )


def _trust_in(account: str) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _template_of_the_roles(commands: Commands, region: str) -> str:
    client = commands.aws.client("cloudformation", region)
    return json.dumps(client.get_template(StackName=ROLES)["TemplateBody"])


def _held_by_the_stack(commands: Commands) -> set[str]:
    client = commands.aws.client("cloudformation", EAST)
    held = client.describe_stack_resources(StackName=ROLES)["StackResources"]
    return {one["LogicalResourceId"] for one in held}


def _policies(commands: Commands) -> str:
    iam = commands.aws.client("iam", EAST)
    attached = iam.list_attached_role_policies(RoleName=EXECUTION)["AttachedPolicies"]
    arns = [one["PolicyArn"] for one in attached]
    versions = [iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] for arn in arns]
    return str(
        [
            iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            for arn, version in zip(arns, versions, strict=True)
        ]
    )


def _wait_until(commands: Commands, status: str) -> None:
    while commands.stack(EAST, ROLES)["StackStatus"] != status:
        time.sleep(0.02)
