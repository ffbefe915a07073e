"""Tags and roles of a stack set: given, kept and replaced."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

import json
from typing import Any

import pytest

from tests.rollout import colleague
from tests.rollout.running import EAST, NAME, Commands

_ONE = ("--region", EAST)
_ROLES = "payment-stack-set-roles"


def test_tags_reach_the_set_its_stacks_and_the_roles(commands: Commands) -> None:
    result = commands.rollout(*_ONE, "--tag", "owner=payments")

    assert result.exit_code == 0, result.output
    owned = [{"Key": "owner", "Value": "payments"}]
    assert _set(commands)["Tags"] == owned
    assert _instance_tags(commands) == {"owner": "payments"}
    assert commands.stack(EAST, _ROLES)["Tags"] == owned


def test_tags_of_the_set_are_kept_and_added_to(commands: Commands) -> None:
    commands.rollout(*_ONE, "--tag", "owner=payments")

    commands.rollout(*_ONE, "--parameter", "Message=second")
    kept = _set_tags(commands)
    result = commands.rollout(*_ONE, "--tag", "cost-center=42")

    assert kept == {"owner": "payments"}
    assert result.exit_code == 0, result.output
    assert _set_tags(commands) == {"owner": "payments", "cost-center": "42"}
    assert _instance_tags(commands) == {"owner": "payments", "cost-center": "42"}


def test_tag_that_the_set_has_changes_nothing(commands: Commands) -> None:
    commands.rollout(*_ONE, "--tag", "owner=payments")

    document = commands.document("rollout", "--yes", *_ONE, "--tag", "owner=payments")

    assert document["operations"] == []


def test_set_uses_the_given_roles_also_in_later_updates(commands: Commands) -> None:
    custom = _make_custom_roles(commands)

    created = commands.run("rollout", "--yes", "--skip-preflight", *_ONE, *custom)
    updated = commands.run(
        "rollout", "--yes", "--skip-preflight", *_ONE, "--parameter", "Message=second"
    )

    assert created.exit_code == 0, created.output
    assert updated.exit_code == 0, updated.output
    assert commands.greeting(EAST) == "second"
    assert _set(commands)["AdministrationRoleARN"].endswith(":role/administrator")
    assert _set(commands)["ExecutionRoleName"] == "executor"
    assert commands.stack(EAST, _ROLES) is None


def test_preflight_checks_the_given_roles(commands: Commands) -> None:
    _make_custom_roles(commands)
    arn = f"arn:aws:iam::{commands.aws.account}:role/administrator"

    document = commands.document(
        "preflight", "--administration-role-arn", arn, "--execution-role-name", "missing"
    )

    about = [one for one in document["findings"] if "role" in one["what"]]
    assert [one["what"] for one in about] == ["the account has no role missing"]


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)], ids=["rollout", "dry run"])
def test_given_roles_must_trust_cloudformation_and_each_other(
    commands: Commands, dry_run: tuple[str, ...]
) -> None:
    custom = _make_custom_roles(commands, trusted_by_executor="999999999999")

    result = commands.run("rollout", "--yes", "--skip-preflight", *_ONE, *custom, *dry_run)
    document = commands.document("preflight", *_ONE, *custom)

    lacking = f"arn:aws:iam::{commands.aws.account}:role/administrator"
    assert result.exit_code == 3
    assert f"the role executor does not trust {lacking}" in result.stderr
    assert "update-assume-role-policy --role-name executor" in result.stderr
    (refused,) = [one for one in document["findings"] if one["verdict"] == "refused"]
    assert refused["what"] == f"the role executor does not trust {lacking}"
    assert "--create-roles" not in refused["remediation"]


def test_preflight_checks_the_roles_that_the_set_has(commands: Commands) -> None:
    custom = _make_custom_roles(commands)
    commands.run("rollout", "--yes", "--skip-preflight", *_ONE, *custom)
    iam = commands.aws.client("iam", EAST)
    iam.delete_role_policy(RoleName="executor", PolicyName="colleague")
    iam.delete_role(RoleName="executor")

    document = commands.document("preflight", *_ONE)

    (refused,) = [one for one in document["findings"] if one["verdict"] == "refused"]
    assert refused["what"] == "the account has no role executor"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--administration-role-arn", "admin"], "invalid --administration-role-arn 'admin'"),
        (["--execution-role-name", "a/b"], "invalid --execution-role-name 'a/b'"),
        (["--execution-role-name", "mine", "--create-roles"], "--create-roles cannot be used"),
        (
            ["--execution-role-name", "mine", "--organizational-unit", "r-ab12"],
            "cannot be used with --organizational-unit",
        ),
        (["--tag", "AWS:owner=me"], "neither can start with aws: or rds:"),
        (["--tag", "owner"], "the 1st --tag has no ="),
        (["--tag", "owner="], "1 to 256 for VALUE"),
        ([f"--tag={'k' * 129}=v"], "up to 128 characters for KEY"),
        ([f"--tag={number}=v" for number in range(51)], "use up to 50"),
        (["--tag", "team=x", "--tag", "Team=y"], "Person has team, which is the same key for IAM"),
    ],
    ids=[
        "no ARN",
        "path",
        "default roles too",
        "service-managed",
        "reserved key",
        "no value",
        "empty value",
        "long key",
        "many",
        "two keys that differ only in case",
    ],
)
def test_invalid_role_or_tag_is_a_usage_error(
    commands: Commands, arguments: list[str], says: str
) -> None:
    result = commands.run("rollout", "--yes", *arguments)

    assert result.exit_code == 2
    assert says in result.stderr


def _set(commands: Commands) -> Any:
    client = commands.aws.client("cloudformation", EAST)
    return client.describe_stack_set(StackSetName=NAME)["StackSet"]


def _set_tags(commands: Commands) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in _set(commands)["Tags"]}


def _instance_tags(commands: Commands) -> dict[str, str]:
    client = commands.aws.client("cloudformation", EAST)
    (instance,) = client.list_stack_instances(StackSetName=NAME)["Summaries"]
    tags = commands.stack(EAST, instance["StackId"])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def _make_custom_roles(commands: Commands, trusted_by_executor: str = "") -> tuple[str, ...]:
    account = commands.aws.account
    administrator = f"arn:aws:iam::{account}:role/administrator"
    iam = commands.aws.client("iam", EAST)
    for name, principal in (
        ("administrator", {"Service": "cloudformation.amazonaws.com"}),
        ("executor", {"AWS": trusted_by_executor or administrator}),
    ):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        trust = {"Version": "2012-10-17", "Statement": [statement]}
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    colleague.allow(commands, "executor")
    return ("--administration-role-arn", administrator, "--execution-role-name", "executor")
