"""Rollouts to some of the stacks of a set, and to stacks with problems."""

import time
from pathlib import Path

from tests.rollout.running import EAST, FAILING, NAME, WEST, Commands, changed


def test_rollout_to_one_region_keeps_the_others(commands: Commands) -> None:
    commands.rollout()

    result = commands.rollout("--region", EAST, "--parameter", "Message=second")

    assert result.exit_code == 0, result.output
    assert f"{commands.aws.account}/{WEST} stay unchanged and become OUTDATED" in result.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("second", "first")


def test_outdated_region_is_updated_by_the_next_rollout(commands: Commands) -> None:
    commands.rollout()
    commands.rollout("--region", EAST, "--parameter", "Message=second")

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert commands.greeting(WEST) == "second"


def test_set_does_not_change_for_a_new_region_alone(commands: Commands) -> None:
    commands.rollout("--region", EAST, "--region", WEST)

    result = commands.rollout(
        "--region", EAST, "--account", "222222222222", "--parameter", "Message=second"
    )

    assert result.exit_code == 3
    assert f"{commands.aws.account}/{EAST}, {commands.aws.account}/{WEST}" in result.stderr
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("first", "first")


def test_preview_of_an_outdated_stack_uses_the_values_of_the_set(
    commands: Commands, tmp_path: Path
) -> None:
    records = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": {"Fn::Sub": "payment-${EnvironmentSuffix}-${Message}"}},
    }
    template = changed(tmp_path, {"Records": records})
    commands.rollout(template=template)
    first = commands.rollout(
        *("--region", EAST, "--parameter", "Message=second"),
        *("--allow-replacement", "Records"),
        template=template,
    )

    result = commands.rollout(template=template)

    assert first.exit_code == 0, first.output
    assert result.exit_code == 3
    assert "Records: is replaced" in result.stderr


def test_failed_stack_of_deploy_blocks_the_rollout(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=changed(tmp_path, {"Wrong": FAILING}))

    result = commands.rollout()

    assert result.exit_code == 3
    assert "ROLLBACK_COMPLETE" in result.stderr
    assert f"deploy --region {EAST} --recreate" in result.stderr
    assert commands.stack(name="payment-stack-set-roles") is None


def test_inoperable_instance_is_a_failure(commands: Commands) -> None:
    commands.rollout()
    _make_inoperable(commands)

    result = commands.rollout()

    assert result.exit_code == 1
    assert f"{commands.aws.account}/{WEST} are INOPERABLE" in result.stderr
    assert "--retain-stacks" in result.stderr


def _make_inoperable(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    (instance,) = client.list_stack_instances(StackSetName=NAME, StackInstanceRegion=WEST)[
        "Summaries"
    ]
    stack_id = instance.get("StackId", "")
    commands.aws.client("cloudformation", WEST).update_termination_protection(
        StackName=stack_id, EnableTerminationProtection=True
    )
    client.delete_stack_instances(
        StackSetName=NAME,
        Accounts=[commands.aws.account],
        Regions=[WEST],
        RetainStacks=False,
    )
    while (
        client.list_stack_set_operations(StackSetName=NAME)["Summaries"][0]["Status"] == "RUNNING"
    ):
        time.sleep(0.02)
