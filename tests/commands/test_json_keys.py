"""The documents of the commands that read template files have the keys that are documented."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.commands.output.json_documents import OFFLINE_JSON_KEYS
from tests.documented_keys import differences

_STANDARD = "output/TapStack.json"


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("profile") / "production.json"
    CliRunner().invoke(main, ["generate", "--profile", "production", "--output", str(path)])
    return str(path)


@pytest.mark.parametrize("command", OFFLINE_JSON_KEYS)
def test_document_has_the_documented_keys(production: str, command: str) -> None:
    # Much changes from one profile to the other.
    files = [production, _STANDARD] if command == "diff" else [production]

    result = CliRunner().invoke(main, [command, *files, "--json"])

    document = json.loads(result.stdout)
    keys = OFFLINE_JSON_KEYS[command]
    assert {*document} == {*keys}
    assert not [*differences(document, keys)]
