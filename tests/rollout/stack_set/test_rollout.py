from pathlib import Path

from tests.rollout.running import EAST, NAME, WEST, Commands, changed


def test_rollout_creates_a_stack_in_each_region(commands: Commands) -> None:
    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("first", "first")


def test_rollout_without_roles_is_refused(commands: Commands) -> None:
    result = commands.run("rollout", "--yes")

    assert result.exit_code == 3
    assert "--create-roles" in result.stderr


def test_stack_of_deploy_stays_outside_the_set(commands: Commands) -> None:
    commands.deploy()

    document = commands.document("rollout", "--yes", "--create-roles")

    assert document["outside_the_set"] == [EAST]
    assert [one["region"] for one in document["instances"]] == [WEST]


def test_roles_are_created_only_after_preflight(commands: Commands) -> None:
    logs = commands.aws.client("logs", WEST)
    logs.create_log_group(logGroupName="payment-records-dev-001")

    result = commands.rollout(preflight=True)

    assert result.exit_code == 3
    assert commands.stack(name="payment-stack-set-roles") is None


def test_second_rollout_changes_nothing(commands: Commands) -> None:
    commands.rollout()

    document = commands.document("rollout", "--yes")

    assert document["operations"] == []


def test_another_value_reaches_every_region(commands: Commands) -> None:
    commands.rollout()

    result = commands.rollout("--parameter", "Message=second")

    assert result.exit_code == 0, result.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("second", "second")


def test_override_reaches_its_region_alone(commands: Commands) -> None:
    commands.rollout("--override", f"{WEST}:Message=west")

    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("first", "west")


def test_override_of_an_existing_instance_is_changed(commands: Commands) -> None:
    commands.rollout("--override", f"{WEST}:Message=west")

    result = commands.rollout("--override", f"{WEST}:Message=farwest")

    assert result.exit_code == 0, result.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == ("first", "farwest")


def test_region_added_later_gets_its_stack(commands: Commands) -> None:
    commands.rollout("--region", EAST)

    result = commands.rollout("--region", EAST, "--region", WEST)

    assert result.exit_code == 0, result.output
    assert commands.greeting(WEST) == "first"


def test_update_with_data_loss_is_refused_before_it_starts(
    commands: Commands, tmp_path: Path
) -> None:
    commands.rollout()
    without_records = changed(tmp_path, {"Records": None, "Person": None})

    result = commands.rollout(template=without_records)

    assert result.exit_code == 3
    assert "--allow-replacement Records" in result.stderr
    client = commands.aws.client("cloudformation", EAST)
    operations = client.list_stack_set_operations(StackSetName=NAME)["Summaries"]
    assert [operation["Action"] for operation in operations] == ["CREATE"]


def test_failure_in_a_region_shows_the_cause_in_its_stack(commands: Commands) -> None:
    logs = commands.aws.client("logs", WEST)
    logs.create_log_group(logGroupName="payment-records-dev-001")

    document = commands.document("rollout", "--yes", "--create-roles", "--skip-preflight")

    assert document["exit_code"] == 1
    (cause,) = document["causes"]
    assert (cause["region"], cause["logical_id"]) == (WEST, "Records")
    assert "already exists" in cause["reason"]
    assert commands.greeting(EAST) == "first"


def test_failed_region_is_updated_by_the_next_rollout(commands: Commands) -> None:
    logs = commands.aws.client("logs", WEST)
    logs.create_log_group(logGroupName="payment-records-dev-001")
    commands.rollout()
    logs.delete_log_group(logGroupName="payment-records-dev-001")

    result = commands.rollout()

    assert result.exit_code == 0, result.output
    assert commands.greeting(WEST) == "first"


def test_more_concurrent_accounts_than_tolerated_failures_is_a_usage_error(
    commands: Commands,
) -> None:
    result = commands.rollout("--max-concurrent", "3", "--failure-tolerance", "1")

    assert result.exit_code == 2
    assert "1 to 2" in result.stderr


def test_service_managed_set_targets_an_organizational_unit(commands: Commands) -> None:
    document = commands.document("rollout", "--yes", "--organizational-unit", "ou-ab12-cdef3456")

    assert document["exit_code"] == 0, document
    assert {one["region"] for one in document["instances"]} == {EAST, WEST}
