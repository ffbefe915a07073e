"""The cost command and its output: assumptions, sources, dates, and wrong use."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.facts.price_sources import CHECKED
from payment_templates.report.cost.output import to_text
from payment_templates.report.cost.usage import ASSUMPTIONS, Usage
from tests.cloudformation.templates import PRODUCT, product
from tests.evidence.changes import changed, put
from tests.report.bills import bills

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.evidence.changes import Json


def test_every_assumption_is_explained_and_an_option() -> None:
    names = [f"--{name.replace('_', '-')}" for name in asdict(Usage())]
    listed = {option for parameter in main.commands["cost"].params for option in parameter.opts}

    assert list(ASSUMPTIONS) == list(asdict(Usage()))
    assert {*names} <= listed


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["cost", str(PRODUCT), *arguments])


def test_json_has_each_line_with_its_source() -> None:
    document: dict[str, Any] = json.loads(run("--json").output)

    lines = [line for region in document["regions"] for line in region["lines"]]
    assert [region["region"] for region in document["regions"]] == ["us-east-1", "us-west-2"]
    assert all(line["source"] or line["problem"] for line in lines)
    assert sum(line["usd"] or 0 for line in lines) == pytest.approx(
        document["total"]["usd"], abs=0.2
    )


def test_json_names_the_dates_of_the_prices() -> None:
    document: dict[str, Any] = json.loads(run("--json").output)

    dates = [line["date"] for region in document["regions"] for line in region["lines"]]
    assert document["prices"] == {"checked": CHECKED, "oldest": min(dates), "newest": max(dates)}


def text(document: Json, today: str) -> list[str]:
    found = bills(document)
    return [line for line, _ in to_text(found, (), Usage(), date.fromisoformat(today))]


def test_terminal_names_the_date_and_age_of_the_prices() -> None:
    lines = text(product(), "2027-01-01")

    assert lines[1].startswith(f"prices checked on {CHECKED}, 35 days ago; sources of 20")


def test_terminal_names_the_source_of_each_price_in_its_region() -> None:
    lines = text(product(), CHECKED)
    numbers = [line.rpartition(" [")[2] for line in lines if "application load balancer:" in line]
    listed = [line for line in lines if line.startswith("  [")]

    assert len(numbers) == 2
    for number, part in zip(numbers, ("lb_test", "us-west-2"), strict=True):
        (source,) = (line for line in listed if line.startswith(f"  [{number} "))
        assert part in source


def test_terminal_names_the_assumptions_and_what_is_left_out() -> None:
    output = run("--storage-gb", "7").output

    assert "--storage-gb 7: GB of data in each database" in output
    assert "us-west-2: 3" in output
    assert "Left out" in output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--requests-per-second", "-1"], "invalid --requests-per-second '-1'"),
        (["--requests-per-second", "nan"], "invalid --requests-per-second 'nan'"),
        (["--requests-per-second", "1e308"], "use a number from 0 to 1,000,000,000, such as 10"),
        (["--changed-percent", "101"], "use a number from 0 to 100, such as 2"),
        (["--region", "us-east-9"], "unknown region 'us-east-9'"),
        (["--region", "us-east-1", "--region", "us-east-1"], "--region us-east-1 is given twice"),
        (["--parameter", "Foo=1"], "unknown parameter 'Foo'"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], problem: str) -> None:
    found = run(*arguments)

    assert found.exit_code == 2
    assert problem in found.output
    assert found.output.count("error:") == 1


def test_text_from_the_template_cannot_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "stack.json"
    kind = "db.\x1b[31mlarge"
    change = put("DatabaseWriter.Properties.DBInstanceClass", kind)
    path.write_text(json.dumps(changed(product(), change)))

    output = CliRunner().invoke(main, ["cost", str(path)], color=True).output

    assert kind not in output
    assert r"db.\x1b[31mlarge" in output


def test_diff_shows_what_the_change_costs(tmp_path: Path) -> None:
    key = {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True}}
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for count, path in enumerate(paths, start=1):
        path.write_text(json.dumps({"Resources": {f"Key{it}": key for it in range(count)}}))

    found = CliRunner().invoke(main, ["diff", *map(str, paths), "--no-fail"])

    assert "Cost\n  1.00 → 2.00 USD a month in the region" in found.output
