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
def test_suffix_is_accepted_only_from_its_option(
    commands: Commands, command: str, arguments: list[str]
) -> None:
    result = commands.run(command, "--yes", *arguments)

    assert result.exit_code == 2
    assert "EnvironmentSuffix cannot be set as a parameter" in result.stderr
    assert commands.stack() is None


@pytest.mark.parametrize("command", ["deploy", "rollout", "preflight"])
def test_password_prompt_needs_a_terminal(commands: Commands, command: str) -> None:
    result = commands.run(command, "--ask-password")

    assert result.exit_code == 2
    assert "DB_MASTER_PASSWORD" in result.stderr


@pytest.mark.parametrize(
    ("name", "says"), [("Recods", "did you mean Records?"), ("X", "use a logical ID")]
)
@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_allowance_for_an_unknown_resource_is_a_usage_error(
    commands: Commands, command: str, name: str, says: str
) -> None:
    result = commands.run(command, "--yes", "--allow-replacement", name)

    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_resource_removed_from_the_template_may_be_allowed(
    commands: Commands, tmp_path: Path, command: str
) -> None:
    given = ("--yes", "--region", EAST, *(["--create-roles"] if command == "rollout" else []))
    commands.run(command, *given)
    without = changed(tmp_path, {"Records": None, "Person": {"Type": "AWS::ECS::Cluster"}})

    result = commands.run(command, *given, "--allow-replacement", "Records", template=without)

    assert "there is no resource" not in result.stderr
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "command", ["preflight", "deploy", "rollout", "status", "drift", "destroy"]
)
def test_profile_of_the_aws_cli_is_named_as_such(commands: Commands, command: str) -> None:
    unknown = commands.run(command, "--aws-profile", "nowhere")
    ambiguous = commands.run(command, "--profile", "production")

    assert unknown.exit_code == 2
    assert "error: The config profile (nowhere) could not be found" in unknown.stderr
    assert "or use --aws-profile" in unknown.stderr
    assert ambiguous.exit_code == 2
    assert ambiguous.stderr == (
        "error: no such option '--profile'\nhint: did you mean --aws-profile?\n"
    )
