import pytest

from tests.rollout.running import EAST, Commands


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
