"""Destroy with --delete-roles: finds the roles in every region, and reports before it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.commands.roles import deletion
from payment_templates.rollout.deletion import shared_resources
from payment_templates.rollout.stack_set.roles.roles_stack import STACK_NAME as ROLES
from payment_templates.rollout.stack_states import find_stack
from tests.rollout import colleague
from tests.rollout.running import EAST, SUFFIX, WEST, Commands

if TYPE_CHECKING:
    import pytest
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_states import StackState

_DESTROY = ("destroy", "--confirm", SUFFIX)
_ALL = (*_DESTROY, "--region", EAST)
_IN_THE_WEST = (*_DESTROY, "--region", WEST, "--delete-roles")
_SET = '{"Resources": {"It": {"Type": "AWS::SNS::Topic"}}}'


def test_roles_of_another_region_are_deleted(commands: Commands) -> None:
    commands.rollout("--region", EAST)
    commands.run(*_ALL)

    asked = commands.run("destroy", "--region", WEST, "--delete-roles")
    document = commands.document(*_IN_THE_WEST)

    assert f"{EAST}  {ROLES}" in asked.stdout
    assert (document["exit_code"], commands.stack(name=ROLES)) == (0, None)


def test_foreign_roles_stack_of_another_region_is_named(commands: Commands) -> None:
    colleague.create(commands, ROLES, colleague.FOREIGN)

    result = commands.run(*_IN_THE_WEST)

    assert result.exit_code == 0, result.output
    assert f"{EAST}: {ROLES} is not a stack of this project" in result.stdout
    assert commands.stack(name=ROLES)["StackStatus"] == "CREATE_COMPLETE"


def test_search_for_the_roles_says_where_it_looked(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "find_stack", _find_in_the_west)

    document = commands.document(*_IN_THE_WEST)

    gaps = [f"{ROLES} in {one} (DescribeStacks: AccessDenied)" for one in (EAST, "eu-west-1")]
    assert document["not_searched"][-2:] == gaps
    assert f"no stack {ROLES} found in 1 region" in document["messages"]


def test_leftovers_are_reported_although_the_roles_stay(commands: Commands) -> None:
    commands.rollout("--region", EAST)
    commands.aws.client("sns", EAST).create_topic(Name=f"payment-left-{SUFFIX}")
    commands.aws.client("cloudformation", EAST).create_stack_set(
        StackSetName="theirs", TemplateBody=_SET
    )

    document = commands.document(*_ALL, "--delete-roles")

    assert document["exit_code"] == 1
    assert [one["kind"] for one in document["leftovers"]] == ["topic"]
    assert [one["name"] for one in document["shared"]] == [ROLES]
    assert (
        f"1 resource of {SUFFIX} is left; the StackSets roles are not deleted: theirs in {EAST} "
        "uses them" in document["error"]
    )


def test_roles_stay_if_the_set_that_used_them_disappears(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout("--region", EAST)
    client = commands.aws.client("cloudformation", EAST)
    client.create_stack_set(StackSetName="theirs", TemplateBody=_SET)
    colleague.act_before(
        monkeypatch,
        "DeleteStackInstances",
        lambda: client.delete_stack_set(StackSetName="theirs"),
    )

    first = commands.document(*_ALL, "--delete-roles")
    kept = commands.stack(name=ROLES)["StackStatus"]
    second = commands.document(*_ALL, "--delete-roles")

    # They were not shown before the confirmation.
    assert (first["exit_code"], kept) == (1, "CREATE_COMPLETE")
    assert "a stack set used them when the deletion was planned" in first["error"]
    assert (second["exit_code"], commands.stack(name=ROLES)) == (0, None)


def test_leftovers_are_reported_without_access_to_the_shared_resources(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()
    commands.aws.client("sns", EAST).create_topic(Name=f"payment-left-{SUFFIX}")
    monkeypatch.setattr(shared_resources, "find_stack", _deny)

    document = commands.document(*_ALL)

    assert document["exit_code"] == 1
    assert [(one["kind"], one["known"]) for one in document["leftovers"]] == [
        ("topic", True),
        ("roles of StackSets", False),
    ]
    assert f"1 resource of {SUFFIX} is left, 1 check failed" in document["error"]


def _find_in_the_west(client: CloudFormationClient, name: str) -> StackState | None:
    return find_stack(client, name) if client.meta.region_name == WEST else _deny()


def _deny(*_: object) -> StackState | None:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "DescribeStacks")
