import logging
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rollout import identity
from tests.rollout.running import EAST, NAME, Commands, changed

_PASSWORD = "correct-horse-battery"  # noqa: S105 - of nothing


@pytest.fixture
def with_password(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setenv("DB_MASTER_PASSWORD", _PASSWORD)
    return commands


def test_password_reaches_the_stack(with_password: Commands, tmp_path: Path) -> None:
    template = changed(tmp_path, {"Greeting": _greeting_of("DBMasterPassword")})

    with_password.deploy(template=template)

    assert with_password.greeting(EAST) == _PASSWORD


def test_omitted_password_is_kept(
    with_password: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    template = changed(tmp_path, {"Greeting": _greeting_of("DBMasterPassword")})
    with_password.deploy(template=template)
    monkeypatch.delenv("DB_MASTER_PASSWORD")

    with_password.deploy("--parameter", "Message=second", template=template)

    assert with_password.greeting(EAST) == _PASSWORD


@pytest.mark.parametrize("json", [(), ("--json",)], ids=["text", "json"])
def test_password_is_in_no_output_log_or_event(
    with_password: Commands, caplog: pytest.LogCaptureFixture, tmp_path: Path, json: tuple[str, ...]
) -> None:
    # A failure quotes the property that holds it.
    broken = _greeting_of("DBMasterPassword")
    broken["Properties"] = {**broken["Properties"], "Tier": {"Ref": "DBMasterPassword"}}
    template = changed(tmp_path, {"Greeting": broken})
    caplog.set_level(logging.INFO)

    result = with_password.deploy(*json, template=template)

    assert result.exit_code == 1
    assert _PASSWORD not in result.output + result.stderr
    assert _PASSWORD not in caplog.text


def test_password_is_in_no_change_set_name_or_token(with_password: Commands) -> None:
    with_password.deploy()

    client = with_password.aws.client("cloudformation", EAST)
    events = client.describe_stack_events(StackName=NAME)["StackEvents"]
    assert _PASSWORD not in str(events)


def test_password_is_in_no_traceback(
    with_password: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise ZeroDivisionError(f"a fault that quotes {_PASSWORD}")

    monkeypatch.setattr("payment_templates.commands.deploy.account_of", fail)

    result = with_password.deploy()

    assert identity.account_of is not fail
    assert "ZeroDivisionError" in result.stderr
    assert _PASSWORD not in result.stderr
    assert "****" in result.stderr


def _greeting_of(parameter: str) -> dict[str, Any]:
    return {
        "Type": "AWS::SSM::Parameter",
        "Properties": {
            "Type": "String",
            "Name": {"Fn::Sub": "/payment/${EnvironmentSuffix}/greeting"},
            "Value": {"Ref": parameter},
        },
    }
