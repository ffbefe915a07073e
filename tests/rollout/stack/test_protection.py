"""Deletion protection: switched on after the creation, off on request, never in between."""

from pathlib import Path
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rollout.faults import FaultPlan, run_until_killed
from tests.rollout.running import (
    EAST,
    FAILING,
    NAME,
    PROTECTED,
    SUFFIX,
    WEST,
    Commands,
    arguments_of,
    changed,
)

_OFF = ("--parameter", "DeletionProtection=false")


def test_new_stack_is_created_unprotected_and_protected_afterwards(commands: Commands) -> None:
    result = commands.deploy(template=PROTECTED)

    assert result.exit_code == 0, result.output
    assert _protections_created_with(commands) == ["false", "true"]
    assert commands.stack()["EnableTerminationProtection"] is True


def test_both_steps_are_announced_before_the_confirmation(commands: Commands) -> None:
    result = commands.run("deploy", "--skip-preflight", template=PROTECTED)

    assert result.exit_code == 2
    assert "plan: create the stack without deletion protection" in result.stdout
    assert commands.stack() is None


def test_given_false_is_applied(commands: Commands) -> None:
    commands.deploy(*_OFF, template=PROTECTED)

    assert commands.protection() == "false"
    assert commands.stack()["EnableTerminationProtection"] is False


def test_given_true_is_applied_in_one_step(commands: Commands) -> None:
    commands.deploy("--parameter", "DeletionProtection=true", template=PROTECTED)

    assert _protections_created_with(commands) == ["true"]


def test_failed_creation_is_rolled_back_without_protection(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=changed(tmp_path, {"Wrong": FAILING}, template=PROTECTED))

    assert commands.stack()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert commands.stack()["EnableTerminationProtection"] is False


def test_existing_stack_ends_as_the_template_says(commands: Commands) -> None:
    commands.deploy(*_OFF, template=PROTECTED)

    result = commands.deploy(template=PROTECTED)

    assert "plan: switch stack termination protection on" in result.output
    assert commands.protection() == "true"
    assert commands.stack()["EnableTerminationProtection"] is True


def test_protection_is_removed_on_request(commands: Commands) -> None:
    commands.deploy(template=PROTECTED)

    commands.deploy(*_OFF, template=PROTECTED)

    assert commands.protection() == "false"
    assert commands.stack()["EnableTerminationProtection"] is False


def test_termination_protection_alone_needs_a_confirmation(commands: Commands) -> None:
    commands.deploy(template=PROTECTED)
    _unprotect_stack(commands)

    result = commands.run("deploy", "--skip-preflight", template=PROTECTED)

    assert result.exit_code == 2
    assert commands.stack()["EnableTerminationProtection"] is False


def test_termination_protection_is_restored_by_the_same_command(commands: Commands) -> None:
    commands.deploy(template=PROTECTED)
    _unprotect_stack(commands)

    commands.deploy(template=PROTECTED)

    assert commands.stack()["EnableTerminationProtection"] is True


def test_template_without_the_parameter_switches_nothing(commands: Commands) -> None:
    commands.deploy()
    client = commands.aws.client("cloudformation", EAST)
    client.update_termination_protection(StackName=NAME, EnableTerminationProtection=True)

    commands.deploy("--parameter", "Message=second")

    assert commands.stack()["EnableTerminationProtection"] is True


def test_status_shows_termination_protection(commands: Commands) -> None:
    commands.deploy(template=PROTECTED)
    commands.rollout("--override", f"{WEST}:DeletionProtection=false", template=PROTECTED)

    document = commands.document("status")

    assert [one["termination_protection"] for one in document["stacks"]] == [True]
    assert [one["termination_protection"] for one in document["instances"]] == [False]


def test_destroy_shows_the_command_to_unprotect_a_stack_of_deploy(commands: Commands) -> None:
    commands.deploy(template=PROTECTED)

    result = commands.destroy()

    assert result.exit_code == 3
    assert (
        f"deploy --suffix {SUFFIX} --region {EAST} --template FILE "
        "--parameter DeletionProtection=false, then destroy again"
    ) in result.stderr
    assert commands.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_destroy_shows_the_command_to_unprotect_a_set(commands: Commands) -> None:
    commands.rollout(template=PROTECTED)

    result = commands.destroy()

    assert result.exit_code == 3
    assert result.stderr.count("--parameter DeletionProtection=false") == 1
    assert f"rollout --suffix {SUFFIX} --template FILE" in result.stderr
    assert commands.greeting(WEST) == "first"


def test_shown_command_allows_the_deletion(commands: Commands) -> None:
    commands.rollout(template=PROTECTED)
    commands.rollout(*_OFF, template=PROTECTED)

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert commands.greeting(WEST) is None


def test_recreate_checks_protection_before_the_deletion(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=changed(tmp_path, {"Wrong": FAILING}, template=PROTECTED))
    client = commands.aws.client("cloudformation", EAST)
    client.update_termination_protection(StackName=NAME, EnableTerminationProtection=True)

    result = commands.deploy("--recreate", template=PROTECTED)

    assert result.exit_code == 3
    assert "--no-enable-termination-protection" in result.stderr
    assert commands.stack()["StackStatus"] == "ROLLBACK_COMPLETE"


@pytest.mark.faults
@pytest.mark.parametrize("slow_aws", [0.1], indirect=True)
@pytest.mark.parametrize("call", ["ExecuteChangeSet", "UpdateTerminationProtection"])
def test_killed_deploy_is_protected_by_the_same_command(
    slow_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    commands = Commands(aws=slow_aws)
    given = arguments_of("deploy", "--yes", "--skip-preflight", template=PROTECTED)
    plan = FaultPlan(kill_after_calls=frozenset({call}))
    killed = run_until_killed(monkeypatch, plan, given)

    result = commands.deploy(template=PROTECTED)

    assert killed
    assert result.exit_code == 0, result.output
    assert commands.protection() == "true"
    assert commands.stack()["EnableTerminationProtection"] is True


def test_rollout_creates_unprotected_and_protects_every_stack_afterwards(
    commands: Commands,
) -> None:
    result = commands.rollout(template=PROTECTED)

    assert result.exit_code == 0, result.output
    assert _protections_created_with(commands) == ["false", "true"]
    assert _protections_created_with(commands, WEST) == ["false", "true"]


def test_rollout_leaves_no_override(commands: Commands) -> None:
    commands.rollout("--override", f"{WEST}:Message=west", template=PROTECTED)

    assert _overrides(commands, EAST) == {}
    assert _overrides(commands, WEST) == {"Message": "west"}
    assert commands.protection(WEST) == "true"


def test_rollout_protects_the_stacks_of_its_account_from_deletion(commands: Commands) -> None:
    commands.rollout(template=PROTECTED)

    stacks = [_stack_of_instance(commands, region) for region in (EAST, WEST)]
    assert [stack["EnableTerminationProtection"] for stack in stacks] == [True, True]


def test_rollout_announces_both_steps_before_the_confirmation(commands: Commands) -> None:
    unit = ("--organizational-unit", "ou-ab12-cdef3456")
    result = commands.run("rollout", "--skip-preflight", *unit, template=PROTECTED)

    assert result.exit_code == 2
    assert f"create stacks in {EAST}, {WEST} without deletion protection" in result.stdout
    assert f"update stacks to the set's DeletionProtection in {EAST}, {WEST}" in result.stdout


def test_rollout_creates_a_later_region_unprotected_too(commands: Commands) -> None:
    commands.rollout("--region", EAST, template=PROTECTED)

    commands.rollout(template=PROTECTED)

    assert _protections_created_with(commands, EAST) == ["false", "true"]
    assert _protections_created_with(commands, WEST) == ["false", "true"]


def test_second_rollout_of_a_protected_set_changes_nothing(commands: Commands) -> None:
    commands.rollout(template=PROTECTED)

    document = commands.document("rollout", "--yes", template=PROTECTED)

    assert (document["exit_code"], document["operations"]) == (0, [])


def test_rollout_removes_protection_on_request(commands: Commands) -> None:
    commands.rollout(template=PROTECTED)

    result = commands.rollout(*_OFF, template=PROTECTED)

    assert result.exit_code == 0, result.output
    assert commands.protection(WEST) == "false"
    assert _stack_of_instance(commands, WEST)["EnableTerminationProtection"] is False


def test_override_leaves_one_region_unprotected(commands: Commands) -> None:
    commands.rollout("--override", f"{WEST}:DeletionProtection=false", template=PROTECTED)

    assert (commands.protection(EAST), commands.protection(WEST)) == ("true", "false")
    assert _stack_of_instance(commands, WEST)["EnableTerminationProtection"] is False


def test_failed_region_is_created_unprotected_again_and_protected_then(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout(template=changed(tmp_path, {"Greeting": FAILING}, template=PROTECTED))
    failed = commands.protection(EAST)

    result = commands.rollout(template=PROTECTED)

    assert failed is None
    assert result.exit_code == 0, result.output
    assert _protections_created_with(commands, EAST) == ["false", "true"]
    assert _overrides(commands, EAST) == {}


@pytest.mark.faults
@pytest.mark.parametrize("slow_aws", [0.1], indirect=True)
@pytest.mark.parametrize(
    "call", ["CreateStackInstances", "UpdateStackInstances", "UpdateTerminationProtection"]
)
def test_killed_rollout_is_protected_by_the_same_command(
    slow_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    commands = Commands(aws=slow_aws)
    options = ("--yes", "--skip-preflight", "--create-roles")
    plan = FaultPlan(kill_after_calls=frozenset({call}))
    given = arguments_of("rollout", *options, template=PROTECTED)
    killed = run_until_killed(monkeypatch, plan, given)

    result = commands.rollout(template=PROTECTED)

    assert killed
    assert result.exit_code == 0, result.output
    assert (commands.protection(EAST), commands.protection(WEST)) == ("true", "true")
    assert _overrides(commands, WEST) == {}
    assert _stack_of_instance(commands, WEST)["EnableTerminationProtection"] is True


def _stack_of_instance(commands: Commands, region: str) -> Any:  # noqa: ANN401 - AWS's answer
    client = commands.aws.client("cloudformation", EAST)
    (instance,) = client.list_stack_instances(StackSetName=NAME, StackInstanceRegion=region)[
        "Summaries"
    ]
    return commands.stack(region, instance["StackId"])


def _overrides(commands: Commands, region: str) -> dict[str, str]:
    client = commands.aws.client("cloudformation", EAST)
    (listed,) = client.list_stack_instances(StackSetName=NAME, StackInstanceRegion=region)[
        "Summaries"
    ]
    shown = client.describe_stack_instance(
        StackSetName=NAME, StackInstanceAccount=listed["Account"], StackInstanceRegion=region
    )["StackInstance"]
    return {one["ParameterKey"]: one["ParameterValue"] for one in shown["ParameterOverrides"]}


def _protections_created_with(commands: Commands, region: str = EAST) -> list[str]:
    """Return each value that the stack had, in order."""
    history = commands.aws.client("ssm", region).get_parameter_history(
        Name="/payment/dev-001/protection"
    )
    return [version["Value"] for version in history["Parameters"]]


def _unprotect_stack(commands: Commands) -> None:
    client = commands.aws.client("cloudformation", EAST)
    client.update_termination_protection(StackName=NAME, EnableTerminationProtection=False)
