"""Stacks of someone else: no command changes or deletes them."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from payment_templates import build_template
from payment_templates.profiles import PROFILES
from payment_templates.rollout import ownership
from payment_templates.rollout.ownership import is_of_project
from payment_templates.rollout.stack_set.roles import usage
from payment_templates.rollout.stack_set.roles.roles_stack import STACK_NAME as ROLES
from tests.rollout import colleague
from tests.rollout.colleague import FOREIGN
from tests.rollout.running import EAST, NAME, SMALL, SUFFIX, Commands, changed

_SET = '{"Resources": {"It": {"Type": "AWS::SNS::Topic"}}}'
# As another team writes one, with the parameter that every template has there.
_OF_ANOTHER_TEAM = json.dumps(
    {
        "Parameters": {"EnvironmentSuffix": {"Type": "String"}},
        "Resources": {"Orders": {"Type": "AWS::SNS::Topic"}},
    }
)
_TAKEN = "payment-taken"


@pytest.mark.parametrize("profile", PROFILES)
def test_generated_template_is_of_the_project_by_its_description(profile: str) -> None:
    template = build_template(PROFILES[profile]).to_dict()

    assert is_of_project({"Description": template["Description"]}, named=False)


def test_destroy_refuses_a_stack_without_a_suffix(commands: Commands) -> None:
    colleague.create(commands, NAME, FOREIGN)

    result = commands.destroy()

    assert result.exit_code == 3
    assert "is not a stack of this project: it has no parameter EnvironmentSuffix" in result.stderr
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_destroy_refuses_a_stack_of_another_project(commands: Commands) -> None:
    colleague.create(commands, NAME, _OF_ANOTHER_TEAM, suffix=SUFFIX)

    result = commands.destroy()

    assert result.exit_code == 3
    assert "it has a template of another project; nothing was deleted" in result.stderr
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(("template", "suffix"), [(FOREIGN, ""), (_OF_ANOTHER_TEAM, SUFFIX)])
def test_deploy_refuses_a_stack_of_someone_else(
    commands: Commands, tmp_path: Path, template: str, suffix: str
) -> None:
    colleague.create(commands, "company-api", template, suffix=suffix)
    long = tmp_path / "long.json"
    long.write_text(SMALL.read_text() + " " * 60_000)

    result = commands.deploy("--stack-name", "company-api", template=long)

    assert result.exit_code == 3
    assert "company-api is not a stack of this project" in result.stderr
    assert commands.stack(name="company-api")["StackStatus"] == "CREATE_COMPLETE"
    assert commands.aws.client("s3", EAST).list_buckets()["Buckets"] == []


def test_stack_that_cannot_be_read_is_not_called_foreign(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague.create(commands, NAME, SMALL, suffix=SUFFIX)
    commands.rollout("--stack-name", "other")

    def refuse(*_: object) -> None:
        return None

    monkeypatch.setattr(ownership, "template_of_stack", refuse)
    stack = commands.deploy()
    roles = commands.rollout("--stack-name", "other")

    assert (stack.exit_code, roles.exit_code) == (3, 3)
    assert f"the template of {NAME} cannot be read" in stack.stderr
    assert "the template of payment-stack-set-roles cannot be read" in roles.stderr
    assert "hint: allow cloudformation:GetTemplate on that stack" in roles.stderr
    assert "not a stack of this project" not in stack.stderr + roles.stderr


def test_stack_that_the_aws_cli_created_is_changed_and_deleted(commands: Commands) -> None:
    colleague.create(commands, NAME, SMALL, suffix=SUFFIX)

    updated = commands.deploy("--parameter", "Message=second")
    deleted = commands.destroy()

    assert (updated.exit_code, deleted.exit_code) == (0, 0), updated.output + deleted.output


def test_stack_of_deploy_is_its_own_whatever_its_template(
    commands: Commands, tmp_path: Path
) -> None:
    path = tmp_path / "custom.json"
    path.write_text(FOREIGN)
    commands.deploy(template=path)

    again = commands.deploy(template=path)
    deleted = commands.destroy()

    assert (again.exit_code, deleted.exit_code) == (0, 0), again.output + deleted.output
    assert commands.stack() is None


@pytest.mark.parametrize("name", [NAME, "another"])
def test_stack_of_a_custom_template_is_its_own_after_a_change_set_of_the_aws_cli(
    commands: Commands, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "custom.json"
    path.write_text(_OF_ANOTHER_TEAM)
    commands.deploy("--stack-name", name, template=path)
    _change_with_the_cli(commands, name)

    again = commands.deploy("--stack-name", name, template=path)
    deleted = commands.run("destroy", "--confirm", SUFFIX, "--stack-name", name)

    assert (again.exit_code, deleted.exit_code) == (0, 0), again.output + deleted.output
    assert commands.stack(name=name) is None


def test_stack_of_a_custom_template_keeps_its_suffix(commands: Commands, tmp_path: Path) -> None:
    path = tmp_path / "custom.json"
    path.write_text(_OF_ANOTHER_TEAM)
    commands.deploy("--stack-name", "another", "--suffix", "prod", template=path)

    deleted = commands.run("destroy", "--confirm", SUFFIX, "--stack-name", "another")

    assert deleted.exit_code == 2
    assert "another has the suffix prod" in deleted.stderr


def test_stack_of_a_generated_template_gets_no_tag(commands: Commands) -> None:
    commands.deploy()

    assert commands.stack().get("Tags", []) == []


def test_recreate_does_not_delete_data_without_its_name(commands: Commands, tmp_path: Path) -> None:
    _fail_with_data(commands, tmp_path, NAME, SUFFIX)

    refused = commands.deploy()
    recreating = commands.deploy("--recreate")
    allowed = commands.document(
        *("deploy", "--yes", "--skip-preflight", "--recreate", "--allow-replacement", "Records")
    )

    assert (refused.exit_code, recreating.exit_code) == (3, 3)
    assert "Records: is removed: its log lines are lost" in recreating.stderr
    assert "use --recreate --allow-replacement Records" in refused.stderr
    assert ("Remove", "Records") in {
        (one["action"], one["logical_id"]) for one in allowed["changes"]
    }
    assert (allowed["exit_code"], commands.stack()["StackStatus"]) == (0, "CREATE_COMPLETE")


def test_recreate_refuses_a_stack_of_another_suffix(commands: Commands, tmp_path: Path) -> None:
    _fail_with_data(commands, tmp_path, "orders-prod", "prod")

    result = commands.deploy(
        *("--recreate", "--stack-name", "orders-prod", "--allow-replacement", "Records")
    )

    assert result.exit_code == 2
    assert f"orders-prod has the suffix prod, not {SUFFIX}" in result.stderr
    assert commands.stack(name="orders-prod")["StackStatus"] == "CREATE_FAILED"


def test_destroy_shows_the_roles_before_the_confirmation(commands: Commands) -> None:
    commands.rollout()

    asked = commands.run("destroy", "--delete-roles")
    document = commands.document("destroy", "--delete-roles", "--confirm", SUFFIX)

    assert f"{EAST}  {ROLES}" in asked.stdout
    assert ROLES in {one["stack"] for one in document["stacks"]}
    assert (document["exit_code"], commands.stack(name=ROLES)) == (0, None)


def test_roles_stack_of_someone_else_is_not_touched(commands: Commands) -> None:
    colleague.create(commands, ROLES, FOREIGN)
    commands.deploy()

    deleted = commands.run("destroy", "--delete-roles", "--confirm", SUFFIX)
    created = commands.rollout("--stack-name", "another")

    for result in (deleted, created):
        assert result.exit_code == 3
        assert f"{ROLES} is not a stack of this project" in result.stderr
    assert commands.stack(name=ROLES)["StackStatus"] == "CREATE_COMPLETE"
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_roles_are_kept_for_a_set_in_any_enabled_region(commands: Commands) -> None:
    commands.rollout()
    commands.aws.client("cloudformation", "eu-west-1").create_stack_set(
        StackSetName="theirs", TemplateBody=_SET
    )

    result = commands.run("destroy", "--delete-roles", "--confirm", SUFFIX)

    assert result.exit_code == 1
    assert "the StackSets roles will not be deleted: theirs in eu-west-1 uses them" in result.stdout
    assert commands.stack(name=ROLES)["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        pytest.param(("AdministrationRoleARN", "ExecutionRoleName"), 0, id="both"),
        pytest.param(("AdministrationRoleARN",), 1, id="administration"),
        pytest.param(("ExecutionRoleName",), 1, id="execution"),
    ],
)
def test_set_with_its_own_roles_does_not_use_the_default_ones(
    commands: Commands, given: tuple[str, ...], code: int
) -> None:
    commands.rollout("--region", EAST)
    roles = {
        "AdministrationRoleARN": f"arn:aws:iam::{commands.aws.account}:role/theirs",
        "ExecutionRoleName": "theirs",
    }
    commands.aws.client("iam", EAST).create_role(RoleName="theirs", AssumeRolePolicyDocument="{}")
    commands.aws.client("cloudformation", EAST).create_stack_set(
        StackSetName="theirs", TemplateBody=_SET, **{name: roles[name] for name in given}
    )

    result = commands.run("destroy", "--delete-roles", "--confirm", SUFFIX, "--region", EAST)

    assert result.exit_code == code, result.output
    assert (commands.stack(name=ROLES) is None) == (code == 0)


def test_roles_are_kept_if_a_region_cannot_be_searched(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout()
    monkeypatch.setattr(usage, "self_managed_sets", _denied)

    result = commands.run("destroy", "--delete-roles", "--confirm", SUFFIX)

    assert result.exit_code == 1
    assert "eu-west-1 (ListStackSets: AccessDenied)" in result.stderr
    assert commands.stack(name=ROLES)["StackStatus"] == "CREATE_COMPLETE"


def _denied(_client: object) -> tuple[str, ...]:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "ListStackSets")


def _change_with_the_cli(commands: Commands, name: str) -> None:
    template = json.loads(_OF_ANOTHER_TEAM)
    template["Resources"]["More"] = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": "more"},
    }
    client = commands.aws.client("cloudformation", EAST)
    client.create_change_set(
        StackName=name,
        ChangeSetName="by-hand",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "UsePreviousValue": True}],
    )
    client.execute_change_set(StackName=name, ChangeSetName="by-hand")
    colleague.wait_until(commands, "UPDATE_COMPLETE", name)


def _fail_with_data(commands: Commands, tmp_path: Path, name: str, suffix: str) -> None:
    """Create a stack that fails at its role, and keeps its log group."""
    trust = '{"Version": "2012-10-17", "Statement": []}'
    iam = commands.aws.client("iam", EAST)
    iam.create_role(RoleName=_TAKEN, AssumeRolePolicyDocument=trust)
    person = json.loads(SMALL.read_text())["Resources"]["Person"]
    person["Properties"]["RoleName"] = _TAKEN
    colleague.create(
        commands,
        name,
        changed(tmp_path, {"Person": person}),
        suffix=suffix,
        until="CREATE_FAILED",
        OnFailure="DO_NOTHING",
    )
