"""The command: what it prints, how it ends, and what it says to wrong use."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.report.compliance.matrix import MATRIX
from tests.cloudformation.templates import PRODUCT
from tests.evidence.changes import changed, drop
from tests.report.compliance.complete_template import FIXED, complete_document

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["compliance", *arguments])


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """Return the arguments for the template in which nothing is missing."""
    path = tmp_path / "complete.json"
    path.write_text(json.dumps(complete_document(), separators=(",", ":")))
    values = [f"--parameter={name}={value}" for name, value in FIXED.items()]
    return [str(path), "--profile=production", *values]


def test_standard_template_lists_every_requirement_and_ends_with_one() -> None:
    result = run()

    *lines, summary, source = result.output.splitlines()
    assert result.exit_code == 1
    assert [line.split("\t")[1] for line in lines] == [row.number for row in MATRIX]
    assert "not met\t6.4.2\t" in result.output
    assert "LoadBalancer has no web ACL" in result.output
    assert summary.startswith("PCI DSS v4.0.1, the part of the template in us-east-1: ")
    assert source.startswith("output/TapStack.json, SHA-256 ")
    assert source.endswith(", for the profile standard, with no parameters given")


def test_met_requirement_shows_what_the_customer_must_do() -> None:
    result = run()

    (line,) = (line for line in result.output.splitlines() if "\t7.2.2\t" in line)
    assert line.startswith("met\t")
    assert line.endswith("\tcustomer: grant users in the database no more than they need")
    assert " of those met need the customer's part too" in result.output


def test_digest_is_that_of_the_file_and_passwords_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "windows.json"
    # Other line ends, and a mark of the byte order: sha256sum counts them too.
    path.write_bytes(b"\xef\xbb\xbf" + PRODUCT.read_bytes().replace(b"\n", b"\r\n"))

    result = run(str(path), "--parameter=DBMasterPassword=correct-horse", "--json")

    document = json.loads(result.output)
    assert document["template"]["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert document["parameters"] == {"DBMasterPassword": "not shown"}
    assert "correct-horse" not in result.output


def test_template_that_meets_everything_ends_with_zero(given: list[str]) -> None:
    result = run(*given)

    assert result.exit_code == 0, result.output
    assert "not met" not in result.output


def test_fault_ends_with_one(given: list[str], tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(changed(complete_document(), drop("FlowLog"))))

    result = run(str(path), *given[1:], "--json")

    assert result.exit_code == 1
    document = json.loads(result.output)
    assert document["fails"] is True
    assert document["counts"]["not met"] == 5


def test_oscal_has_the_time_of_the_template(given: list[str]) -> None:
    os.utime(given[0], (0, 86_400))

    metadata = json.loads(run(*given, "--oscal").output)["component-definition"]["metadata"]

    assert metadata["last-modified"] == "1970-01-02T00:00:00+00:00"


def test_oscal_has_the_time_that_is_given(given: list[str]) -> None:
    result = run(*given, "--oscal", "--last-modified=2026-01-31T12:00:00Z")

    metadata = json.loads(result.output)["component-definition"]["metadata"]
    assert metadata["last-modified"] == "2026-01-31T12:00:00+00:00"


def test_csv_shows_no_terminal_codes(given: list[str], tmp_path: Path) -> None:
    document = changed(complete_document(), drop("FlowLog"))
    document["Resources"]["Service"]["Properties"]["PlatformVersion"] = "\x1b[31m"
    path = tmp_path / "colours.json"
    path.write_text(json.dumps(document))

    result = run(str(path), *given[1:], "--csv")

    assert "platform version \\x1b[31m" in result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["missing.json"], "missing.json"),
        (["--json", "--csv"], "--json and --csv cannot be used together"),
        (["--csv", "--oscal"], "--csv and --oscal cannot be used together"),
        (["--last-modified=2026-01-31T12:00:00Z"], "--last-modified is only for --oscal"),
        (["--oscal", "--last-modified=today"], "invalid --last-modified 'today'"),
        (["--oscal", "--last-modified=2026-01-31"], "invalid --last-modified '2026-01-31'"),
        (["--profile=gold"], "unknown profile 'gold'"),
        (["--parameter=Days"], "the 1st --parameter has no ="),
        (["--parameter=Days=1"], "Days"),
        (["--region=mars-1"], "mars-1"),
        (["--options=missing.toml"], "cannot read missing.toml"),
        (["--options=stack.toml", "--profile=production"], "--profile"),
    ],
    ids=str,
)
def test_wrong_use_is_one_error_with_exit_code_two(arguments: list[str], error: str) -> None:
    result = run(*arguments)

    first, *_ = result.stderr.splitlines()
    assert result.exit_code == 2
    assert first.startswith("error: ")
    assert error in first
    assert result.stdout == ""


def test_template_that_is_no_template_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[]")

    result = run(str(path))

    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
