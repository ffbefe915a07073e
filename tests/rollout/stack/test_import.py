"""Stacks of deploy are imported into the set."""

from pathlib import Path

from tests.rollout.running import EAST, NAME, OPEN, WEST, Commands, changed

_IMPORT = ("rollout", "--yes", "--create-roles", "--import")


def test_stack_of_deploy_is_imported_on_request(commands: Commands) -> None:
    commands.deploy(template=OPEN)
    stack_id = commands.stack()["StackId"]

    document = commands.document(*_IMPORT, template=OPEN)

    assert document["exit_code"] == 0, document
    by_region = {one["region"]: one["stack_id"] for one in document["instances"]}
    assert by_region.keys() == {EAST, WEST}
    assert by_region[EAST] == stack_id


def test_import_of_a_template_with_a_secret_is_refused_before_anything_is_made(
    commands: Commands,
) -> None:
    commands.deploy()

    result = commands.run(*_IMPORT)

    assert result.exit_code == 2
    assert "do not import stacks that contain NoEcho, such as DBMasterPassword" in result.stderr
    assert commands.stack(name="payment-stack-set-roles") is None
    assert commands.document("status")["stack_set"] is False


def test_import_that_would_lose_data_is_refused(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=OPEN)
    without_records = changed(tmp_path, {"Records": None, "Person": None}, template=OPEN)

    result = commands.run(*_IMPORT, template=without_records)

    assert result.exit_code == 3
    assert "--allow-replacement Records" in result.stderr
    assert commands.stack(name=NAME)["StackStatus"] == "CREATE_COMPLETE"
