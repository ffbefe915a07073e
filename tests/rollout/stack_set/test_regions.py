from collections.abc import Mapping
from pathlib import Path

import pytest

from payment_templates.rollout.connection import connect
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.regions import require_region, require_regions
from tests.rollout.running import EAST, WEST, Commands

_FRANKFURT = "eu-central-1"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[profile far]\nregion = ap-south-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("given", "variables", "region"),
    [
        (WEST, {"AWS_REGION": _FRANKFURT}, WEST),
        (None, {"AWS_REGION": _FRANKFURT, "AWS_DEFAULT_REGION": WEST}, _FRANKFURT),
        (None, {"AWS_DEFAULT_REGION": _FRANKFURT, "AWS_PROFILE": "far"}, _FRANKFURT),
        (None, {"AWS_PROFILE": "far"}, "ap-south-1"),
        (None, {}, EAST),
    ],
    ids=["option", "AWS_REGION", "AWS_DEFAULT_REGION", "profile", "specification"],
)
def test_region_comes_from_the_first_that_names_one(
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    variables: Mapping[str, str],
    region: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert require_region(connect(None, print), given) == region


@pytest.mark.parametrize(
    ("own", "regions"),
    [("", (EAST, WEST)), (EAST, (EAST, WEST)), (WEST, (WEST, EAST)), (_FRANKFURT, (_FRANKFURT,))],
)
def test_environment_names_the_primary_of_many(
    monkeypatch: pytest.MonkeyPatch, own: str, regions: tuple[str, ...]
) -> None:
    monkeypatch.setenv("AWS_REGION", own)

    assert require_regions(connect(None, print), ()) == regions


def test_regions_of_two_partitions_are_wrong_use() -> None:
    with pytest.raises(RolloutError, match=r"regions of one partition") as raised:
        require_regions(connect(None, print), [EAST, "cn-north-1"])

    assert raised.value.exit_code == 2


def test_nothing_exists_message_has_the_regions(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", _FRANKFURT)

    result = commands.run("status")

    assert f"in {_FRANKFURT}, and no stack set in" in result.stdout


def test_set_is_found_whichever_region_is_the_primary(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.rollout()
    monkeypatch.setenv("AWS_REGION", WEST)

    document = commands.document("destroy", "--confirm", "dev-001")

    assert document["exit_code"] == 0
    assert [one["region"] for one in document["stacks"]] == [EAST, WEST]
