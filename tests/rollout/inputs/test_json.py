"""The JSON document: one in every case, always with the same keys."""

import json
from pathlib import Path

import pytest

from payment_templates.commands.output.json_documents import JSON_KEYS
from tests.documented_keys import differences
from tests.rollout.running import EAST, SUFFIX, WEST, Commands, changed


@pytest.mark.parametrize("command", JSON_KEYS)
@pytest.mark.parametrize(
    "wrong",
    [("--no-such-option",), ("--poll-seconds", "soon"), ("--region", "us-est-1")],
    ids=["unknown option", "value of the wrong kind", "unknown region"],
)
def test_wrong_use_is_a_document_with_every_key(
    commands: Commands, command: str, wrong: tuple[str, ...]
) -> None:
    result = commands.run(command, "--json", *wrong)

    document = json.loads(result.stdout)
    assert (result.exit_code, document["exit_code"]) == (2, 2)
    assert document["error"]
    assert {*document} == {"version", "exit_code", "error", "messages", *JSON_KEYS[command]}


@pytest.mark.parametrize("command", ["deploy", "status", "destroy"])
def test_document_of_success_has_every_key(commands: Commands, command: str) -> None:
    given = {"deploy": ["--yes"], "destroy": ["--confirm", "dev-001"]}.get(command, [])

    document = commands.document(command, *given)

    assert document["exit_code"] == 0
    assert {*document} == {"version", "exit_code", "error", "messages", *JSON_KEYS[command]}


def test_entries_have_the_documented_keys(commands: Commands) -> None:
    commands.rollout("--region", EAST, "--region", WEST)
    runs: dict[str, tuple[str, ...]] = {
        "preflight": (),
        "rollout": ("--dry-run", "--region", EAST, "--region", WEST),
        "status": (),
        "verify": ("--region", EAST),
        "drift": (),
        "destroy": ("--confirm", SUFFIX),
        "deploy": ("--yes",),
    }

    documents = {command: commands.document(command, *given) for command, given in runs.items()}

    assert {
        command: found
        for command, document in documents.items()
        if (found := [*differences(document, JSON_KEYS[command])])
    } == {}


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_document_of_a_refused_loss_has_the_changes(
    commands: Commands, tmp_path: Path, command: str
) -> None:
    given = ("--region", EAST, *(("--create-roles",) if command == "rollout" else ()))
    commands.document(command, "--yes", *given)

    document = commands.document(
        command, "--yes", *given, template=changed(tmp_path, {"Records": None, "Person": _PERSON})
    )

    assert document["exit_code"] == 3
    removed = [one for one in document["changes"] if one["action"] == "Remove"]
    assert [(one["region"], one["logical_id"]) for one in removed] == [(EAST, "Records")]


def test_document_of_a_failed_preflight_has_the_findings(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    document = commands.document("deploy", "--yes")

    refused = [one for one in document["findings"] if one["verdict"] == "refused"]
    assert [one["what"] for one in refused] == [
        "Logs::LogGroup payment-records-dev-001 already exists"
    ]


def test_password_equal_to_a_json_key_is_hidden_only_in_values(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_MASTER_PASSWORD", "messages")

    document = commands.document("deploy", "--yes")

    assert document["exit_code"] == 0
    assert {*document} == {"version", "exit_code", "error", "messages", *JSON_KEYS["deploy"]}


def test_password_with_json_escapes_is_hidden(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = 'say "friend"'  # noqa: S105 - of nothing
    monkeypatch.setenv("DB_MASTER_PASSWORD", password)

    document = commands.document("deploy", "--stack-name", f"1{password}")

    assert "****" in document["error"]
    assert "friend" not in str(document)


_PERSON = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": {"Fn::Sub": "payment-person-${EnvironmentSuffix}-${AWS::Region}"},
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        },
    },
}
