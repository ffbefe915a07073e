"""Whose a change set is: an operator's own in every run, and never a colleague's."""

import platform
from pathlib import Path

import pytest

from payment_templates.rollout.connection import connect
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.ownership import CHANGE_SET_PREFIX
from tests.rollout import colleague
from tests.rollout.running import EAST, NAME, SMALL, Commands

_SOME, _OTHER = "0a1b2c3d-1111-2222-3333-444455556666", "ffffffff-1111-2222-3333-444455556666"


@pytest.fixture
def operator(commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> "Operator":
    return Operator(commands, monkeypatch, tmp_path / "config")


class Operator:
    """Assumes a role with the session name of its choice."""

    def __init__(self, commands: Commands, monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
        self._config, self._account = config, commands.aws.account
        commands.aws.client("iam", EAST).create_role(
            RoleName="deployer", AssumeRolePolicyDocument="{}"
        )
        # The variables would come before the profile.
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))

    def assume_role(self, session_name: str) -> str:
        """Assume the role from now on; returns the operator's ID."""
        self._config.write_text(
            f"[profile base]\naws_access_key_id = {self._account}\naws_secret_access_key = x\n"
            f"[default]\nrole_arn = arn:aws:iam::{self._account}:role/deployer\n"
            f"source_profile = base\nregion = {EAST}\nrole_session_name = {session_name}\n"
        )
        return owner_id(connect(None, print), EAST)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("botocore-session-1764300000", "botocore-session-1764300099"),
        ("aws-go-sdk-1764300000123456789", "aws-go-sdk-1764300099123456789"),
        ("1764300000123456789", "1764300099123456789"),
        ("aws-sdk-java-1764300000123", "aws-sdk-java-1764300099123"),
        ("aws-sdk-js-1764300000123", "aws-sdk-js-1764300099123"),
        (f"AWSCodeBuild-{_SOME}", f"AWSCodeBuild-{_OTHER}"),
        ("0" * 32, "f" * 32),
        (f"eks-prod-deployer-x1-{_SOME}", f"eks-prod-deployer-x2-{_OTHER}"),
        ("ann@example.com", "ann@example.com"),
    ],
)
def test_next_run_has_the_same_owner(operator: Operator, first: str, second: str) -> None:
    assert operator.assume_role(first) == operator.assume_role(second)


@pytest.mark.parametrize(
    ("ann", "bob"),
    [
        ("ann@example.com", "bob@example.com"),
        ("deployment-1", "deployment-2"),
        ("1764300000", "1764300099"),
        ("i-0123456789abcdef0", "i-0123456789abcdef1"),
        ("ann", "botocore-session-1764300000"),
    ],
)
def test_chosen_name_is_another_owner(operator: Operator, ann: str, bob: str) -> None:
    assert operator.assume_role(ann) != operator.assume_role(bob)


def test_deploy_uses_the_stack_that_an_earlier_session_left(
    commands: Commands, operator: Operator
) -> None:
    left = _left_by(commands, operator.assume_role("botocore-session-1764300000"))

    operator.assume_role("botocore-session-1764300099")
    result = commands.deploy()

    assert result.exit_code == 0, result.output
    assert left not in colleague.change_sets(commands)


def test_destroy_deletes_the_stack_that_an_earlier_session_left(
    commands: Commands, operator: Operator
) -> None:
    _left_by(commands, operator.assume_role("botocore-session-1764300000"))

    operator.assume_role("botocore-session-1764300099")
    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert commands.stack() is None


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_change_set_of_a_colleague_with_the_same_role_is_kept(
    commands: Commands, operator: Operator, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    theirs = _left_by(commands, operator.assume_role("botocore-session-1764300000"))

    monkeypatch.setattr(platform, "node", lambda: "another-machine")
    operator.assume_role("botocore-session-1764300099")
    result = commands.deploy() if command == "deploy" else commands.destroy()

    assert result.exit_code == 3
    assert colleague.change_sets(commands) == {theirs}


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_hint_deletes_what_a_run_on_another_machine_left(
    commands: Commands, operator: Operator, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    _left_by(commands, operator.assume_role("botocore-session-1764300000"))
    monkeypatch.setattr(platform, "node", lambda: "another-machine")

    result = commands.deploy() if command == "deploy" else commands.destroy()

    assert "if an earlier run of yours has left it" in result.stderr
    *_, change_set, _, region = result.stderr.split()
    commands.aws.client("cloudformation", region).delete_change_set(ChangeSetName=change_set)
    assert colleague.change_sets(commands) == set()


def _left_by(commands: Commands, owner: str) -> str:
    """Leave a stack in review, as a run that is killed does; returns its change set."""
    name = f"{CHANGE_SET_PREFIX}{owner}-left-behind"
    commands.aws.client("cloudformation", EAST).create_change_set(
        StackName=NAME,
        ChangeSetName=name,
        ChangeSetType="CREATE",
        TemplateBody=SMALL.read_text(),
        Parameters=colleague.PARAMETERS,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    return name
