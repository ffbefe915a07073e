"""A suffix has one stack in each region: that of deploy, or that of a stack set."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from payment_templates.rollout.stack_set import one_of_suffix
from tests.rollout import colleague
from tests.rollout.running import EAST, FAILING, NAME, OPEN, SUFFIX, WEST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

_SECOND = "a second stack would take the same names; nothing was changed"
_PAYMENTS = ("--stack-set-name", "payments")
_UNIT = ("--organizational-unit", "ou-ab12-cdef3456")


@pytest.mark.parametrize("options", [(), ("--recreate",), ("--dry-run",)])
def test_deploy_beside_a_set_that_works_or_failed_is_refused(
    commands: Commands, tmp_path: Path, options: tuple[str, ...]
) -> None:
    commands.rollout(template=changed(tmp_path, {"Wrong": FAILING}))

    # The first region has a failed stack, the second one only an instance.
    for region in (EAST, WEST):
        result = commands.deploy("--region", region, *options)

        assert result.exit_code == 3, result.output
        assert f"the stack set {NAME} in {EAST} has an instance in {region}: {_SECOND}" in (
            result.stderr
        )
        assert f"use rollout --region {EAST} --region {WEST}" in result.stderr
        assert commands.stack(region) is None


def test_deploy_to_a_region_outside_the_set_is_accepted(commands: Commands) -> None:
    commands.rollout("--region", EAST)

    result = commands.deploy("--region", WEST)

    assert result.exit_code == 0, result.output


def test_deploy_of_another_suffix_is_accepted(commands: Commands) -> None:
    commands.rollout()

    result = commands.deploy("--suffix", "dev-002")

    assert result.exit_code == 0, result.output


def test_imported_stack_is_still_changed_by_rollout_and_deploy(commands: Commands) -> None:
    commands.deploy(template=OPEN)
    commands.rollout("--import", template=OPEN)

    rollout = commands.rollout("--parameter", "Message=second", template=OPEN, preflight=True)
    deploy = commands.deploy("--parameter", "Message=third", template=OPEN)

    assert (rollout.exit_code, deploy.exit_code) == (0, 0), rollout.output + deploy.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("third", "second")


def test_deploy_beside_a_set_of_any_name_is_refused_and_names_the_set(commands: Commands) -> None:
    commands.rollout(*_PAYMENTS)

    result = commands.deploy("--region", WEST)

    assert result.exit_code == 3
    assert f"in {WEST}, a stack of a stack set, has this suffix: {_SECOND}" in result.stderr
    assert f"use rollout --stack-set-name payments --region {EAST} --region {WEST}" in result.stderr
    assert "delete-stack" not in result.stderr


def test_deploy_beside_a_stack_that_was_removed_from_its_set_names_the_deletion(
    commands: Commands,
) -> None:
    commands.rollout(*_PAYMENTS)
    _remove_from_the_set(commands, EAST)

    result = commands.deploy()

    assert result.exit_code == 3
    assert "use rollout in the account that manages the stack set payments; if" in result.stderr
    assert "aws cloudformation delete-stack --stack-name arn:aws:cloudformation:" in result.stderr


def test_deploy_names_no_deletion_where_the_set_cannot_be_searched(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout(*_PAYMENTS)
    monkeypatch.setattr(one_of_suffix, "find_homes", _refuse)

    result = commands.deploy()

    assert result.exit_code == 3
    assert "use rollout in the account that manages the stack set payments" in result.stderr
    assert "delete-stack" not in result.stderr


def test_deploy_beside_a_set_of_a_delegated_administrator_names_the_caller(
    commands: Commands,
) -> None:
    commands.rollout(*_UNIT, "--call-as", "DELEGATED_ADMIN")

    result = commands.deploy()

    assert result.exit_code == 3
    assert "use rollout --call-as DELEGATED_ADMIN" in result.stderr


def test_deploy_beside_a_named_set_of_a_delegated_administrator_names_both(
    commands: Commands,
) -> None:
    commands.rollout(*_UNIT, *_PAYMENTS, "--call-as", "DELEGATED_ADMIN")

    result = commands.deploy()

    assert result.exit_code == 3
    assert "use rollout --stack-set-name payments --call-as DELEGATED_ADMIN" in result.stderr
    assert "delete-stack" not in result.stderr


def test_stack_of_a_set_of_another_project_does_not_block(commands: Commands) -> None:
    name = f"StackSet-orders-{uuid4()}"
    colleague.create(commands, name, colleague.FOREIGN_WITH_SUFFIX, suffix=SUFFIX)

    result = commands.deploy()

    assert result.exit_code == 0, result.output


def test_deploy_without_the_permission_to_search_says_so(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_of_suffix, "find_homes", _refuse)

    result = commands.deploy()

    assert result.exit_code == 0, result.output
    assert f"not searched for a stack set of {SUFFIX}: DescribeStackSet returns AccessDenied" in (
        result.stdout
    )


def test_deploy_without_the_permission_to_list_stacks_says_so(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Any:  # noqa: ANN401 - it returns nothing
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "DescribeStacks")

    monkeypatch.setattr(one_of_suffix, "find_stacks_of_sets", refuse)

    result = commands.deploy()

    assert result.exit_code == 0, result.output
    assert f"not searched for a stack set of {SUFFIX}: DescribeStacks returns AccessDenied" in (
        result.stdout
    )


def test_rollout_beside_a_failed_stack_of_deploy_names_its_deletion(
    commands: Commands, tmp_path: Path
) -> None:
    wrong = changed(tmp_path, {"Wrong": FAILING})
    commands.rollout(template=wrong)
    stack_id = _create_beside(commands, wrong, until="ROLLBACK_COMPLETE")

    refused = commands.rollout(preflight=True)
    colleague.delete(commands)
    again = commands.rollout(preflight=True)

    assert refused.exit_code == 3
    assert "both take the same names" in refused.stderr
    assert (
        f"delete {NAME}, which failed: aws cloudformation delete-stack --stack-name {stack_id} "
        f"--region {EAST}; then run the same command again"
    ) in refused.stderr
    assert again.exit_code == 0, again.output


def test_rollout_beside_a_working_stack_of_deploy_names_the_failed_instance(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout(template=changed(tmp_path, {"Wrong": FAILING}))
    _create_beside(commands, changed(tmp_path, {}), until="CREATE_COMPLETE")

    refused = commands.rollout(preflight=True)

    assert refused.exit_code == 3
    assert (
        f"aws cloudformation delete-stack-instances --stack-set-name {NAME} --accounts "
        f"{commands.aws.account} --regions {EAST} --no-retain-stacks --region {EAST}"
    ) in refused.stderr


def _create_beside(commands: Commands, template: Path, *, until: str) -> str:
    """Create the stack of deploy as an earlier version did."""
    colleague.create(commands, NAME, template, suffix=SUFFIX, until=until)
    return str(commands.stack()["StackId"])


def _refuse(*_: object, **__: object) -> Any:  # noqa: ANN401 - it returns nothing
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "DescribeStackSet")


def _remove_from_the_set(commands: Commands, region: str) -> None:
    """Remove the instance of a region, and retain its stack."""
    client = commands.aws.client("cloudformation", EAST)
    client.delete_stack_instances(
        StackSetName="payments",
        Accounts=[commands.aws.account],
        Regions=[region],
        RetainStacks=True,
    )
    end = time.monotonic() + 10
    while len(client.list_stack_instances(StackSetName="payments")["Summaries"]) > 1:
        assert time.monotonic() < end
        time.sleep(0.02)
