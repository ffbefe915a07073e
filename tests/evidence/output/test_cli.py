"""The command: what it prints, how it ends, and what it says to wrong use."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from payment_templates import PROFILES, build_template, render
from payment_templates.cli import main
from payment_templates.evidence import PROMISES
from payment_templates.profiles import parse_options
from tests.evidence.changes import changed, drop, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import CLAIMS, NOT_APPLICABLE, real_document

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: str) -> Result:
    """Run the command on one combination of conditions: all of them only take longer."""
    given = [f"--parameter={name}={value}" for name, value in FIXED.items()]
    return CliRunner().invoke(main, ["evidence", *given, *arguments])


@pytest.fixture
def broken_template(tmp_path: Path) -> str:
    path = tmp_path / "broken.json"
    document = changed(real_document(), drop("DatabaseReader2"))
    # Compact: indented further than the product it would be too long as well.
    path.write_text(json.dumps(document, separators=(",", ":")))
    return str(path)


def test_every_promise_has_its_line_without_colour() -> None:
    result = run()

    lines = result.output.splitlines()
    assert result.exit_code == 0
    promised = CLAIMS.keys() - PROMISES["standard"].not_promised.keys() - NOT_APPLICABLE
    assert {CLAIMS[name].title for name in promised} <= {
        line.split("\t")[1] for line in lines if "\t" in line
    }
    assert "\x1b" not in result.output


@pytest.mark.parametrize("profile", PROFILES)
def test_promises_are_those_of_the_profile_that_the_options_start_from(
    profile: str, tmp_path: Path
) -> None:
    path = tmp_path / "stack.json"
    options = parse_options(f'profile = "{profile}"\nlog_days = 14\n')
    path.write_text(render(build_template(options)))

    document = json.loads(CliRunner().invoke(main, ["evidence", str(path), "--json"]).output)

    assert document["profile"] == profile


def test_summary_is_one_line() -> None:
    result = run("--summary")

    assert result.output.count("\n") == 1
    assert "promises kept" in result.output
    assert "11 broken (6 accepted for standard, 5 limits of AWS)" in result.output


def test_summary_names_what_decides_the_exit_code() -> None:
    result = run("--region", "us-gov-west-1", "--summary")

    assert result.exit_code == 1
    assert "1 not accepted: regions-take-both-failover-roles)" in result.output


def test_broken_promise_ends_with_one(broken_template: str) -> None:
    result = run(broken_template)

    assert result.exit_code == 1
    assert "broken\tOne writer and two readers" in result.output


def test_json_is_stable() -> None:
    first, second = run("--json").output, run("--json").output

    document = json.loads(first)
    assert first == second
    assert list(document) == [
        *("version", "region", "profile", "combinations", "combinations_left_out", "counts"),
        *("claims", "faults", "faults_unknown", "not_promised", "recoveries"),
    ]
    known = {claim["id"] for claim in document["claims"]} | document["not_promised"].keys()
    assert known == set(CLAIMS)


def test_junit_counts_what_fails_and_skips_what_is_accepted(
    broken_template: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.xml"

    run(broken_template, "--junit", str(report))

    root = ET.fromstring(report.read_text())  # noqa: S314 - the report is this program's own.
    suite = root.find("testsuite")
    assert suite is not None
    promised = CLAIMS.keys() - PROMISES["standard"].not_promised.keys()
    assert suite.get("tests") == str(len(suite.findall("testcase"))) == str(len(promised))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "1"
    assert suite.get("skipped") == str(len(suite.findall("testcase/skipped"))) == "16"


def test_junit_is_xml_for_any_text_of_the_template(tmp_path: Path) -> None:
    path, report = tmp_path / "template.json", tmp_path / "report.xml"
    endpoint = put("AlertEmailSubscription.Properties.Endpoint", "a\x01@b.cd")
    path.write_text("\ufeff" + json.dumps(changed(real_document(), endpoint)), encoding="utf-8")

    run(str(path), "--junit", str(report))

    text = report.read_text(encoding="utf-8")
    assert "a?@b.cd" in text
    assert ET.fromstring(text).tag == "testsuites"  # noqa: S314 - the report is this program's own.


def test_fault_of_the_program_is_no_broken_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("Nothing\nelse")

    monkeypatch.setattr("payment_templates.commands.evidence.examine", fail)

    result = run()

    assert result.exit_code == 2
    assert result.stderr.startswith("error: internal error\nTraceback")
    assert "Nothing" in result.stderr


def test_explain_shows_arithmetic_and_sources() -> None:
    result = run("--explain", "detection-within-five-seconds")

    assert "worst 5 x 2 + 2 = 12 s" in result.output
    assert "sources: Success metric 2" in result.output
    assert "accepted: up to 12 s at worst: the specification asks" in result.output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["absent.json"], "cannot read absent.json: No such file or directory"),
        (["Makefile.json"], "Makefile.json is not a CloudFormation template: it has no Resources"),
        (["list.json"], "list.json is not a CloudFormation template: an object"),
        (["empty.json"], "it has no Resources"),
        (["typeless.json"], "Resources.A has no Type"),
        (["--region", "us-east-9"], "unknown region 'us-east-9'\nhint: did you mean"),
        (
            ["--region", "us-west-1"],
            "us-west-1 has only 2 zones, and the template takes at least 3",
        ),
        (["--parameter", "AlertEmail"], "the 1st --parameter has no =\nhint: use KEY=VALUE"),
        (["--parameter", "=x"], "the 1st --parameter has no KEY before =\nhint: use KEY=VALUE"),
        (
            ["--parameter", "AlertEmail=a@b.cd", "--parameter", "AlertEmail=c@d.ef"],
            "--parameter AlertEmail is given twice\nhint: pass it once",
        ),
        (["--explain", "rolling-update", "--json"], "--explain and --json cannot be used together"),
        (["--explain", "x", "--summary"], "--explain and --summary cannot be used together"),
        (["--summary", "--json"], "--summary and --json cannot be used together"),
        (["--list", "--junit", "a.xml"], "--list and --junit cannot be used together"),
        (["list.json", "--junit", "list.json"], "--junit would overwrite list.json"),
        (["--parameter", "AlertMail=x"], "'AlertMail'\nhint: did you mean AlertEmail?"),
        (["--parameter", "AlertEmail=x"], "invalid value of AlertEmail: 'x'"),
        (["--parameter", "ContainerPort=80"], "invalid value of ContainerPort: '80'"),
        (["--parameter", "EnvironmentSuffix="], "invalid value of EnvironmentSuffix: ''"),
        (
            ["--parameter", "DomainName=pay.example.com", "--parameter", "HostedZoneId="],
            "Give both",
        ),
        (["--explain", "alarms"], "unknown promise 'alarms'\nhint: did you mean alarm"),
        (["--explain", ""], "unknown promise ''\nhint: payment-stack evidence --list shows all"),
        (["--only", "x"], "unknown promise 'x'\nhint: payment-stack evidence --list shows all"),
        (["--profile", "prodction"], "unknown profile 'prodction'\nhint: did you mean production?"),
        (["--profile", "cheap"], "unknown profile 'cheap'\nhint: use one of: standard, production"),
    ],
    ids=" ".join,
)
def test_wrong_use_prints_an_error_and_a_hint(
    arguments: list[str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "TapStack.json").write_text(json.dumps(real_document()))
    files = {"Makefile.json": "help:", "list.json": "[]", "empty.json": "{}"}
    for name, text in {**files, "typeless.json": '{"Resources": {"A": {}}}'}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(main, ["evidence", *arguments])

    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert problem in result.stderr
    assert all(line.startswith("hint: ") for line in result.stderr.splitlines()[1:])


def test_module_runs_as_program() -> None:
    # One promise, because `run` examines all of them in this process.
    only = ("evidence", "--summary", "--only", "backups-kept")
    command = [sys.executable, "-m", "payment_templates", *only]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "1 promise kept, 0 conditional, 0 broken\n"


def test_list_names_every_claim_and_the_profiles_that_promise_it() -> None:
    lines = run("--list").output.splitlines()

    assert [line.split("\t")[0] for line in lines] == list(CLAIMS)
    assert any(line.startswith("data-survives-deletion\tproduction, any\t") for line in lines)


def test_list_is_json_too() -> None:
    document = json.loads(run("--list", "--json").output)

    (claim,) = [it for it in document["claims"] if it["id"] == "data-survives-deletion"]
    assert [*document] == ["version", "claims"]
    assert claim["profiles"] == ["production", "any"]
    assert claim["title"] == CLAIMS["data-survives-deletion"].title


def test_only_the_claims_that_are_asked_for_are_examined() -> None:
    result = run("--only", "backups-kept", "--only", "data-survives-deletion")

    verdicts = [line.split("\t")[0] for line in result.output.splitlines()[:-1]]
    assert result.exit_code == 0
    assert verdicts == ["kept", "broken, not promised"]


def test_reports_do_not_overwrite_each_other(tmp_path: Path) -> None:
    report = str(tmp_path / "report")

    result = run("--junit", report, "--sarif", report)

    assert result.exit_code == 2
    assert "--sarif would overwrite the report" in result.output
    assert not (tmp_path / "report").exists()
