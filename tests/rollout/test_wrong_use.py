from pathlib import Path

import pytest

from tests.rollout.running import EAST, Commands, changed


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("deploy", ["--parameter", "EnvironmentSuffix=prod-001"]),
        ("rollout", ["--parameter", "EnvironmentSuffix=prod-001"]),
        ("rollout", ["--override", f"{EAST}:EnvironmentSuffix=prod-001"]),
    ],
    ids=["deploy", "rollout", "override"],
)
def test_suffix_is_said_by_its_option_alone(
    commands: Commands, command: str, arguments: list[str]
) -> None:
    result = commands.run(command, "--yes", *arguments)

    assert result.exit_code == 2
    assert "EnvironmentSuffix is what --suffix says" in result.stderr
    assert commands.stack() is None


@pytest.mark.parametrize("command", ["deploy", "rollout", "preflight"])
def test_password_is_asked_for_at_a_terminal_alone(commands: Commands, command: str) -> None:
    result = commands.run(command, "--ask-password")

    assert result.exit_code == 2
    assert "DB_MASTER_PASSWORD" in result.stderr


@pytest.mark.parametrize(
    ("name", "says"), [("Recods", "did you mean Records?"), ("X", "use a logical ID")]
)
@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_replacement_of_nothing_is_wrong_use(
    commands: Commands, command: str, name: str, says: str
) -> None:
    result = commands.run(command, "--yes", "--allow-replacement", name)

    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_resource_that_the_template_lost_may_be_named(
    commands: Commands, tmp_path: Path, command: str
) -> None:
    given = ("--yes", "--region", EAST, *(["--create-roles"] if command == "rollout" else []))
    commands.run(command, *given)
    without = changed(tmp_path, {"Records": None, "Person": {"Type": "AWS::ECS::Cluster"}})

    result = commands.run(command, *given, "--allow-replacement", "Records", template=without)

    assert "there is no resource" not in result.stderr
    assert result.exit_code == 0, result.output
