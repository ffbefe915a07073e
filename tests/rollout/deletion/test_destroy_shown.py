"""Destroy deletes what it showed before the confirmation, and nothing that was added since."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from payment_templates.commands import destroy as destroy_command
from payment_templates.rollout.deletion import shown_data
from payment_templates.rollout.deletion.retained import CLUSTER_SNAPSHOT, Retained
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.existing_stacks import ExistingStack, Member
from payment_templates.rollout.stack_overview import StackInRegion
from tests.rollout import colleague
from tests.rollout.colleague import FOREIGN
from tests.rollout.running import EAST, NAME, SUFFIX, WEST, Commands, changed

IRELAND = "eu-west-1"
_ORDERS = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "payment-orders-dev-001"}}


@pytest.fixture
def after_confirmation(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Lets a colleague act between the confirmation and the deletion."""

    def arrange(act: Callable[[], object]) -> None:
        def confirm(*_: object, **__: object) -> None:
            act()

        monkeypatch.setattr(destroy_command, "require_confirmation", confirm)

    return arrange


Arrange = Callable[[Callable[[], object]], None]


def test_data_that_a_colleague_adds_to_a_stack_is_kept(
    commands: Commands, tmp_path: Path, after_confirmation: Arrange
) -> None:
    commands.deploy()
    after_confirmation(lambda: _update(commands, changed(tmp_path, {"Orders": _ORDERS})))

    result = commands.destroy()

    assert result.exit_code == 3
    assert (
        f"{NAME} in {EAST} holds data now that was not shown: Orders (Logs::LogGroup); "
        "nothing more was deleted" in result.stderr
    )
    assert commands.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_data_that_was_shown_as_retained_is_kept(
    commands: Commands, tmp_path: Path, after_confirmation: Arrange
) -> None:
    retained = changed(tmp_path, {"Orders": {**_ORDERS, "DeletionPolicy": "Retain"}})
    commands.deploy(template=retained)
    after_confirmation(lambda: _update(commands, changed(tmp_path, {"Orders": _ORDERS})))

    result = commands.destroy()

    assert result.exit_code == 3
    assert "Orders (Logs::LogGroup)" in result.stderr
    assert commands.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_stack_without_new_data_is_deleted(
    commands: Commands, tmp_path: Path, after_confirmation: Arrange
) -> None:
    commands.deploy()
    network = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    after_confirmation(lambda: _update(commands, changed(tmp_path, {"Network": network})))

    result = commands.destroy()

    assert result.exit_code == 0, result.output


def test_data_that_a_colleague_adds_to_a_set_is_kept(
    commands: Commands, tmp_path: Path, after_confirmation: Arrange
) -> None:
    commands.rollout()
    template = changed(tmp_path, {"Orders": _ORDERS})
    after_confirmation(lambda: commands.rollout(template=template))

    result = commands.destroy()

    assert result.exit_code == 3
    assert "holds data now that was not shown: Orders (Logs::LogGroup)" in result.stderr
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("first", "first")


def test_stack_that_a_colleague_adds_to_a_set_is_kept(
    commands: Commands, after_confirmation: Arrange
) -> None:
    commands.rollout("--region", EAST)
    regions = ("--region", EAST, "--region", IRELAND)
    after_confirmation(lambda: commands.rollout(*regions))

    result = commands.run("destroy", "--confirm", SUFFIX, "--region", EAST)

    assert result.exit_code == 3
    added = f"{commands.aws.account}/{IRELAND}"
    assert f"{NAME} in {EAST} has stacks now that were not shown: {added}" in result.stderr
    assert (commands.greeting(EAST), commands.greeting(IRELAND)) == ("first", "first")


@pytest.mark.parametrize("instances", [True, False], ids=["with stacks", "without stacks"])
def test_set_that_was_created_again_is_kept(
    commands: Commands, after_confirmation: Arrange, *, instances: bool
) -> None:
    commands.rollout("--region", EAST)
    after_confirmation(lambda: _recreate_set(commands, instances=instances))

    result = commands.run("destroy", "--confirm", SUFFIX, "--region", EAST)

    assert result.exit_code == 3
    assert f"{NAME} in {EAST} was deleted and created again since it was shown" in result.stderr
    client = commands.aws.client("cloudformation", EAST)
    left = client.list_stack_instances(StackSetName=NAME)["Summaries"]
    assert len(left) == int(instances)


def test_update_after_a_creation_that_was_shown_is_checked(
    commands: Commands,
    tmp_path: Path,
    after_confirmation: Arrange,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commands.deploy()

    def creating(_: StackInRegion) -> bool:
        return True

    monkeypatch.setattr(StackInRegion, "creating", property(creating))
    after_confirmation(lambda: _update(commands, changed(tmp_path, {"Orders": _ORDERS})))

    result = commands.destroy()

    assert result.exit_code == 3
    assert "Orders (Logs::LogGroup)" in result.stderr


def test_snapshot_that_was_shown_is_still_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Member(logical_id="Db", resource_type="AWS::RDS::DBCluster", physical_id="db")
    stack = ExistingStack(
        account="1", region=EAST, name=NAME, stack_id="arn", made_by="deploy", members=(cluster,)
    )
    snapshot = Retained(region=EAST, kind=CLUSTER_SNAPSHOT, name="db", logical_id="Db")

    def read(*_: object, **__: object) -> ExistingStack:
        return stack

    def retains_nothing(*_: object) -> tuple[Retained, ...]:
        return ()

    monkeypatch.setattr(shown_data, "read_stack", read)
    monkeypatch.setattr(shown_data, "plan_retention", retains_nothing)

    with pytest.raises(RolloutError) as caught:
        shown_data.require_shown_data(boto3.Session(), stack, (snapshot,))

    assert f"would no longer retain: {CLUSTER_SNAPSHOT} of Db" in str(caught.value)


def _update(commands: Commands, template: Path) -> None:
    commands.aws.client("cloudformation", EAST).update_stack(
        StackName=NAME,
        TemplateBody=template.read_text(),
        Parameters=colleague.PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    colleague.wait_until(commands, "UPDATE_COMPLETE")


def _recreate_set(commands: Commands, *, instances: bool) -> None:
    client = commands.aws.client("cloudformation", EAST)
    where: dict[str, Any] = {
        "StackSetName": NAME,
        "Accounts": [commands.aws.account],
        "Regions": [EAST],
    }
    client.delete_stack_instances(RetainStacks=False, **where)
    _wait(client)
    client.delete_stack_set(StackSetName=NAME)
    client.create_stack_set(StackSetName=NAME, TemplateBody=FOREIGN)
    if instances:
        client.create_stack_instances(**where)
        _wait(client)


def _wait(client: Any) -> None:  # noqa: ANN401 - the stub's client of one service
    end = time.monotonic() + 10
    while any(
        one["Status"] in {"RUNNING", "QUEUED"}
        for one in client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
    ):
        assert time.monotonic() < end
        time.sleep(0.02)
